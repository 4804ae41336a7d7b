"""Candidate pairs with all that was found about them, and the words for it."""

from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.explain import Step, said, waterfall
from tieback.matching.learned import Sizes
from tieback.matching.normalise import Side
from tieback.matching.records import Floats, Ints
from tieback.matching.report import Tally
from tieback.matching.rules import Rules
from tieback.matching.score import Weights


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidate pairs in question with their evidence and log-odds.

    `seen` counts the levels of all pairs that were compared, decided ones too.
    """

    jobs: Side
    projects: Side
    pairs: Pairs
    evidence: Evidence
    by_field: dict[str, Ints]
    weights: Weights
    weighed: Floats
    score: Floats
    seen: Tally
    rules: Rules
    sizes: Sizes

    def words(self, at: int) -> dict[str, str]:
        """What speaks for and against pair `at`, by field."""
        pair = int(self.pairs.job[at]), int(self.pairs.project[at])
        return said(*pair, self.jobs, self.projects, self.evidence.of(at), self.rules)

    def waterfall(self, at: int, words: dict[str, str]) -> list[Step]:
        """How the log-odds of pair `at` came about; `words` as from `words`."""
        return waterfall(at, self.by_field, self.weights, self.weighed, self.score, words)

    def probability(self, at: int) -> float:
        """The chance of pair `at` by its own log-odds."""
        return float(probability(self.score[at : at + 1])[0])


def probability(score: Floats) -> Floats:
    """The chance behind log-odds."""
    chance: Floats = 1 / (1 + np.exp(-score.astype(np.float64)))
    return chance
