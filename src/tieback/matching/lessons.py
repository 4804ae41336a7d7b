"""Rules that a company's links suggest, and what a change of its rules would do."""

from dataclasses import dataclass

from tieback.matching.back_test import hidden_links
from tieback.matching.engine import Matching, Progress, match
from tieback.matching.known import IdPairs, Known
from tieback.matching.lanes import USUAL_PRECISION
from tieback.matching.lesson import IdPair, Lesson
from tieback.matching.number_lessons import number_lessons
from tieback.matching.records import Records
from tieback.matching.rules import Rules, check_line
from tieback.matching.word_lessons import word_lessons

__all__ = ["Change", "Lesson", "Tried", "offered", "tried"]

_MOST_LESSONS = 10
_MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A job's match before and after; "" and None where there is none."""

    job_id: str
    project_before: str
    project_after: str
    probability_before: float | None
    probability_after: float | None
    lane_before: str
    lane_after: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What other rules would do.

    `changes` has jobs with another project or lane, those with another project first, 200 at most;
    `total` counts all. `broken` are confirmed pairs that the rules before find when they are hidden
    and those after do not; `mended` the other way round.
    """

    changes: list[Change]
    total: int
    broken: list[IdPair]
    mended: list[IdPair]


def offered(jobs: Records, projects: Records, confirmed: IdPairs, rules: Rules) -> list[Lesson]:
    """Rules that at least three confirmed links suggest, 10 at most, those of most links first.

    None that `rules` hold already, that more than a small share of the links speaks against, or
    that would make records of one list the same which are told apart now.
    """
    rows = _rows(jobs, projects, confirmed)
    found = [
        *number_lessons(jobs, projects, rows, rules),
        *word_lessons(jobs, projects, rows, rules),
    ]
    kept = {one.line: one for one in found if _is_allowed(one)}
    return sorted(kept.values(), key=lambda one: (-len(one.seen_in), one.line))[:_MOST_LESSONS]


def tried(
    jobs: Records,
    projects: Records,
    known: Known,
    rules_before: Rules,
    rules_after: Rules,
    precision: float = USUAL_PRECISION,
    progress: Progress = lambda step, done: None,
) -> Tried:
    """Match by both rules, once with what is known and once with it hidden."""

    def solved(rules: Rules, given: Known) -> Matching:
        return match(
            jobs, projects, rules=rules, known=given, precision=precision, progress=progress
        )

    changes = _changes(solved(rules_before, known), solved(rules_after, known))
    true = set(hidden_links(jobs, projects, known.confirmed).items())
    before, after = (
        {(one.job_id, one.project_id) for one in solved(rules, Known()).matches} & true
        if true
        else set()
        for rules in (rules_before, rules_after)
    )
    return Tried(
        changes[:_MOST_CHANGES], len(changes), sorted(before - after), sorted(after - before)
    )


def _rows(jobs: Records, projects: Records, confirmed: IdPairs) -> list[tuple[int, int]]:
    places = [{key: at for at, key in enumerate(side.id)} for side in (jobs, projects)]
    true = hidden_links(jobs, projects, confirmed)
    return sorted((places[0][job], places[1][project]) for job, project in true.items())


def _is_allowed(lesson: Lesson) -> bool:
    try:
        check_line(lesson.file, lesson.line)
    except ValueError:
        return False
    return True


def _changes(before: Matching, after: Matching) -> list[Change]:
    old, new = ({one.job_id: one for one in found.matches} for found in (before, after))
    found = []
    for job in sorted(old.keys() | new.keys()):
        one, other = old.get(job), new.get(job)
        change = Change(
            job,
            one.project_id if one else "",
            other.project_id if other else "",
            one.probability if one else None,
            other.probability if other else None,
            str(one.lane) if one else "",
            str(other.lane) if other else "",
        )
        if (change.project_before, change.lane_before) != (
            change.project_after,
            change.lane_after,
        ):
            found.append(change)
    return sorted(found, key=lambda one: one.project_before == one.project_after)
