"""What other lists taught: two small models that read the evidence and the competition.

The first sees a pair alone; the second also how far its rivals are behind. Both were trained on
lists other than the one at hand, so what they add to the weights is bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import FIELDS, Evidence
from tieback.matching.records import Bools, Floats, Ints
from tieback.matching.score import WEIGHED, Weights, one_to_one, total
from tieback.matching.solve import NO_RIVAL, rivals
from tieback.matching.trees import shipped

# How far the models may move a pair's log-odds from what its weights say.
MOST_CORRECTION = 8.0
_COMPETITION = (
    "score",
    "margin_in_job",
    "margin_in_project",
    "best_in_job",
    "best_in_project",
    "posterior",
)
# What a rule asks and no model.
_NOT_READ = frozenset({"own_words", "is_round"})
_READ = [at for at, field in enumerate(FIELDS) if field not in _NOT_READ]
ALONE = (
    *(FIELDS[at] for at in _READ),
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
    "jobs with a partner",
    "projects with a partner",
)
# Among the columns of `rivalry`, what the weights make of a pair among its rivals.
_SAID = 2 * len(_COMPETITION) - 2
# Lists of a few records say little about how many have a partner: so many are taken to have been
# seen before, three in four of them with one.
_SEEN_BEFORE, _SEEN_WITH_PARTNER = 20.0, 15.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many jobs and projects there are in `all`, and how many of them no link settles."""

    all: tuple[int, int]
    open: tuple[int, int]


def alone(
    evidence: Evidence, pairs: Pairs, by_field: dict[str, Ints], weights: Weights
) -> list[Floats]:
    """The columns of `ALONE`."""
    weighed = [weights.of[name][by_field[name]].astype(np.float32) for name in WEIGHED]
    apart = [np.abs(evidence["start"]), np.abs(evidence["end"])]
    summed = total(weights.of, by_field) + np.float32(weights.prior)
    return [*(evidence.values[at] for at in _READ), pairs.near, *apart, summed, *weighed]


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
    first: Floats, weighed: Floats, columns: list[Floats], pairs: Pairs, sizes: Sizes
) -> list[Floats]:
    """The columns of `TOGETHER`: `columns` as from `alone`, and the competition by both scores."""
    return [*columns, *rivalry(first, weighed, pairs, sizes.all, have_partner(first, pairs, sizes))]


def rivalry(
    first: Floats,
    weighed: Floats,
    pairs: Pairs,
    sizes: tuple[int, int],
    partners: Sequence[float],
) -> list[Floats]:
    """The columns of `TOGETHER` that depend on other pairs; `partners` as from `have_partner`."""
    by_weights = competition(weighed, pairs, sizes)[1:]
    whole = [np.full(len(pairs), odds, np.float32) for odds in partners]
    return [*competition(first, pairs, sizes), *by_weights, *whole]


def have_partner(first: Floats, pairs: Pairs, sizes: Sizes) -> list[float]:
    """The log-odds that an open record of either side has a partner at all.

    A pair that looks good is worth less where most of those that have a partner are linked already,
    or where one list knows little of what the other has.
    """
    posterior = log_odds(one_to_one(np.exp(np.clip(first, -30, 30)), pairs, sizes.all))
    best = np.full(sizes.all[0], NO_RIVAL, np.float32)
    np.maximum.at(best, pairs.job, posterior)
    seen = float((1 / (1 + np.exp(-best.astype(np.float64)))).sum())
    return partner_odds(seen, sizes)


def partner_odds(seen: float, sizes: Sizes) -> list[float]:
    """The log-odds that an open record has a partner, on either side, where so many were `seen`."""
    found = _SEEN_WITH_PARTNER + seen
    return [float(np.log(found / max(size + _SEEN_BEFORE - found, 1.0))) for size in sizes.open]


def corrected(
    columns: list[Floats], weighed: Floats, unnamed: Bools, pairs: Pairs, sizes: Sizes
) -> Floats:
    """The log-odds of each pair after both models, near enough to what the weights say.

    Pairs without two names are `unnamed`; no model has seen any, so their weights stand.
    """
    first = by_itself(columns, weighed, unnamed)
    partners = have_partner(first, pairs, sizes)
    beside = rivalry(first, weighed, pairs, sizes.all, partners)
    return among_rivals(columns, beside, unnamed)


def by_itself(columns: list[Floats], weighed: Floats, unnamed: Bools) -> Floats:
    """The log-odds of each pair as if it had no rivals: by the weights and the first model."""
    found: Floats = np.where(unnamed, weighed, (shipped("alone").of(columns) + weighed) / 2)
    return found


def among_rivals(columns: list[Floats], beside: list[Floats], unnamed: Bools) -> Floats:
    """The log-odds of each pair after both models; `beside` as from `rivalry`."""
    second = shipped("together").of([*columns, *beside])
    said = beside[_SAID]
    bounded: Floats = np.clip(second, said - MOST_CORRECTION, said + MOST_CORRECTION)
    return np.where(unnamed, said, bounded)


def log_odds(chance: Floats) -> Floats:
    """The log-odds of a chance, kept finite."""
    kept = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.log(kept / (1 - kept)).astype(np.float32)
