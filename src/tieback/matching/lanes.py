"""Which matches a company may let pass by themselves, and which a person has to see."""

from dataclasses import dataclass
from enum import StrEnum
from math import log

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.kinship import Kinship
from tieback.matching.records import Bools, Floats, Longs
from tieback.matching.score import unnamed
from tieback.matching.solve import Rivals


class Lane(StrEnum):
    """Where a match is shown."""

    SAFE = "Safe"
    LOOK = "Look"
    TWINS = "Twins"


# The precision that Safe promises unless a company states another.
USUAL_PRECISION = 0.998
# Log-odds from which a match is safe at that precision, fixed on lists other than the one at hand:
# for lists whose numbers agree in good part, and for those without usable numbers.
SAFE_WITH_NUMBERS = 4.0
SAFE_WITHOUT_NUMBERS = 4.7
# Looser than this was not measured on enough lists to promise anything.
_LOOSEST = 0.99
# Rivals within this much of a match are look-alikes.
TWIN_MARGIN = 1.0
# Where a smaller share of the matches than this would be safe, the lists are of a kind that proves
# little, and so does the odd match that seems sure.
_FEWEST_SAFE = 0.02


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lane of each match; `why_empty` says why nothing is safe, "" where something is."""

    lanes: list[Lane]
    is_twin: Bools
    threshold: float
    why_empty: str


def lanes(
    score: Floats,
    beside: Rivals,
    evidence: Evidence,
    chosen: Longs,
    pairs: Pairs,
    precision: float = USUAL_PRECISION,
) -> Lanes:
    """A lane for each chosen pair; raises `ValueError` where `precision` cannot be promised."""
    threshold = safe_from(precision, has_numbers=_numbers_help(evidence, chosen))
    safe = _safe(score, evidence, chosen, threshold)
    why = _why_empty(safe, score[chosen], threshold)
    return lanes_at(threshold, why, score, beside, evidence, chosen)


def lanes_at(
    threshold: float,
    why_empty: str,
    score: Floats,
    beside: Rivals,
    evidence: Evidence,
    chosen: Longs,
) -> Lanes:
    """A lane for each chosen pair, where threshold and whether Safe is empty are settled."""
    safe = _safe(score, evidence, chosen, threshold)
    twins = score[chosen] - beside.best[chosen] < TWIN_MARGIN
    if why_empty:
        safe[:] = False
    found = [
        Lane.SAFE if is_safe else Lane.TWINS if is_twin else Lane.LOOK
        for is_safe, is_twin in zip(safe.tolist(), twins.tolist(), strict=True)
    ]
    return Lanes(found, twins & ~safe, threshold, why_empty)


def _safe(score: Floats, evidence: Evidence, chosen: Longs, threshold: float) -> Bools:
    found: Bools = (score[chosen] >= threshold) & ~_never_alone(evidence, chosen)
    return found


def safe_from(precision: float, *, has_numbers: bool) -> float:
    """The log-odds from which a match is safe, for Safe as a whole to be right this often.

    The usual precision has thresholds that were measured. For another, the odds of an error at the
    threshold change as those of the lane: half the errors, half the odds, 0.69 more of log-odds.
    `docs/matching.md` has what came of it list by list: where numbers helped, at least 0.9992 where
    0.999 was asked for, 0.9968 for 0.995 and 0.9958 for 0.99; without them 0.9976, 0.9944 and
    0.9920 on the worst list. Below 0.99 the threshold falls no further. Raises `ValueError` for
    what is no precision.
    """
    check(precision)
    usual = SAFE_WITH_NUMBERS if has_numbers else SAFE_WITHOUT_NUMBERS
    return usual + _log_odds(max(precision, _LOOSEST)) - _log_odds(USUAL_PRECISION)


def check(precision: float) -> None:
    """Raise `ValueError` for what no lane can promise."""
    if not 0.5 <= precision < 1:
        raise ValueError(
            f"Safe cannot promise a precision of {precision:g}. State a share from 0.5 up to, but "
            "not including, 1; 0.998 is usual."
        )


def _log_odds(share: float) -> float:
    return log(share / (1 - share))


def _numbers_help(evidence: Evidence, chosen: Longs) -> bool:
    """Whether numbers agree in at least a fifth of the matches."""
    kin = evidence["number"][chosen]
    return bool(len(kin)) and float(np.mean(kin >= Kinship.STEM)) >= 0.2


def _never_alone(evidence: Evidence, chosen: Longs) -> Bools:
    """What a person has to see whatever the odds.

    What tells siblings apart speaks against it, or the name does, or there is none; or a sibling is
    as near: numbers that only nearly agree while one side names a sub job, a phase or a building.
    """
    against = (evidence["phase"][chosen] == 0) | (evidence["building"][chosen] == 0)
    kin = evidence["number"][chosen]
    name_against = (kin >= Kinship.STEM) & (evidence["job_covered"][chosen] < 0.35)
    found: Bools = (
        against
        | _sibling_near(evidence, chosen)
        | (kin == Kinship.OTHER_SUB_JOB)
        | name_against
        | _nothing_own(evidence, chosen)
    )
    return found | unnamed(evidence)[chosen]


def _sibling_near(evidence: Evidence, chosen: Longs) -> Bools:
    kin = evidence["number"][chosen]
    one_sided = sum(
        evidence[field][chosen] for field in ("siblings_job", "siblings_project", "siblings_beyond")
    )
    nearly = (kin < Kinship.SAME) & (np.asarray(one_sided) > 0)
    found: Bools = nearly | (kin == Kinship.STEM) | (kin == Kinship.ONE_TYPO)
    return found


def _nothing_own(evidence: Evidence, chosen: Longs) -> Bools:
    """Where all that agrees could be said of another project too.

    Words of the trade, places and counts: "Project #4 (District 20)" stands in every year's plan. A
    number, an address, or an amount that is the same to the unit and of no other speaks for itself.
    """
    number = evidence["number"][chosen] >= Kinship.STEM
    address = (evidence["house"][chosen] == 1) & (evidence["street"][chosen] == 1)
    amount = (evidence["value"][chosen] < 0.001) & (evidence["is_round"][chosen] == 0)
    found: Bools = (evidence["own_words"][chosen] == 0) & ~(number | address | amount)
    return found


def _why_empty(safe: Bools, score: Floats, threshold: float) -> str:
    if not len(score):
        return "No job is like any project."
    if safe.sum() < max(1.0, _FEWEST_SAFE * len(score)):
        needed = 1 / (1 + np.exp(-threshold))
        return (
            f"{safe.sum():,} of {len(score):,} matches reach the probability of {needed:.1%} that "
            "is needed to go without a person: these lists say too little."
        )
    return ""
