"""Fellegi–Sunter weights, estimated from the two lists themselves, without a label.

Each field falls into levels; a level's weight is log(m/u): how much commoner it is among pairs
that are the same project than among pairs that are not. The estimate knows that a job has at most
one project and the other way round, without which it would mistake siblings for the same.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeVar

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.kinship import Kinship
from tieback.matching.known import Settled, taken
from tieback.matching.records import Bools, Floats, Ints

WEIGHED = (
    "name",
    "rare words",
    "siblings",
    "number",
    "address",
    "place",
    "customer",
    "start",
    "end",
    "value",
)
_ROUNDS = 15
# So many pairs of each kind are taken to have been seen before, on other lists: what a short list
# says about itself is not much.
_SEEN_BEFORE = 20.0
# A list of so many matches leans half on how often other lists' levels occur, half on how much they
# weighed there: the fewer matches, the less are its names and numbers like those of other lists.
_SHORT = 100
# Of the pairs that an index draws, about one in fifteen is the same project.
_USUAL_PRIOR = 0.065
_UNKNOWN = 0
# Levels from the one that speaks most against a pair to the one that speaks most for it. Nearer
# never counts for less than farther, whatever a few pairs of a short list seem to say.
_RISING: dict[str, tuple[tuple[int, ...], ...]] = {
    "name": (tuple(range(1, 12)),),
    "rare words": (tuple(range(1, 8)),),
    "address": ((1, 2, 3, 5, 6), (1, 4, 6)),
    "place": ((1, 2, 4),),
    "customer": (tuple(range(1, 6)),),
    "start": (tuple(range(6, 0, -1)),),
    "end": (tuple(range(6, 0, -1)),),
    "value": ((7, 6, 5, 4, 3, 2, 9, 8, 1),),
}
_SAME_ADDRESS = 6
# A field never weighs more than this, so that none decides alone.
_MOST = 9.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-weights by field and level (level 0 is unknown and weighs nothing), and the prior."""

    of: dict[str, Floats]
    prior: float


def levels(evidence: Evidence) -> dict[str, Ints]:
    """The level of each field for every pair, 0 where it is unknown."""
    name = names_alike(evidence["job_covered"], evidence["project_covered"], evidence["head"])
    nameless = unnamed(evidence)
    name[nameless] = np.nan
    return {
        "name": np.where(
            evidence["verbatim"] == 1,
            11,
            _cut(name, [0.3, 0.42, 0.52, 0.62, 0.7, 0.78, 0.86, 0.93, 0.985]),
        ).astype(np.int32),
        "rare words": _cut(
            np.where(nameless, np.nan, evidence["shared"]), [0.4, 0.8, 1.2, 1.7, 2.3, 3.2]
        ),
        "siblings": np.where(nameless, _UNKNOWN, _siblings(evidence)),
        "number": np.where(
            np.isnan(evidence["number"]), _UNKNOWN, np.nan_to_num(evidence["number"]) + 1
        ).astype(np.int32),
        "address": _address(evidence),
        "place": _place(evidence),
        "customer": _customer(evidence),
        "start": _cut(np.abs(evidence["start"]), [1, 32, 95, 370, 800]),
        "end": _cut(np.abs(evidence["end"]), [1, 46, 130, 400, 900]),
        "value": _value(evidence),
    }


Measure = TypeVar("Measure", float, Floats)


def names_alike(job_covered: Measure, project_covered: Measure, head: Measure) -> Measure:
    """How alike two names are, from 0 to 1: the share of either's words, and letter by letter."""
    alike: Measure = 0.4 * job_covered + 0.25 * project_covered + 0.35 * head
    return alike


def unnamed(evidence: Evidence) -> Bools:
    """Whether one of the two names is missing, or has no word in it."""
    nothing_asked = (evidence["project_covered"] == 0) & (evidence["project_alone"] == 0)
    found: Bools = np.isnan(evidence["verbatim"]) | (evidence["job_words"] == 0) | nothing_asked
    return found


def weights(
    by_field: dict[str, Ints],
    pairs: Pairs,
    sizes: tuple[int, int],
    settled: Settled | None = None,
) -> Weights:
    """Weights by expectation and maximisation under one-to-one; what is settled stays as it is.

    The prior is that of the pairs still in question. Pairs that only crossed keys found are asked
    nothing: they were looked for among records of one customer, place or time, so that it would
    seem as if these told nobody apart.
    """
    asked = np.flatnonzero((pairs.near != 0) | (settled.confirmed if settled else False))
    if 0 < len(asked) < len(pairs):
        by_field = {name: level[asked] for name, level in by_field.items()}
        pairs, settled = taken(pairs, asked), settled.take(asked) if settled else None
    prior = float(np.clip(0.6 * min(sizes) / max(len(pairs), 1), 1e-4, 0.9))
    chance = _first_guess(by_field, pairs, settled)
    found: dict[str, Floats] = {}
    for _ in range(_ROUNDS):
        found = {name: _log_ratio(name, level, chance) for name, level in by_field.items()}
        odds = np.exp(np.clip(total(found, by_field) + np.log(prior / (1 - prior)), -30, 30))
        if settled:
            odds[~settled.open] = 0
        chance = one_to_one(odds, pairs, sizes)
        prior = float(np.clip(_mean(chance, settled), 1e-4, 0.9))
        if settled:
            settled.hold(chance)
    return Weights(found, float(np.log(prior / (1 - prior))))


def _mean(chance: Floats, settled: Settled | None) -> float:
    """Of the pairs in question; of few of them, leaning on what is usual."""
    inside = chance[settled.open] if settled else chance
    return float((inside.sum() + _SEEN_BEFORE * _USUAL_PRIOR) / (len(inside) + _SEEN_BEFORE))


def total(found: dict[str, Floats], by_field: dict[str, Ints]) -> Floats:
    """The sum of the weights of each pair."""
    summed = sum(found[name][level] for name, level in by_field.items())
    return np.asarray(summed, np.float32)


def one_to_one(odds: Floats, pairs: Pairs, sizes: tuple[int, int]) -> Floats:
    """The chance of each pair, given that it competes with all others of its job and project."""
    rows = np.bincount(pairs.job, odds, sizes[0])[pairs.job]
    columns = np.bincount(pairs.project, odds, sizes[1])[pairs.project]
    chance: Floats = odds / (1 + rows + columns - odds)
    return chance


def _first_guess(by_field: dict[str, Ints], pairs: Pairs, settled: Settled | None) -> Floats:
    """Before anything is known: names alike, numbers where there are any, else one address."""
    name = by_field["name"] / 10.0
    kin = by_field["number"] - 1
    guess = name**3 * 0.6 + 0.35 * (kin >= Kinship.STEM) - 0.3 * (kin == Kinship.CONTRADICTS)
    nothing_told = (by_field["name"] == _UNKNOWN) & (by_field["number"] == _UNKNOWN)
    guess += 0.35 * (nothing_told & (by_field["address"] == _SAME_ADDRESS))
    if settled:
        guess[~settled.open] = 0
    best = np.zeros(int(pairs.job.max(initial=0)) + 1)
    np.maximum.at(best, pairs.job, guess)
    chance: Floats = np.clip(guess * (guess >= best[pairs.job] - 1e-9), 0.001, 0.95)
    if settled:
        settled.hold(chance)
    return chance


def _log_ratio(name: str, level: Ints, chance: Floats) -> Floats:
    before_m, before_u = _seen_before()[name]
    size = len(before_m)
    m = np.bincount(level, chance, size).astype(np.float64)
    u = np.bincount(level, 1 - chance, size).astype(np.float64)
    m[_UNKNOWN] = u[_UNKNOWN] = 0
    share = 1 / (1 + m.sum() / _SHORT)
    u = u + _SEEN_BEFORE * before_u + 1e-9
    expected = u * (before_m + 1e-9) / (before_u + 1e-9)
    m = m + _SEEN_BEFORE * (share * expected / expected.sum() + (1 - share) * before_m) + 1e-9
    for chain in _RISING.get(name, ()):
        _pool(m, u, chain)
    found: Floats = np.clip(np.log(m / m.sum()) - np.log(u / u.sum()), -_MOST, _MOST)
    found[_UNKNOWN] = 0
    return found


def _pool(m: Floats, u: Floats, rising: tuple[int, ...]) -> None:
    """Level neighbours out of order among `rising`: they share what both have seen."""
    pools: list[tuple[list[int], float, float]] = []
    for level in rising:
        pools.append(([level], float(m[level]), float(u[level])))
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] > pools[-1][1] * pools[-2][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    for inside, same, other in pools:
        if len(inside) > 1:
            share = u[inside] / other
            m[inside], u[inside] = same * share, other * share


@cache
def _seen_before() -> dict[str, tuple[Floats, Floats]]:
    """By field, how often each level occurs among pairs that match and among others."""
    text = (resources.files(__package__) / "data" / "levels.json").read_text("utf-8")
    return {name: (np.array(m), np.array(u)) for name, (m, u) in json.loads(text).items()}


def _cut(values: Floats, borders: list[float]) -> Ints:
    level = np.searchsorted(np.array(borders, np.float32), np.nan_to_num(values), side="right") + 1
    return np.where(np.isnan(values), _UNKNOWN, level).astype(np.int32)


def _siblings(evidence: Evidence) -> Ints:
    """What tells siblings apart: nothing said, the same, one side only, excused, contradicting."""
    shared, job = evidence["siblings_shared"] > 0, evidence["siblings_job"] > 0
    project, beyond = evidence["siblings_project"] > 0, evidence["siblings_beyond"] > 0
    against = (evidence["phase"] == 0) | (evidence["building"] == 0)
    level = np.where(shared, 2, 1)
    level = np.where(beyond, 3, level)
    level = np.where(project, 4, level)
    level = np.where(job, 5, level)
    level = np.where(job & project, 6, level)
    return np.where(against, 7, level).astype(np.int32)


def _value(evidence: Evidence) -> Ints:
    """How far apart; of equal amounts, those that few others have too say more."""
    apart, crowd = evidence["value"], evidence["value_shared_by"]
    level = _cut(apart, [0.001, 0.03, 0.1, 0.25, 0.5, 1.2])
    equal = level == 1
    return np.where(equal & (crowd > 2), 9, np.where(equal & (crowd > 0.5), 8, level))


def _address(evidence: Evidence) -> Ints:
    alike, house, street = evidence["address"], evidence["house"], evidence["street"]
    level = np.where(alike > 0.9, 3, np.where(alike > 0.6, 2, 1))
    level = np.where((house == 1) & (street == 1), 5, level)
    level = np.where((house == 0) & (street == 1), 4, level)
    level = np.where((house == 1) & (alike > 0.93), 6, level)
    return np.where(np.isnan(alike), _UNKNOWN, level).astype(np.int32)


def _place(evidence: Evidence) -> Ints:
    zips, city = evidence["zip"], evidence["city"]
    level = np.where(zips == 1, 4, np.where(zips == 0, 3, _UNKNOWN))
    level = np.where((level == _UNKNOWN) & (city == 1), 2, level)
    return np.where((level == _UNKNOWN) & (city == 0), 1, level).astype(np.int32)


def _customer(evidence: Evidence) -> Ints:
    alike, crowd = evidence["owner"], evidence["owner_shared_by"]
    level = np.where(alike > 0.9, 3, np.where(alike > 0.6, 2, 1))
    level = np.where((alike > 0.9) & (crowd < 5), 4, level)
    level = np.where((alike > 0.9) & (crowd < 3), 5, level)
    return np.where(np.isnan(alike), _UNKNOWN, level).astype(np.int32)
