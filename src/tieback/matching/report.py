"""What can be said of a whole list: how sure its matches are, and what each field weighed."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tieback.matching.records import Floats, Ints
from tieback.matching.score import WEIGHED, Weights

_POINTS = 40
BINS = 15
# Level by level, as a person would say it; the first is what is not said on one side.
_NAME = ("not said", "under 30 % alike")
_BORDERS = (30, 42, 52, 62, 70, 78, 86, 93, 98.5)
_ALIKE = pairwise(_BORDERS)
LABELS: dict[str, tuple[str, ...]] = {
    "name": (
        *_NAME,
        *(f"{low} to {high} % alike" for low, high in _ALIKE),
        "over 98.5 % alike",
        "same, letter by letter",
    ),
    "rare words": (
        "not said",
        "next to none shared",
        "a common one shared",
        "about one shared",
        "one or two shared",
        "about two shared",
        "two or three shared",
        "more than three shared",
    ),
    "siblings": (
        "not said",
        "neither names a phase, building or number",
        "the same phase, building or number",
        "one says more where the other was cut",
        "only the project says one",
        "only the job says one",
        "each says another",
        "phases or buildings contradict",
    ),
    "number": (
        "not said",
        "differs",
        "of another kind",
        "cannot be compared",
        "another sub job",
        "one typo",
        "one is part of the other",
        "same without the sub job",
        "stands in the name",
        "same",
    ),
    "address": (
        "not said",
        "differs",
        "somewhat alike",
        "nearly the same",
        "same street, another house",
        "same house and street",
        "same",
    ),
    "place": (
        "not said",
        "another city",
        "same city, no postal code",
        "another postal code",
        "same postal code",
    ),
    "customer": (
        "not said",
        "differs",
        "alike",
        "same, and of very many others",
        "same, and of many others",
        "same, and of few others",
    ),
    "start": (
        "not said",
        "same day",
        "within a month",
        "within three months",
        "within a year",
        "within about two years",
        "further apart",
    ),
    "end": (
        "not said",
        "same day",
        "within six weeks",
        "within four months",
        "within thirteen months",
        "within two and a half years",
        "further apart",
    ),
    "value": (
        "not said",
        "same, and of no other",
        "within 3 %",
        "within 10 %",
        "within 28 %",
        "within 65 %",
        "up to three times",
        "further apart",
        "same, and of a few others",
        "same, and of many others",
    ),
}


@dataclass(frozen=True, slots=True)
class Point:
    """`matches` have at least this `probability`; `precision` is the share expected to be right."""

    probability: float
    matches: int
    precision: float


@dataclass(frozen=True, slots=True)
class Level:
    """What one level of a field weighed, in log-odds, and how many it was seen in.

    `pairs` counts all that were compared, `matches` those that are proposed or confirmed.
    """

    field: str
    label: str
    weight: float
    pairs: int
    matches: int


@dataclass(frozen=True, slots=True)
class Report:
    """About the list as a whole; `dataclasses.asdict` of it is JSON.

    `chart` goes from the surest match to the least sure, about 40 points. `safe_from` is the
    probability from which a match may be Safe. `histogram` counts matches in 15 bins of
    probability, from 0 to 1.
    """

    chart: list[Point]
    safe_from: float
    weights: list[Level]
    histogram: list[int]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each level of each field occurs: in all pairs, and in those that are the same."""

    pairs: dict[str, Ints]
    same: dict[str, Ints]


def tally(by_field: dict[str, Ints], same: Ints) -> Tally:
    """Count the levels; `same` are indices of pairs."""
    pairs = {name: _counts(name, level) for name, level in by_field.items()}
    return Tally(pairs, {name: _counts(name, level[same]) for name, level in by_field.items()})


def report(
    probability: Floats, safe_from: float, weights: Weights, seen: Tally, matched: Tally
) -> Report:
    """The report on matches of these probabilities.

    `seen` counts all pairs and those confirmed, `matched.same` the matches proposed.
    """
    counts, _ = np.histogram(probability, BINS, (0, 1))
    levels = [
        Level(
            name,
            label,
            round(float(weights.of[name][at]), 4),
            int(seen.pairs[name][at]),
            int(seen.same[name][at] + matched.same[name][at]),
        )
        for name in WEIGHED
        for at, label in enumerate(LABELS[name])
    ]
    return Report(_chart(probability), safe_from, levels, counts.tolist())


def _chart(probability: Floats) -> list[Point]:
    """Points at even steps of the number of matches; equal probabilities enter together."""
    falling = np.sort(probability)[::-1].astype(np.float64)
    if not len(falling):
        return []
    precision = np.cumsum(falling) / np.arange(1, len(falling) + 1)
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    wanted = np.linspace(0, len(falling) - 1, _POINTS)
    which = np.unique(last[np.searchsorted(last, wanted)])
    return [Point(float(falling[at]), int(at) + 1, float(precision[at])) for at in which]


def _counts(name: str, level: Ints) -> Ints:
    found: Ints = np.bincount(level, minlength=len(LABELS[name]))
    return found
