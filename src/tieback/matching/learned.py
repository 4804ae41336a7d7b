"""What other lists taught: two small models that read the evidence and the competition.

The first sees a pair alone; the second also how far its rivals are behind. Both were trained on
lists other than the one at hand, so what they add to the weights is bounded.
"""

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import FIELDS, Evidence
from tieback.matching.records import Bools, Floats, Ints
from tieback.matching.score import WEIGHED, Weights, one_to_one, total
from tieback.matching.solve import rivals
from tieback.matching.trees import shipped

# How far the models may move a pair's log-odds from what its weights say.
MOST_CORRECTION = 8.0
_DOUBT = (-1.4, -0.6, -0.2, 0.2, 0.6, 1.1, 1.8, 2.0)
_AMONG_CHOSEN = (-0.2, 0.3, 0.5, 0.7, 0.95, 1.3, 1.85, 2.0)
_COMPETITION = (
    "score",
    "margin_in_job",
    "margin_in_project",
    "best_in_job",
    "best_in_project",
    "posterior",
)
ALONE = (
    *FIELDS,
    "near",
    "start_apart",
    "end_apart",
    "weight",
    *(f"weight of {name}" for name in WEIGHED),
)
TOGETHER = (
    *ALONE,
    *(f"first {name}" for name in _COMPETITION),
    *(f"weight {name}" for name in _COMPETITION[1:]),
)


def alone(
    evidence: Evidence, pairs: Pairs, by_field: dict[str, Ints], weights: Weights
) -> list[Floats]:
    """The columns of `ALONE`."""
    weighed = [weights.of[name][by_field[name]].astype(np.float32) for name in WEIGHED]
    apart = [np.abs(evidence["start"]), np.abs(evidence["end"])]
    summed = total(weights.of, by_field) + np.float32(weights.prior)
    return [*evidence.values, pairs.near, *apart, summed, *weighed]


def competition(score: Floats, pairs: Pairs, sizes: tuple[int, int]) -> list[Floats]:
    """The columns of `_COMPETITION` for one score."""
    beside = rivals(score, pairs, sizes)
    return [
        score,
        score - beside.of_job,
        score - beside.of_project,
        beside.of_job,
        beside.of_project,
        log_odds(one_to_one(np.exp(np.clip(score, -30, 30)), pairs, sizes)),
    ]


def together(
    first: Floats, weighed: Floats, columns: list[Floats], pairs: Pairs, sizes: tuple[int, int]
) -> list[Floats]:
    """The columns of `TOGETHER`: `columns` as from `alone`, and the competition by both scores."""
    by_weights = competition(weighed, pairs, sizes)[1:]
    return [*columns, *competition(first, pairs, sizes), *by_weights]


def corrected(
    columns: list[Floats], weighed: Floats, unnamed: Bools, pairs: Pairs, sizes: tuple[int, int]
) -> Floats:
    """The log-odds of each pair after both models, near enough to what the weights say.

    Pairs without two names are `unnamed`; no model has seen any, so their weights stand.
    """
    first = np.where(unnamed, weighed, (shipped("alone").of(columns) + weighed) / 2)
    second = shipped("together").of(together(first, weighed, columns, pairs, sizes))
    said = log_odds(one_to_one(np.exp(np.clip(weighed, -30, 30)), pairs, sizes))
    bounded: Floats = np.clip(second, said - MOST_CORRECTION, said + MOST_CORRECTION)
    return np.where(unnamed, said, bounded)


def log_odds(chance: Floats) -> Floats:
    """The log-odds of a chance, kept finite."""
    kept = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.log(kept / (1 - kept)).astype(np.float32)


def calibrated(score: Floats) -> Floats:
    """The probability of pairs that the assignment chose.

    A pair in doubt that is left when all others have found their partner is right more often than
    its own odds say; the curve is from lists that no model was trained on.
    """
    kept = np.where(score >= _DOUBT[-1], score, np.interp(score, _DOUBT, _AMONG_CHOSEN))
    chance: Floats = 1 / (1 + np.exp(-kept.astype(np.float64)))
    return chance
