"""What a sample shows about all rows: pure counting, exact, and never more than the data says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, comb

CONFIDENCE = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a sample of `drawn` rows out of `population` stands, and what may be said of all rows.

    `at_most` is how many of the population may be not right, with 95 % confidence; None while
    rows are left to judge.
    """

    population: int
    drawn: int
    right: int
    wrong: int
    unsure: int
    at_most: int | None

    @property
    def left(self) -> int:
        return self.drawn - self.right - self.wrong - self.unsure

    @property
    def is_whole(self) -> bool:
        """Whether every row of the population was looked at, so that nothing is left to chance."""
        return self.drawn == self.population

    @property
    def share(self) -> float | None:
        """`at_most` in per cent of the population, rounded up to a tenth."""
        return None if self.at_most is None else percent_up(self.at_most, self.population)

    @property
    def sentence(self) -> str:
        """What was found and what it proves, in words."""
        if self.at_most is None:
            return (
                f"{self.left:,} of {self.drawn:,} rows are still to be judged. Until then the "
                f"sample shows nothing about the {self.population:,}."
            )
        if self.is_whole:
            return f"{self._found}. Every one of the {self.population:,} was looked at."
        fault = "not right" if self.unsure else "wrong"
        if not self.at_most:
            return f"{self._found}: none of the {self.population:,} is {fault}{_WITH}"
        return (
            f"{self._found}: at most {self.at_most:,} of the {self.population:,} "
            f"({self.share} %) {'is' if self.at_most == 1 else 'are'} {fault}{_WITH}"
        )

    @property
    def _found(self) -> str:
        found = f"{self.wrong:,} of {self.drawn:,} wrong"
        if not self.unsure:
            return found
        return f"{found}, and {self.unsure:,} that nobody could say, which count as not shown right"


_WITH = ", with 95 % confidence."


def conclude(*, population: int, drawn: int, right: int, wrong: int, unsure: int) -> Conclusion:
    """The conclusion of a sample; what nobody could say counts as not shown right."""
    is_judged = right + wrong + unsure == drawn
    bound = at_most(population=population, drawn=drawn, found=wrong + unsure)
    return Conclusion(population, drawn, right, wrong, unsure, bound if is_judged else None)


@lru_cache(1024)
def at_most(*, population: int, drawn: int, found: int) -> int:
    """The upper 95 % limit for how many of the population are like the `found` ones of the sample.

    The largest number under which so few would turn up in `drawn` rows with a chance of more than
    5 %, when rows are drawn without putting back: the one-sided Clopper–Pearson limit for a finite
    population, where the hypergeometric distribution stands in the place of the binomial. Counted
    in whole numbers, so nothing is rounded.
    """
    low, high = found, population - (drawn - found)
    while low < high:
        middle = (low + high + 1) // 2
        if _is_plausible(population, drawn, found, middle):
            low = middle
        else:
            high = middle - 1
    return low


def percent_up(part: int, whole: int) -> float:
    """`part` of `whole` in per cent, rounded up to a tenth, so that it never says too little."""
    return ceil(Fraction(1000 * part, whole)) / 10


def lot(seed: str, positions: Iterable[int], size: int) -> list[int]:
    """The `size` positions that the seed draws, in the order in which it draws them.

    Each position gets the SHA-256 of "seed:position"; those with the smallest are drawn. So the
    same seed draws the same rows in any language.
    """
    return sorted(positions, key=lambda position: (_ticket(seed, position), position))[:size]


def _ticket(seed: str, position: int) -> bytes:
    return hashlib.sha256(f"{seed}:{position}".encode()).digest()


def _is_plausible(population: int, drawn: int, found: int, bad: int) -> bool:
    """Whether `found` or fewer of the `bad` turn up with a chance of more than 5 %."""
    ways = sum(
        comb(bad, shown) * comb(population - bad, drawn - shown) for shown in range(found + 1)
    )
    return ways > (1 - CONFIDENCE) * comb(population, drawn)
