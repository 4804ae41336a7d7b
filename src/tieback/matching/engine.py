"""The whole way: normalise, block, compare, score, solve, explain."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from tieback.matching.block import Pairs, candidates
from tieback.matching.calibrate import calibrated, floor, worth_of_being_left
from tieback.matching.choices import Choice, Choices, choices_of
from tieback.matching.compare import compare
from tieback.matching.explain import sentence
from tieback.matching.known import Known, linked, settle, still_open, taken
from tieback.matching.lanes import USUAL_PRECISION, Lane, Lanes, check, lanes
from tieback.matching.learned import Sizes, alone, corrected
from tieback.matching.normalise import normalise
from tieback.matching.records import Floats, Ints, Longs, Records
from tieback.matching.report import Report, report, tally
from tieback.matching.rules import Rules, default_rules
from tieback.matching.score import levels, total, weights
from tieback.matching.scored import Scored, probability
from tieback.matching.solve import Rivals, assign, rivals
from tieback.matching.twins import Group, twins
from tieback.matching.worth import LeftOver, by_number, left_over, of_one_name

__all__ = [
    "STEPS",
    "Choice",
    "Group",
    "Known",
    "Lane",
    "Match",
    "Matching",
    "Report",
    "Scored",
    "match",
    "score_pairs",
]

# Decides between exact look-alikes by their place in the two lists, and nothing else.
_TIE = 1e-4
STEPS = ("normalise", "block", "compare", "score", "solve", "explain")
Progress = Callable[[str, int], None]
_NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Match:
    """One job and its project. `margin` is the probability ahead of the runner-up."""

    job_id: str
    project_id: str
    probability: float
    margin: float
    lane: Lane
    sentence: str


@dataclass(frozen=True, slots=True)
class Matching:
    """The answer for two lists: matches by falling probability, and what is left on either side.

    Confirmed records are in none of it. `why_no_safe` says why the lane Safe is empty, "" where it
    is not; `safe_from` is the probability from which a match may be Safe. `twins` are groups of
    look-alikes; each match in the lane Twins is in one of them.
    """

    matches: list[Match]
    only_jobs: list[str]
    only_projects: list[str]
    why_no_safe: str
    safe_from: float
    twins: list[Group]
    report: Report
    _choices: Choices = field(repr=False, compare=False)

    def choices(self, job_id: str, most: int = 5) -> list[Choice]:
        """The best candidates of a job, the best first; none where it has none or is not open.

        Never among them are rejected pairs and projects of confirmed links. A project that is
        proposed for another job may be.
        """
        return self._choices.of(job_id, most)


def match(
    jobs: Records,
    projects: Records,
    *,
    rules: Rules | None = None,
    known: Known = _NOTHING_KNOWN,
    precision: float = USUAL_PRECISION,
    progress: Progress = lambda step, done: None,
) -> Matching:
    """Match two lists; what order their records come in changes nothing.

    `precision` is the share of right matches that the lane Safe is to hold, see `lanes.safe_from`.
    Raises `ValueError` where no lane can promise it.
    """
    read = rules or default_rules()
    check(precision)
    jobs, projects = (side.take(side.canonical_order()) for side in (jobs, projects))
    found = score_pairs(jobs, projects, read, progress, known)
    progress(STEPS[4], 4)
    sizes = len(jobs), len(projects)
    places = np.arange(sizes[0]) / max(sizes[0], 1), np.arange(sizes[1]) / max(sizes[1], 1)
    apart = tie(found.pairs, places)
    chosen = assign(found.score + apart, found.pairs, sizes, floor(1))
    worth = worth_of_being_left(found.score[chosen], found.sizes)
    chosen = chosen[found.score[chosen] > floor(worth)]
    may_be = of_one_name(found.evidence)
    more = left_over(found.score, apart, chosen, may_be, found.pairs, sizes)
    progress(STEPS[5], 5)
    chances = np.concatenate(
        [calibrated(found.score[chosen], worth), chances_left(found.score, more, worth)]
    )
    found = replace(found, score=more.score)
    chosen = np.concatenate([chosen, more.chosen])
    beside = rivals(found.score, found.pairs, sizes)
    sorted_out = lanes(found.score, beside, found.evidence, chosen, found.pairs, precision)
    return answer(found, chosen, chances, known, beside, sorted_out)


def chances_left(score: Floats, more: LeftOver, worth: float) -> Floats:
    """The probability of each pair that was left over."""
    own = calibrated(score[more.chosen], worth) * (score[more.chosen] > floor(1))
    found: Floats = np.maximum(more.chance, own)
    return found


def score_pairs(
    jobs: Records,
    projects: Records,
    rules: Rules,
    progress: Progress = lambda step, done: None,
    known: Known = _NOTHING_KNOWN,
) -> Scored:
    """Every pair worth a look, with what speaks for and against it.

    What is `known` teaches the weights; of the pairs, only those still in question are kept.
    """
    progress(STEPS[0], 0)
    one, other, vocabulary = normalise(jobs, projects, rules)
    progress(STEPS[1], 1)
    pairs, settled = settle(known, jobs, projects, candidates(one, other))
    progress(STEPS[2], 2)
    evidence = compare(one, other, pairs, vocabulary)
    progress(STEPS[3], 3)
    sizes = len(jobs), len(projects)
    by_field = levels(evidence)
    found = weights(by_field, pairs, sizes, settled)
    seen = tally(by_field, np.flatnonzero(settled.confirmed) if settled else np.zeros(0, int))
    if settled:
        kept = np.flatnonzero(settled.open)
        pairs, evidence = taken(pairs, kept), evidence.take(kept)
        by_field = {name: level[kept] for name, level in by_field.items()}
    weighed = total(found.of, by_field) + np.float32(found.prior)
    columns, unnamed = alone(evidence, pairs, by_field, found), by_field["name"] == 0
    counted = Sizes(sizes, still_open(known, jobs, projects))
    score = corrected(columns, weighed, unnamed, pairs, counted)
    del columns
    score = by_number(score, evidence, one, pairs)
    return Scored(
        one, other, pairs, evidence, by_field, found, weighed, score, seen, rules, counted
    )


def tie(pairs: Pairs, places: tuple[Floats, Floats]) -> Floats:
    """What decides between exact look-alikes: how near their places in the two lists are."""
    found: Floats = -_TIE * np.abs(places[0][pairs.job] - places[1][pairs.project])
    return found


def answer(
    found: Scored,
    chosen: Longs,
    chances: Floats,
    known: Known,
    beside: Rivals,
    sorted_out: Lanes,
) -> Matching:
    """What the `chosen` pairs say about the two lists; `beside` has the rivals of every pair."""
    jobs, projects = found.jobs.records, found.projects.records
    threshold = float(probability(np.array([sorted_out.threshold], np.float32))[0])
    matches = matches_of(found, beside, chosen, chances, sorted_out)
    gone = linked(known, jobs, projects)
    return Matching(
        matches,
        _left(jobs.id, gone[0], found.pairs.job[chosen]),
        _left(projects.id, gone[1], found.pairs.project[chosen]),
        sorted_out.why_empty,
        threshold,
        twins(found.score, chosen, sorted_out.is_twin, found.pairs, (jobs, projects)),
        report(chances, threshold, found.weights, found.seen, tally(found.by_field, chosen)),
        choices_of(found, dict(zip(chosen.tolist(), chances.tolist(), strict=True))),
    )


def matches_of(
    found: Scored, beside: Rivals, chosen: Longs, chances: Floats, sorted_out: Lanes
) -> list[Match]:
    """The `chosen` pairs by falling probability; `beside` has the rivals of every pair."""
    jobs, projects = found.jobs.records.id, found.projects.records.id
    margin = chances - probability(beside.best[chosen])
    matches = [
        Match(
            jobs[found.pairs.job[at]],
            projects[found.pairs.project[at]],
            float(chances[row]),
            float(margin[row]),
            sorted_out.lanes[row],
            sentence(found.words(int(at))),
        )
        for row, at in enumerate(chosen)
    ]
    return sorted(matches, key=lambda one: (-one.probability, -one.margin, one.job_id))


def _left(ids: list[str], linked: Longs, matched: Ints) -> list[str]:
    is_left = np.ones(len(ids), bool)
    is_left[linked] = is_left[matched] = False
    return [ids[at] for at in np.flatnonzero(is_left)]
