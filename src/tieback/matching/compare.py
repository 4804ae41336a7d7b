"""A pair's evidence: every field compared, what one side does not say left unknown (NaN)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from tieback.matching.align import NAME_FIELDS, align_names
from tieback.matching.block import Pairs
from tieback.matching.kinship import Kinship, kinship
from tieback.matching.normalise import Side, Vocabulary
from tieback.matching.records import Floats, Ints, Longs
from tieback.matching.threads import THREADS

FIELDS = (
    *NAME_FIELDS,
    "head",
    "letters",
    "verbatim",
    "phase",
    "building",
    "number",
    "number_shared_by",
    "house",
    "street",
    "address",
    "zip",
    "city",
    "state",
    "owner",
    "owner_shared_by",
    "start",
    "end",
    "value",
    "value_change",
    "value_shared_by",
    "is_round",
)


_CREDIT = 3.0
_ROUND = 10_000
# Nearer than this, or than this share, amounts differ by rounding: 80.500 and 80.499 million.
_ROUNDING, _ROUNDED_SHARE = 1.0, 1.5e-5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row for each of `FIELDS`, one column a pair; NaN is unknown."""

    values: NDArray[np.float32]

    def __getitem__(self, field: str) -> Floats:
        found: Floats = self.values[FIELDS.index(field)]
        return found

    def take(self, which: Longs) -> "Evidence":
        """The evidence of some pairs."""
        return Evidence(self.values[:, which])

    def of(self, at: int) -> dict[str, float]:
        """The evidence of one pair by field."""
        return dict(zip(FIELDS, self.values[:, at].tolist(), strict=True))


def compare(
    jobs: Side,
    projects: Side,
    pairs: Pairs,
    vocabulary: Vocabulary,
    counted: tuple[int, int] | None = None,
) -> Evidence:
    """The evidence of every pair, from its two records and how often their words occur.

    Of the records, only the first so many of either side are `counted`, all if it is not said.
    """
    a, b = pairs.job, pairs.project
    first, then = counted or (len(jobs), len(projects))
    found: dict[str, Floats] = align_names(jobs, projects, pairs, vocabulary)
    found["head"], found["letters"] = _letters(jobs, projects, pairs)
    found["verbatim"] = _same(jobs.spelling[a], projects.spelling[b])
    found["phase"] = _same(jobs.phase[a], projects.phase[b])
    found["building"] = _same(jobs.building[a], projects.building[b])
    found["number"], found["number_shared_by"] = _numbers(
        jobs, projects, pairs, vocabulary, (first, then)
    )
    for field in ("house", "street", "zip", "city", "state"):
        found[field] = _same(getattr(jobs, field)[a], getattr(projects, field)[b])
    found["address"] = _text_alike(jobs.line[a], projects.line[b], vocabulary.lines.texts)
    found["owner"] = _text_alike(jobs.owner[a], projects.owner[b], vocabulary.owners.texts)
    found["owner_shared_by"] = _shared_by(projects.owner, b, then)
    one, other = jobs.records, projects.records
    found["start"], found["end"] = other.start[b] - one.start[a], other.end[b] - one.end[a]
    found["value"], found["value_change"] = _values(one.value[a], other.value[b])
    found["value_shared_by"] = _amount_shared_by(other.value, b, then)
    found["is_round"] = (other.value[b] % _ROUND == 0).astype(np.float32)
    return Evidence(np.stack([found[field] for field in FIELDS]).astype(np.float32, copy=False))


def _same(one: Ints, other: Ints) -> Floats:
    known = (one >= 0) & (other >= 0)
    return np.where(known, one == other, np.nan).astype(np.float32)


def _letters(jobs: Side, projects: Side, pairs: Pairs) -> tuple[Floats, Floats]:
    """Letter by letter: the names' heads of one length where one was cut, and the whole names."""
    one = [jobs.heads[at] for at in pairs.job]
    other = [projects.heads[at] for at in pairs.project]
    whole = _cpdist(one, other)
    lengths = (np.fromiter(map(len, side.heads), np.int32, len(side)) for side in (jobs, projects))
    a, b = (length[at] for length, at in zip(lengths, (pairs.job, pairs.project), strict=True))
    is_cut = (jobs.cut[pairs.job] & (a < b)) | (projects.cut[pairs.project] & (b < a))
    which, sizes = np.flatnonzero(is_cut), np.minimum(a, b).tolist()
    heads = whole.copy()
    heads[which] = _cpdist(
        [one[at][: sizes[at]] for at in which], [other[at][: sizes[at]] for at in which]
    )
    return heads, whole


def _cpdist(one: list[str], other: list[str]) -> Floats:
    if not one:
        return np.zeros(0, np.float32)
    found = process.cpdist(
        one, other, scorer=Indel.normalized_similarity, dtype=np.float32, workers=THREADS
    )
    return np.asarray(found, np.float32)


def _text_alike(one: Ints, other: Ints, texts: list[str]) -> Floats:
    """How alike two texts are in their common length, once for every two that occur."""
    found = np.full(len(one), np.nan, np.float32)
    known = np.flatnonzero((one >= 0) & (other >= 0))
    codes, back = np.unique(
        one[known].astype(np.int64) * len(texts) + other[known], return_inverse=True
    )
    a = [texts[at] for at in codes // max(len(texts), 1)]
    b = [texts[at] for at in codes % max(len(texts), 1)]
    sizes = [max(min(len(x), len(y)), 1) for x, y in zip(a, b, strict=True)]
    heads = _cpdist(
        [x[:n] for x, n in zip(a, sizes, strict=True)],
        [y[:n] for y, n in zip(b, sizes, strict=True)],
    )
    found[known] = heads[back]
    return found


def _shared_by(codes: Ints, at: Ints, counted: int) -> Floats:
    """How many records have the same, as a logarithm; unknown where it is not said."""
    mine = codes[at]
    counts = np.maximum(_counts(codes, counted)[mine], 1)
    return np.where(mine >= 0, np.log(counts), np.nan).astype(np.float32)


def _counts(codes: Ints, counted: int) -> Ints:
    """By code, how many of the first so many records have it."""
    some = codes[:counted]
    return np.bincount(some[some >= 0], minlength=int(codes.max(initial=0)) + 1)


def _numbers(
    jobs: Side, projects: Side, pairs: Pairs, vocabulary: Vocabulary, counted: tuple[int, int]
) -> tuple[Floats, Floats]:
    kin = kinship(jobs, projects, pairs, vocabulary)
    crowd = np.log1p(_others(jobs, projects, pairs, counted))
    known = kin != Kinship.UNKNOWN
    return (
        np.where(known, kin, np.nan).astype(np.float32),
        np.where(known, crowd, np.nan).astype(np.float32),
    )


def _others(jobs: Side, projects: Side, pairs: Pairs, counted: tuple[int, int]) -> Floats:
    """How many others of both lists print the same number."""
    one = _crowd(jobs.stem, pairs.job, counted[0])
    return one + _crowd(projects.stem, pairs.project, counted[1])


def _crowd(stems: Ints, at: Ints, counted: int) -> Floats:
    """How many others of the list print the same number."""
    others = np.maximum(_counts(stems, counted)[stems[at]] - 1, 0)
    return np.where(stems[at] >= 0, others, 0).astype(np.float32)


def _amount_shared_by(values: Floats, at: Ints, counted: int) -> Floats:
    """How many records have the same amount, as a logarithm; nothing is no amount."""
    unique, code = np.unique(values, return_inverse=True, equal_nan=True)
    counts = np.maximum(np.bincount(code[:counted], minlength=len(unique)), 1)
    found = np.log(counts[code[at]])
    is_said = np.nan_to_num(values)[at] != 0
    return np.where(is_said, found, np.nan).astype(np.float32)


def _values(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """How far two amounts lie apart as a logarithm (0 only for the same), and which way."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(other / one)
    known = np.isfinite(one) & np.isfinite(other) & (one != 0) & (other != 0)
    # A credit and a charge, or two credits that differ, are as far apart as amounts can be.
    change = np.where(np.isfinite(change) & (one > 0), change, _CREDIT)
    is_same = np.abs(one - other) < np.maximum(_ROUNDING, _ROUNDED_SHARE * np.abs(one))
    change = np.where(is_same, 0, change)
    change = np.where(known, change, np.nan)
    apart = np.abs(change) + np.where(is_same, 0, 0.002)
    return apart.astype(np.float32), change.astype(np.float32)
