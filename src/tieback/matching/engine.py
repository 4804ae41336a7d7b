"""The whole way: normalise, block, compare, score, solve, explain."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs, candidates
from tieback.matching.compare import Evidence, compare
from tieback.matching.explain import Step, sentence, waterfall
from tieback.matching.lanes import Lane, lanes
from tieback.matching.learned import alone, calibrated, corrected
from tieback.matching.normalise import Side, normalise
from tieback.matching.records import Floats, Ints, Longs, Records
from tieback.matching.rules import Rules, default_rules
from tieback.matching.score import Weights, levels, total, weights
from tieback.matching.solve import Rivals, assign, rivals

# Pairs below this log-odds, of which not half are right, are no match.
_FLOOR = -1.1
# Decides between exact look-alikes by their place in the two lists, and nothing else.
_TIE = 1e-4
STEPS = ("normalise", "block", "compare", "score", "solve", "explain")
Progress = Callable[[str, int], None]


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
class Scored:
    """Every candidate pair with its evidence and log-odds, for who wants to look behind a match."""

    jobs: Side
    projects: Side
    pairs: Pairs
    evidence: Evidence
    by_field: dict[str, Ints]
    weights: Weights
    weighed: Floats
    score: Floats

    def waterfall(self, at: int) -> list[Step]:
        """How the log-odds of pair `at` came about."""
        return waterfall(at, self.by_field, self.weights, self.weighed, self.score)


@dataclass(frozen=True, slots=True)
class Matching:
    """The answer for two lists: matches by falling probability, and what is left on either side.

    `why_no_safe` says why the lane Safe is empty, "" where it is not.
    """

    matches: list[Match]
    only_jobs: list[str]
    only_projects: list[str]
    why_no_safe: str
    safe_from: float


def match(
    jobs: Records,
    projects: Records,
    *,
    rules: Rules | None = None,
    progress: Progress = lambda step, done: None,
) -> Matching:
    """Match two lists; what order their records come in changes nothing."""
    known = rules or default_rules()
    jobs, projects = (side.take(side.canonical_order()) for side in (jobs, projects))
    found = score_pairs(jobs, projects, known, progress)
    progress(STEPS[4], 4)
    sizes = len(jobs), len(projects)
    beside = rivals(found.score, found.pairs, sizes)
    chosen = assign(found.score + _tie(found.pairs, sizes), found.pairs, sizes, _FLOOR)
    progress(STEPS[5], 5)
    return _answer(found, beside, chosen, known)


def score_pairs(
    jobs: Records,
    projects: Records,
    rules: Rules,
    progress: Progress = lambda step, done: None,
) -> Scored:
    """Every pair worth a look, with what speaks for and against it."""
    progress(STEPS[0], 0)
    one, other, vocabulary = normalise(jobs, projects, rules)
    progress(STEPS[1], 1)
    pairs = candidates(one, other)
    progress(STEPS[2], 2)
    evidence = compare(one, other, pairs, vocabulary)
    progress(STEPS[3], 3)
    sizes = len(jobs), len(projects)
    by_field = levels(evidence)
    found = weights(by_field, pairs, sizes)
    weighed = total(found.of, by_field) + np.float32(found.prior)
    score = corrected(alone(evidence, pairs, by_field, found), weighed, pairs, sizes)
    return Scored(one, other, pairs, evidence, by_field, found, weighed, score)


def _tie(pairs: Pairs, sizes: tuple[int, int]) -> Floats:
    place = pairs.job / max(sizes[0], 1) - pairs.project / max(sizes[1], 1)
    return (-_TIE * np.abs(place)).astype(np.float32)


def _answer(found: Scored, beside: Rivals, chosen: Longs, rules: Rules) -> Matching:
    sorted_out = lanes(found.score, beside, found.evidence, chosen, found.pairs)
    jobs, projects = found.jobs.records.id, found.projects.records.id
    probability = calibrated(found.score[chosen])
    margin = probability - _probability(beside.best[chosen])
    matches = [
        Match(
            jobs[found.pairs.job[at]],
            projects[found.pairs.project[at]],
            float(probability[row]),
            float(margin[row]),
            sorted_out.lanes[row],
            _sentence(found, int(at), rules),
        )
        for row, at in enumerate(chosen)
    ]
    matches.sort(key=lambda one: (-one.probability, -one.margin, one.job_id))
    taken = set(found.pairs.job[chosen].tolist()), set(found.pairs.project[chosen].tolist())
    return Matching(
        matches,
        [jobs[at] for at in range(len(jobs)) if at not in taken[0]],
        [projects[at] for at in range(len(projects)) if at not in taken[1]],
        sorted_out.why_empty,
        float(_probability(np.array([sorted_out.threshold], np.float32))[0]),
    )


def _sentence(found: Scored, at: int, rules: Rules) -> str:
    pair = int(found.pairs.job[at]), int(found.pairs.project[at])
    return sentence(*pair, found.jobs, found.projects, found.evidence.of(at), rules)


def _probability(score: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-score.astype(np.float64)))
    return chance
