"""For each record of one side, those of the other that stand nearest."""

from dataclasses import dataclass

import numpy as np

from tieback.matching.block.crossed import Crossed, Facets
from tieback.matching.block.matrices import Found, Matrix
from tieback.matching.normalise import Side
from tieback.matching.records import Bools, Floats, Longs

# So many come out of the index for each record.
_DRAWN = 40
_STEPS = 64
# What is nearer by less than this share of the best is not looked at.
_LEAST = 0.2
# A record is lost in a crowd where so many stand within this share of the best, and nobody is found
# where the best is no nearer than that.
_CROWD, _IN_CROWD, _FOUND = 12, 0.3, 0.9
# Starts this near, and amounts this alike, speak for a pair.
_NEAR_DAYS, _NEAR_RATIO = 60.0, 0.3
_SHARED = (("owner", 0.1), ("city", 0.05), ("phase", 0.1), ("building", 0.1))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and who answers, by pieces of the name and by keys.

    `asked` has a row for each who asks, `answered` a column for each who answers. `most` are kept
    for each, and `most_crossed` of those whom only crossed keys find.
    """

    asks: Side
    answers: Side
    asked: Matrix
    answered: Matrix
    most: int
    crossed: tuple[Facets, Crossed] | None = None
    most_crossed: int = 0

    def nearest(self, rows: Longs) -> list[Found]:
        """The nearest for some rows; then, at no nearness, those for the lost among them."""
        near = self.asked[rows] @ self.answered
        drawn = _drawn(near)
        found = [self._best(rows, drawn, self.most)]
        if self.crossed is not None:
            facets, crossed = self.crossed
            lost = _lost(drawn, len(rows))
            drawn = _drawn(near[lost] + crossed.asked(facets, rows[lost]))
            asked, columns, _ = self._best(rows[lost], drawn, self.most_crossed)
            found.append((asked, columns, np.zeros(len(columns), np.float32)))
        return found

    def _best(self, asked: Longs, drawn: Found, most: int) -> Found:
        """The best when all fields have been asked."""
        rows, columns, values = drawn
        values = values + other_fields(self.asks, self.answers, asked[rows], columns)
        order = _by_size(rows, values)
        chosen = order[_first(rows[order], most, len(asked))]
        return asked[rows[chosen]], columns[chosen], values[chosen]


def _lost(drawn: Found, count: int) -> Longs:
    """Rows for which nobody stands out."""
    rows, _, values = drawn
    best = np.zeros(count, np.float32)
    np.maximum.at(best, rows, values)
    crowd = np.bincount(rows[values >= _IN_CROWD * best[rows]], minlength=count)
    return np.flatnonzero((best < _FOUND) | (crowd >= _CROWD))


def _drawn(product: Matrix) -> Found:
    """The largest of each row, in order of rows and size."""
    values, columns = product.data, product.indices
    counts = np.diff(product.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    best = np.zeros(len(counts), np.float32)
    some = np.flatnonzero(counts)
    if len(some):
        best[some] = np.maximum.reduceat(values, product.indptr[some])
    kept: Bools = values >= (_LEAST * best)[rows]
    rows, columns, values = rows[kept], columns[kept], values[kept]
    kept = _may_be_drawn(rows, values / best[rows])
    rows, columns, values = rows[kept], columns[kept], values[kept]
    order = _by_size(rows, values)
    rows, columns, values = rows[order], columns[order], values[order]
    top = _first(rows, _DRAWN, len(counts))
    return rows[top], columns[top].astype(np.int64), values[top]


def _by_size(rows: Longs, values: Floats) -> Longs:
    """By row, the largest first."""
    return np.argsort(rows * 64.0 - values, kind="stable")


def _may_be_drawn(rows: Longs, share: Floats) -> Bools:
    """Those in the steps, from the best downwards, in which the first `_DRAWN` of a row lie.

    Sorting all that came out of the index would take longer than finding it.
    """
    step = np.minimum(((1 - share) * _STEPS).astype(np.int64), _STEPS - 1)
    count = int(rows[-1]) + 1 if len(rows) else 0
    held = np.bincount(rows * _STEPS + step, minlength=count * _STEPS).reshape(count, _STEPS)
    last = (np.cumsum(held, axis=1) < _DRAWN).sum(axis=1)
    found: Bools = step <= last[rows]
    return found


def other_fields(one: Side, other: Side, rows: Longs, columns: Longs) -> Floats:
    """What customer, place, start and amount add to the nearness of names."""
    total = np.zeros(len(rows), np.float32)
    for field, weight in _SHARED:
        a, b = getattr(one, field)[rows], getattr(other, field)[columns]
        total += weight * ((a == b) & (a >= 0))
        total -= 0.5 * weight * ((a != b) & (a >= 0) & (b >= 0))
    days = np.abs(one.records.start[rows] - other.records.start[columns])
    total += 0.15 * np.nan_to_num(np.maximum(1 - days / _NEAR_DAYS, 0))
    total -= 0.05 * (np.nan_to_num(days) > 10 * _NEAR_DAYS)
    a, b = one.records.value[rows], other.records.value[columns]
    ratio = np.abs(np.log(np.maximum(a, 1) / np.maximum(b, 1)))
    total += 0.15 * np.nan_to_num(np.maximum(1 - ratio / _NEAR_RATIO, 0))
    total -= 0.05 * (np.nan_to_num(ratio) > 1)
    return total.astype(np.float32)


def _first(rows: Longs, most: int, n: int) -> Bools:
    """Of rows in order, the first `most` of each."""
    start = np.searchsorted(rows, np.arange(n))
    return np.arange(len(rows)) - start[rows] < most
