"""A rule that a company's own links suggest, and when what speaks against it is too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tieback.matching.rule_lines import File

Kind = Literal["abbreviation", "stop", "legal", "number_prefix", "number_suffix"]
IdPair = tuple[str, str]
# Fewer like corrections may be chance.
FEWEST = 3
# Of what a rule would touch, so much may speak against it.
_AGAINST = 0.1


@dataclass(frozen=True, slots=True)
class Lesson:
    """A line for the company's rules, why, and the links (job id, project id) that taught it."""

    kind: Kind
    line: str
    sentence: str
    seen_in: list[IdPair]

    @property
    def file(self) -> File:
        """The list of rules that the line belongs to."""
        return "abbreviations" if self.kind == "abbreviation" else "rules"


def is_too_much(against: int, for_it: int) -> bool:
    """Whether `against` is more than a small share of `for_it`."""
    return against > _AGAINST * for_it


def collisions(before: Sequence[object], after: Sequence[object], touched: Sequence[int]) -> int:
    """How many of the `touched` records of one list are the same as another only `after`."""
    held: dict[object, set[object]] = {}
    for one, other in zip(before, after, strict=True):
        held.setdefault(other, set()).add(one)
    return sum(len(held[after[at]]) > 1 for at in touched)
