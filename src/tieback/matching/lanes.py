"""Which matches a company may let pass by themselves, and which a person has to see."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.kinship import Kinship
from tieback.matching.records import Bools, Floats, Longs
from tieback.matching.solve import Rivals


class Lane(StrEnum):
    """Where a match is shown."""

    SAFE = "Safe"
    LOOK = "Look"
    TWINS = "Twins"


# Log-odds from which a match is safe, fixed on lists other than the one at hand: for lists whose
# numbers agree in good part, and for those without usable numbers.
SAFE_WITH_NUMBERS = 4.6
SAFE_WITHOUT_NUMBERS = 4.9
# Rivals within this much of a match are look-alikes.
_TWIN_MARGIN = 1.0
# Where a smaller share of the matches than this would be safe, the lists are of a kind that proves
# little, and so does the odd match that seems sure.
_FEWEST_SAFE = 0.02


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lane of each match; `why_empty` says why nothing is safe, "" where something is."""

    lanes: list[Lane]
    threshold: float
    why_empty: str


def lanes(score: Floats, beside: Rivals, evidence: Evidence, chosen: Longs, pairs: Pairs) -> Lanes:
    """A lane for each chosen pair."""
    has_numbers = _numbers_help(evidence, chosen)
    threshold = SAFE_WITH_NUMBERS if has_numbers else SAFE_WITHOUT_NUMBERS
    safe = (score[chosen] >= threshold) & ~_never_alone(evidence, chosen)
    twins = score[chosen] - beside.best[chosen] < _TWIN_MARGIN
    why = _why_empty(safe, score[chosen], threshold)
    if why:
        safe[:] = False
    found = [
        Lane.SAFE if is_safe else Lane.TWINS if is_twin else Lane.LOOK
        for is_safe, is_twin in zip(safe.tolist(), twins.tolist(), strict=True)
    ]
    return Lanes(found, threshold, why)


def _numbers_help(evidence: Evidence, chosen: Longs) -> bool:
    """Whether numbers agree in at least a fifth of the matches."""
    kin = evidence["number"][chosen]
    return bool(len(kin)) and float(np.mean(kin >= Kinship.STEM)) >= 0.2


def _never_alone(evidence: Evidence, chosen: Longs) -> Bools:
    """What a person has to see whatever the odds: what tells siblings apart speaks against it."""
    against = (evidence["phase"][chosen] == 0) | (evidence["building"][chosen] == 0)
    kin = evidence["number"][chosen]
    name_against = (kin >= Kinship.STEM) & (evidence["job_covered"][chosen] < 0.35)
    found: Bools = against | (kin == Kinship.OTHER_SUB_JOB) | name_against
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
