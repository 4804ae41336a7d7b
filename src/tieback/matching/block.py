"""Which pairs are worth a look: never all with all, about a dozen for each job."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from tieback.matching.normalise import UNKNOWN, Side
from tieback.matching.records import Bools, Floats, Ints, Longs
from tieback.matching.threads import THREADS

Matrix = Any  # a scipy.sparse.csr_matrix, which has no types
Found = tuple[Longs, Longs, Floats]

_BUCKETS = 1 << 20
# Of a name's 3-letter pieces, so many of the rarest are looked up on the other side.
_RAREST = 14
# So many come out of the index for each record, and so many stay when all fields have been asked.
_COMMONEST = 1_300.0
_DRAWN = 40
_BEST_FOR_JOB = 11
_BEST_FOR_PROJECT = 5
_LARGEST_GROUP = 80
_CHUNK = 2_000
# Cells in which starts and ends are looked up, and letters by which a customer is.
_GRID_DAYS = 40.0
_OWNER_LETTERS = 12
# Starts this near, and amounts this alike, speak for a pair.
_NEAR_DAYS = 60.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs, ordered by job: rows of the two sides, and how near the names stand."""

    job: Ints
    project: Ints
    near: Floats

    def __len__(self) -> int:
        return len(self.job)


def candidates(jobs: Side, projects: Side) -> Pairs:
    """The pairs to compare: nearest by name, number and address, seen from both sides."""
    if not len(jobs) or not len(projects):
        nothing = np.zeros(0, np.int32)
        return Pairs(nothing, nothing, np.zeros(0, np.float32))
    names, keys = _names(jobs, projects), _keys_of(jobs, projects)
    beside = _neighbours(jobs, projects)
    turned = keys[1], keys[0]
    asking = (names.job_rarest, names.project_all, keys, _BEST_FOR_JOB, (jobs, projects))
    answering = (names.project_rarest, names.job_all, turned, _BEST_FOR_PROJECT, (projects, jobs))
    with ThreadPoolExecutor(THREADS) as pool:
        there, back = pool.map(lambda given: _nearest(*given), (asking, answering))
    width = len(projects)
    near = np.concatenate([there[2], back[2], np.zeros(len(beside[0]))])
    rows = np.concatenate([there[0], back[1], beside[0]])
    codes = rows * width + np.concatenate([there[1], back[0], beside[1]])
    first = np.argsort(codes, kind="stable")
    first = first[np.append(True, np.diff(codes[first]) > 0)] if len(first) else first
    unique = codes[first]
    return Pairs((unique // width).astype(np.int32), (unique % width).astype(np.int32), near[first])


def _neighbours(jobs: Side, projects: Side) -> tuple[Longs, Longs]:
    """Same names in the order of amount and start: whole crowds of them, which no index parts."""
    known = {head: at for at, head in enumerate(dict.fromkeys([*jobs.heads, *projects.heads]))}
    heads = np.array([known[head] for side in (jobs, projects) for head in side.heads])
    values, starts = (
        np.nan_to_num(np.concatenate([getattr(side.records, field) for side in (jobs, projects)]))
        for field in ("value", "start")
    )
    which = np.repeat([0, 1], [len(jobs), len(projects)])
    place = np.concatenate([np.arange(len(jobs)), np.arange(len(projects))])
    order = np.lexsort((which, place, starts, values, heads))
    one, other = order[:-1], order[1:]
    kept = (which[one] != which[other]) & (heads[one] == heads[other])
    one, other = one[kept], other[kept]
    turned = which[one] == 1
    return place[np.where(turned, other, one)], place[np.where(turned, one, other)]


@dataclass(frozen=True, slots=True)
class _Names:
    """The pieces of the names by side: the rarest, which ask, and all, which answer."""

    job_rarest: Matrix
    job_all: Matrix
    project_rarest: Matrix
    project_all: Matrix


def _keys_of(jobs: Side, projects: Side) -> tuple[Matrix, Matrix]:
    """Numbers, addresses, amounts, and customer or city with the time of start."""
    stems = _stems(jobs.stem, jobs.name_stem), _stems(projects.stem, projects.name_stem)
    sides = jobs, projects
    places = [[_both(side.house, side.street)] for side in sides]
    owners = _owner_beginnings(jobs, projects)
    parts = [
        _keys(*stems, weight=0.6),
        _keys([jobs.tail], [projects.tail], weight=0.3),
        _keys(*places, weight=0.5),
        _keys(*([_amounts(side)] for side in sides), weight=0.3),
    ]
    for who in (owners, (jobs.city, projects.city)):
        for of in (_starts, _ends, _sizes):
            left, right = (_in_grids(one, of(side)) for one, side in zip(who, sides, strict=True))
            parts.append(_keys(left, right, weight=0.15))
    lefts, rights = zip(*parts, strict=True)
    return sparse.hstack(lefts, "csr"), sparse.hstack(rights, "csr")


def _amounts(side: Side) -> Longs:
    value = np.nan_to_num(side.records.value, nan=UNKNOWN)
    return np.where(np.abs(value) >= 2, np.round(value), UNKNOWN).astype(np.int64)


def _owner_beginnings(jobs: Side, projects: Side) -> tuple[Ints, Ints]:
    """Customers by their first letters, which survive cutting and most endings."""
    known: dict[str, int] = {}
    found = []
    for side in (jobs, projects):
        texts = side.owner_texts
        code = [known.setdefault(text[:_OWNER_LETTERS], len(known)) for text in texts]
        found.append(np.append(code, UNKNOWN)[side.owner])
    return found[0], found[1]


def _starts(side: Side) -> Floats:
    return side.records.start / _GRID_DAYS


def _ends(side: Side) -> Floats:
    return side.records.end / _GRID_DAYS


def _sizes(side: Side) -> Floats:
    """Amounts in steps of a tenth."""
    value = side.records.value
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(value > 0, np.log(value) / 0.1, np.nan)
    return found


def _in_grids(who: Ints, place: Floats) -> list[Longs]:
    """Who and where, in two grids half a step apart, so that no border parts neighbours."""
    known = np.isfinite(place) & (who >= 0)
    steps = np.nan_to_num(place, nan=0, posinf=0, neginf=0)
    found = []
    for shift in (0, 1):
        cell = np.floor(steps + shift / 2).astype(np.int64) * 2 + shift
        found.append(np.where(known, who.astype(np.int64) * (1 << 31) + cell + (1 << 30), UNKNOWN))
    return found


def _stems(own: Ints, typed: Ints) -> list[Ints]:
    """The number, and the one in the name where it is another."""
    return [own, np.where(typed == own, UNKNOWN, typed)]


def _both(one: Ints, other: Ints) -> Longs:
    known = (one >= 0) & (other >= 0)
    return np.where(known, one.astype(np.int64) * (1 << 31) + other, UNKNOWN)


def _keys(left: list[Ints], right: list[Ints], *, weight: float) -> tuple[Matrix, Matrix]:
    """Keys that two records share or not; those of a whole crowd are dropped."""
    everything = np.concatenate([*left, *right])
    unique, codes = np.unique(everything, return_inverse=True)
    counts = np.bincount(codes)
    strength = (weight / np.sqrt(np.maximum(counts / 2, 1))) ** 0.5
    strength[(counts > _LARGEST_GROUP) | (unique == UNKNOWN)] = 0
    sizes = [len(part) for part in (*left, *right)]
    pieces = np.split(codes, np.cumsum(sizes)[:-1])
    sides = pieces[: len(left)], pieces[len(left) :]
    return tuple(_key_matrix(side, strength) for side in sides)


def _key_matrix(pieces: list[Longs], strength: Floats) -> Matrix:
    n = len(pieces[0])
    rows = np.tile(np.arange(n), len(pieces))
    columns = np.concatenate(pieces)
    kept = strength[columns] > 0
    values = strength[columns[kept]].astype(np.float32)
    return sparse.csr_matrix((values, (rows[kept], columns[kept])), (n, len(strength)))


def _names(jobs: Side, projects: Side) -> _Names:
    """3-letter pieces of the names, weighed by rarity."""
    grams = [_grams(side.heads) for side in (jobs, projects)]
    counts = np.bincount(np.concatenate([pieces for _, pieces in grams]), minlength=_BUCKETS)
    most = max(150.0, min(_COMMONEST, 0.04 * (len(jobs) + len(projects))))
    weight = np.log(2 * most / np.maximum(counts, 1)).astype(np.float32)
    weight[counts > most] = 0
    return _Names(
        *_gram_matrices(*grams[0], weight, len(jobs)),
        *_gram_matrices(*grams[1], weight, len(projects)),
    )


def _grams(texts: list[str]) -> tuple[Longs, Longs]:
    """Row and bucket of every 3 letters, each once a row."""
    letters = np.frombuffer(
        "".join(f"\n {t} " for t in texts).encode("utf-32-le", "replace"), "<u4"
    )
    row = np.cumsum(letters == 10) - 1
    if len(letters) < 3:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    mixed = letters[:-2].astype(np.int64) * 0x9E3779B1
    mixed = (mixed ^ (letters[1:-1].astype(np.int64) * 0x85EBCA77)) + 0x27D4EB2F * letters[2:]
    inside = (row[:-2] == row[2:]) & (letters[:-2] != 10)
    bucket = ((mixed ^ (mixed >> 15)) & (_BUCKETS - 1))[inside]
    codes = np.sort(row[:-2][inside] * _BUCKETS + bucket)
    codes = codes[np.append(True, codes[1:] != codes[:-1])] if len(codes) else codes
    return codes // _BUCKETS, codes % _BUCKETS


def _gram_matrices(rows: Longs, pieces: Longs, weight: Floats, n: int) -> tuple[Matrix, Matrix]:
    """The rarest pieces, in one length a row; and all pieces, near one each."""
    kept = weight[pieces] > 0
    rows, pieces = rows[kept], pieces[kept]
    order = np.argsort(rows * 1e3 - weight[pieces], kind="stable")
    rows, pieces = rows[order], pieces[order]
    values = weight[pieces]
    start = np.searchsorted(rows, np.arange(n))
    # Among names that hold all that is asked for, the one that says least besides is nearest.
    total = np.bincount(rows, values, n)
    answer = (1 - 0.002 * np.sqrt(total[rows])).astype(np.float32)
    every = sparse.csr_matrix((answer, (rows, pieces)), (n, _BUCKETS))
    rarest = np.arange(len(rows)) - start[rows] < _RAREST
    rows, pieces, values = rows[rarest], pieces[rarest], values[rarest]
    length = np.bincount(rows, values, n).astype(np.float32)
    asked = (values / np.maximum(length[rows], 1e-6)).astype(np.float32)
    return sparse.csr_matrix((asked, (rows, pieces)), (n, _BUCKETS)), every


def _nearest(
    left: Matrix, right: Matrix, keys: tuple[Matrix, Matrix], most: int, sides: tuple[Side, Side]
) -> Found:
    """For each row of `left` its `most` nearest rows of `right`, ties by row."""
    turned, keyed = right.T.tocsr(), keys[1].T.tocsr()
    found = []
    for at in range(0, left.shape[0], _CHUNK):
        near = left[at : at + _CHUNK] @ turned + keys[0][at : at + _CHUNK] @ keyed
        rows, columns, values = _top(near, _DRAWN)
        values = values + _other_fields(rows + at, columns, sides)
        order = np.lexsort((columns, -values, rows))
        kept = _first(rows[order], most, near.shape[0])
        chosen = order[kept]
        found.append((rows[chosen] + at, columns[chosen], values[chosen]))
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    return parts[0], parts[1], parts[2]


def _other_fields(rows: Longs, columns: Longs, sides: tuple[Side, Side]) -> Floats:
    """What customer, place, start and amount add to the nearness of names."""
    one, other = sides
    total = np.zeros(len(rows), np.float32)
    for field, weight in (("owner", 0.1), ("city", 0.05), ("phase", 0.1), ("building", 0.1)):
        a, b = getattr(one, field)[rows], getattr(other, field)[columns]
        total += weight * ((a == b) & (a >= 0))
        total -= 0.5 * weight * ((a != b) & (a >= 0) & (b >= 0))
    days = np.abs(one.records.start[rows] - other.records.start[columns])
    total += 0.15 * np.nan_to_num(np.maximum(1 - days / _NEAR_DAYS, 0))
    total -= 0.05 * (np.nan_to_num(days) > 10 * _NEAR_DAYS)
    a, b = one.records.value[rows], other.records.value[columns]
    ratio = np.abs(np.log(np.maximum(a, 1) / np.maximum(b, 1)))
    total += 0.15 * np.nan_to_num(np.maximum(1 - ratio / 0.3, 0))
    total -= 0.05 * (np.nan_to_num(ratio) > 1)
    return total.astype(np.float32)


def _top(product: Matrix, most: int) -> Found:
    """The `most` largest of each row."""
    values, columns = product.data, product.indices
    counts = np.diff(product.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    best = np.zeros(len(counts), np.float32)
    some = np.flatnonzero(counts)
    if len(some):
        best[some] = np.maximum.reduceat(values, product.indptr[some])
    kept: Bools = values >= (0.2 * best)[rows]
    rows, columns, values = rows[kept], columns[kept], values[kept]
    order = np.argsort(rows * 8.0 - values, kind="stable")
    rows, columns, values = rows[order], columns[order], values[order]
    top = _first(rows, most, len(counts))
    return rows[top], columns[top].astype(np.int64), values[top]


def _first(rows: Longs, most: int, n: int) -> Bools:
    """Of rows in order, the first `most` of each."""
    start = np.searchsorted(rows, np.arange(n))
    return np.arange(len(rows)) - start[rows] < most
