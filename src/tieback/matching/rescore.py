"""Scores what changed, and what depends on it, without solving the whole list again.

A pair's score depends on its two records and on the other pairs of these. So a change reaches the
pairs of the records whose pairs came or went, and the assignment of the groups that these are in;
everything else keeps its answer. What is fitted to the lists as a whole is not fitted again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tieback.matching.calibrate import floor
from tieback.matching.changes import changes_of, decided, with_changes
from tieback.matching.choices import Choice, Choices
from tieback.matching.engine import Match, matches_of, tie
from tieback.matching.known import IdPairs
from tieback.matching.lanes import Lanes, lanes_at
from tieback.matching.prepare import prepare
from tieback.matching.prepared import Prepared, finished, scores_of
from tieback.matching.records import Bools, Longs, Records, records_from
from tieback.matching.scored import Scored
from tieback.matching.solve import Rivals, assign, groups, rivals
from tieback.matching.twins import Group, twins

__all__ = ["Prepared", "Update", "prepare", "rescore"]

_NOBODY = records_from([])


@dataclass(frozen=True, slots=True)
class Update:
    """The answer for the jobs that a change reached; all others keep theirs.

    A touched job without a match has none now; one that is gone or confirmed has no choices either.
    `twins` are the groups with a touched job in them, whole.
    """

    touched_jobs: frozenset[str] = frozenset()
    matches: list[Match] = field(default_factory=list)
    twins: list[Group] = field(default_factory=list)
    _choices: Choices | None = field(default=None, repr=False, compare=False)

    def choices(self, job_id: str, most: int = 5) -> list[Choice]:
        """The best candidates of a touched job, the best first; none of any other."""
        return self._choices.of(job_id, most) if self._choices else []


def rescore(
    prepared: Prepared,
    *,
    jobs: Records = _NOBODY,
    projects: Records = _NOBODY,
    gone_jobs: Collection[str] = (),
    gone_projects: Collection[str] = (),
    confirmed: IdPairs = (),
    rejected: IdPairs = (),
    reopened: IdPairs = (),
) -> tuple[Update, Prepared]:
    """What follows from new or changed records, records that are gone, and decisions.

    `confirmed` and `rejected` come on top of what is known already; `reopened` pairs are neither
    any more. Ids that are not in the lists are ignored, and so are records that say what they said.
    `prepared` stays as it was.
    """
    known = decided(prepared.known, confirmed, rejected, reopened)
    changes = changes_of(prepared, (jobs, projects), (gone_jobs, gone_projects), known)
    if changes is None:
        return Update(), prepared
    later, moved = with_changes(prepared, changes)
    reach = _reach(later, moved)
    later = finished(_solved(_scored_anew(later, reach), reach))
    touched = _touched(prepared, later)
    later, more = _with_twins(later, touched)
    touched |= more
    return _update(later, touched), later


@dataclass(frozen=True, slots=True)
class _Reach:
    """The pairs to be scored anew, and by row, jobs first, who has one that is or that went."""

    scored: tuple[Bools, Bools]
    pairs: Longs


def _reach(later: Prepared, moved: Longs) -> _Reach:
    """`moved` are the pairs that came or went."""
    slots = later.slots
    changed = _held(slots.job[moved], later.sizes[0]), _held(slots.project[moved], later.sizes[1])
    anew = np.flatnonzero((changed[0][slots.job] | changed[1][slots.project]) & slots.is_open)
    scored = (
        changed[0] | _held(slots.job[anew], later.sizes[0]),
        changed[1] | _held(slots.project[anew], later.sizes[1]),
    )
    return _Reach(scored, anew)


def _held(rows: "np.ndarray[tuple[int], np.dtype[np.signedinteger]]", size: int) -> Bools:
    found = np.zeros(size, bool)
    found[rows] = True
    return found


def _scored_anew(later: Prepared, reach: _Reach) -> Prepared:
    slots = later.slots
    beside = reach.scored[0][slots.job] | reach.scored[1][slots.project]
    score = slots.score.copy()
    score[reach.pairs] = scores_of(later, reach.pairs, np.flatnonzero(beside & slots.is_open))
    return replace(later, slots=replace(slots, score=score))


def _solved(later: Prepared, reach: _Reach) -> Prepared:
    """The groups of records that compete with each other, directly or not, where any is reached."""
    slots = later.slots
    use = np.flatnonzero(slots.score > floor(1))
    by_job, by_project = groups(slots.job[use], slots.project[use], later.sizes)
    is_reached = np.zeros(sum(later.sizes), bool)
    is_reached[by_job[reach.scored[0]]] = is_reached[by_project[reach.scored[1]]] = True
    again = is_reached[by_job]
    use = use[again[slots.job[use]]]
    score = slots.score[use] + tie(slots.pairs(use), later.places)
    matched = use[assign(score, slots.pairs(use), later.sizes, floor(1))]
    is_matched = slots.is_matched & ~again[slots.job]
    is_matched[matched[slots.score[matched] > floor(later.worth)]] = True
    return replace(later, slots=replace(slots, is_matched=is_matched))


def _touched(before: Prepared, later: Prepared) -> Bools:
    """Jobs whose candidates, match, or the rivals of whose match are others than before."""
    had, has = before.slots, later.slots
    old = len(had.job)
    moved = np.ones(len(has.job), bool)
    moved[:old] = had.is_open != has.is_open[:old]
    for name in ("shown", "chance", "is_chosen"):
        moved[:old] |= getattr(had, name) != getattr(has, name)[:old]
    moved[old:] &= has.is_open[old:]
    touched = _held(has.job[moved], later.sizes[0])
    near = _held(has.project[moved], later.sizes[1])
    for slots in (had, has):
        theirs = slots.is_chosen & near[slots.project]
        touched[slots.job[theirs]] = True
    size = before.sizes[0]
    touched[:size] |= before.is_open[0] != later.is_open[0][:size]
    touched[size:] = True
    return touched


def _with_twins(later: Prepared, touched: Bools) -> tuple[Prepared, Bools]:
    """The groups of look-alikes, and which other jobs are in another group than before."""
    which, _, _, chosen, lanes = _laned(later, touched)
    slots = later.slots
    is_twin = slots.is_twin & slots.is_chosen
    is_twin[which[chosen]] = lanes.is_twin
    every = np.flatnonzero(slots.is_chosen)
    sides = later.sides[0].records, later.sides[1].records
    pairs = slots.pairs(np.arange(len(slots.job)))
    found = twins(slots.shown, every, is_twin[every], pairs, sides)
    had, has = _groups_by_job(later.groups), _groups_by_job(found)
    rows = later.rows[0]
    moved = [rows[key] for key in {*had, *has} if had.get(key) != has.get(key) and key in rows]
    kept = replace(later, slots=replace(slots, is_twin=is_twin), groups=found)
    return kept, _held(np.array(moved, np.int64), later.sizes[0])


def _groups_by_job(found: Sequence[Group]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        key: (frozenset(group.job_ids), frozenset(group.project_ids))
        for group in found
        for key in group.job_ids
    }


def _laned(later: Prepared, touched: Bools) -> tuple[Longs, Scored, Rivals, Longs, Lanes]:
    """The pairs of touched jobs and of their projects, and the lanes of the matches among them."""
    slots = later.slots
    theirs = slots.is_open & touched[slots.job]
    projects = _held(slots.project[theirs & slots.is_chosen], later.sizes[1])
    beside = slots.is_open & projects[slots.project]
    which, found = later.scored(np.flatnonzero(theirs | beside))
    chosen = np.flatnonzero(slots.is_chosen[which] & touched[slots.job[which]])
    against = rivals(found.score, found.pairs, later.sizes)
    sorted_out = lanes_at(
        later.threshold, later.why_empty, found.score, against, found.evidence, chosen
    )
    return which, found, against, chosen, sorted_out


def _update(later: Prepared, touched: Bools) -> Update:
    which, found, against, chosen, sorted_out = _laned(later, touched)
    chances = later.slots.chance[which[chosen]]
    ids = later.sides[0].records.id
    touched_ids = frozenset(ids[row] for row in np.flatnonzero(touched))
    rows = {key: later.rows[0][key] for key in touched_ids if key in later.rows[0]}
    proposed = dict(zip(chosen.tolist(), chances.tolist(), strict=True))
    return Update(
        touched_ids,
        matches_of(found, against, chosen, chances, sorted_out),
        [group for group in later.groups if not touched_ids.isdisjoint(group.job_ids)],
        Choices(found, rows, proposed),
    )
