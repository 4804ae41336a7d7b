"""The fields of a record as things that two records share or do not: -1 where nothing is said."""

from zlib import crc32

import numpy as np

from tieback.matching.normalise import UNKNOWN, Side
from tieback.matching.records import Floats, Ints, Longs

# Cells in which starts and ends are looked up, steps of an amount, and letters of a customer.
_GRID_DAYS = 40.0
_STEP = 0.1
_OWNER_LETTERS = 12


def stems(side: Side) -> list[Longs]:
    """The number, and the one in the name where it is another."""
    typed = np.where(side.name_stem == side.stem, UNKNOWN, side.name_stem)
    return [side.stem.astype(np.int64), typed.astype(np.int64)]


def addresses(side: Side) -> Longs:
    """House and street."""
    return both(side.house, side.street)


def amounts(side: Side) -> Longs:
    """The amount to the unit."""
    value = np.nan_to_num(side.records.value, nan=UNKNOWN)
    return np.where(np.abs(value) >= 2, np.round(value), UNKNOWN).astype(np.int64)


def customers(side: Side) -> Longs:
    """Customers by their first letters, which survive cutting and most endings."""
    codes = [crc32(text[:_OWNER_LETTERS].encode()) for text in side.owner_texts]
    return np.append(np.array(codes, np.int64), UNKNOWN)[side.owner]


def starts(side: Side) -> list[Longs]:
    """The cell of the start, in two grids."""
    return _cells(side.records.start / _GRID_DAYS)


def ends(side: Side) -> list[Longs]:
    """The cell of the end, in two grids."""
    return _cells(side.records.end / _GRID_DAYS)


def sizes(side: Side) -> list[Longs]:
    """The cell of the amount, in two grids."""
    value = side.records.value
    with np.errstate(invalid="ignore", divide="ignore"):
        return _cells(np.where(value > 0, np.log(value) / _STEP, np.nan))


def both(one: Ints | Longs, other: Ints | Longs) -> Longs:
    """Two things as one, where both are said."""
    mixed = one.astype(np.int64) * 0x1E3779B97F4A7C15 ^ other.astype(np.int64) * 0x42B2AE3D27D4EB4F
    found: Longs = np.where((one >= 0) & (other >= 0), mixed & ((1 << 62) - 1), UNKNOWN)
    return found


def of_kind(kind: int, key: Longs) -> Longs:
    """Keys of one kind, so that no two kinds share one."""
    return both(np.full(len(key), kind + 1), key)


def _cells(place: Floats) -> list[Longs]:
    """Where a number lies, in two grids half a step apart, so that no border parts neighbours."""
    known = np.isfinite(place)
    steps = np.nan_to_num(place, nan=0, posinf=0, neginf=0)
    found = []
    for shift in (0, 1):
        cell = np.floor(steps + shift / 2).astype(np.int64) * 2 + shift
        found.append(np.where(known, cell + (1 << 40), UNKNOWN))
    return found
