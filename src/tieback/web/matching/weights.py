"""What each field weighed in the last look-up, level by level, in plain words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tieback.web.matching.words import effect_words, field_words

# As a bar reaches from the middle to either edge.
_HALF = 50.0
UNKNOWN = "not said"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a field; `x` and `width` are shares of 100, the middle is no effect."""

    label: str
    effect: str
    x: float
    width: float
    is_for: bool
    pairs: int
    matches: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its levels, the one that speaks most against a match first."""

    label: str
    best: Level
    worst: Level
    levels: list[Level]


def fields(weights: Iterable[Mapping[str, Any]]) -> list[Field]:
    """The fields of a report's `weights`, those that can move the odds most first.

    Levels that no pair had are left out, and so is what is not said, which never weighs anything.
    """
    said = [one for one in weights if one["label"] != UNKNOWN and one["pairs"]]
    farthest = max((abs(one["weight"]) for one in said), default=0) or 1.0
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for one in said:
        by_field.setdefault(one["field"], []).append(one)
    ordered = sorted(by_field.items(), key=lambda item: -_reach(item[1]))
    return [_field(name, levels, farthest) for name, levels in ordered]


def _reach(levels: list[Mapping[str, Any]]) -> float:
    weights = [one["weight"] for one in levels]
    return float(max(weights) - min(weights))


def _field(name: str, levels: list[Mapping[str, Any]], farthest: float) -> Field:
    made = [_level(one, farthest) for one in sorted(levels, key=lambda one: float(one["weight"]))]
    return Field(field_words(name), made[-1], made[0], made)


def _level(one: Mapping[str, Any], farthest: float) -> Level:
    weight = float(one["weight"])
    width = round(_HALF * abs(weight) / farthest, 2)
    x = _HALF if weight >= 0 else round(_HALF - width, 2)
    return Level(
        one["label"], effect_words(weight), x, width, weight >= 0, one["pairs"], one["matches"]
    )
