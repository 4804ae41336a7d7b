"""How two job numbers are related."""

from enum import IntEnum

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from tieback.matching.block import Pairs
from tieback.matching.normalise import Side, Vocabulary
from tieback.matching.numbers import other_year
from tieback.matching.records import Bools, Ints

# Of a number that is a part of another; digits alone have to be one more.
_FEWEST_SHARED = 5
_FIRST, _LAST = slice(_FEWEST_SHARED), slice(-_FEWEST_SHARED, None)


class Kinship(IntEnum):
    """From speaking against the pair to speaking for it."""

    CONTRADICTS = 0
    OTHER_KIND = 1
    UNKNOWN = 2
    OTHER_SUB_JOB = 3
    ONE_TYPO = 4
    SEQUENCE = 5
    STEM = 6
    IN_NAME = 7
    SAME = 8


def kinship(jobs: Side, projects: Side, pairs: Pairs, vocabulary: Vocabulary) -> Ints:
    """The nearest kinship between any number of the one record and any of the other."""
    a, b = pairs.job, pairs.project
    found = _between(
        (jobs.stem[a], jobs.sub[a], jobs.digits[a], jobs.tail[a]),
        (projects.stem[b], projects.sub[b], projects.digits[b], projects.tail[b]),
        vocabulary,
    )
    own = (jobs.stem[a], jobs.sub[a]), (projects.stem[b], projects.sub[b])
    typed = (jobs.name_stem[a], jobs.name_sub[a]), (projects.name_stem[b], projects.name_sub[b])
    for (one, sub), (other, other_sub) in ((typed[0], own[1]), (own[0], typed[1]), typed):
        better = (one >= 0) & (one == other) & (found < Kinship.OTHER_SUB_JOB)
        found[better] = Kinship.IN_NAME
        found[better & (sub != other_sub)] = Kinship.STEM
    # A number typed into the name speaks against another one as any number does.
    both = (projects.name_stem[b] >= 0) & (jobs.stem[a] >= 0)
    against = both & (projects.name_stem[b] != jobs.stem[a])
    found[against & (found == Kinship.UNKNOWN)] = Kinship.CONTRADICTS
    found[against & (found == Kinship.OTHER_KIND)] = Kinship.CONTRADICTS
    return found


_Parts = tuple[Ints, Ints, Ints, Ints]


def _between(one: _Parts, other: _Parts, vocabulary: Vocabulary) -> Ints:
    (a, a_sub, a_digits, a_tail), (b, b_sub, b_digits, b_tail) = one, other
    found = np.full(len(a), Kinship.OTHER_KIND, np.int32)
    found[a_digits == b_digits] = Kinship.CONTRADICTS
    typo, part, year = _nearly(a, b, vocabulary.stems.texts)
    short = np.minimum(a_digits, b_digits) == 4
    found[typo] = Kinship.ONE_TYPO
    found[part | ((a_tail == b_tail) & short & (a_digits != b_digits))] = Kinship.SEQUENCE
    found[year] = Kinship.CONTRADICTS
    same = a == b
    found[same & (a_sub == b_sub)] = Kinship.SAME
    found[same & (a_sub != b_sub)] = Kinship.OTHER_SUB_JOB
    found[same & (a_sub != b_sub) & ((a_sub == 0) | (b_sub == 0))] = Kinship.STEM
    found[(a < 0) | (b < 0)] = Kinship.UNKNOWN
    return found


def _nearly(a: Ints, b: Ints, texts: list[str]) -> tuple[Bools, Bools, Bools]:
    """Of different numbers: one typo apart, one a part of the other, of another year."""
    typo, part, year = np.zeros((3, len(a)), bool)
    known = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    if not len(known):
        return typo, part, year
    # Of the numbers of long lists, a few changed records need a few.
    used, place = np.unique(np.concatenate([a[known], b[known]]), return_inverse=True)
    texts = [texts[at] for at in used]
    mine, theirs = place[: len(known)], place[len(known) :]
    length = np.array([len(text) for text in texts])
    near = process.cpdist(
        [texts[at] for at in mine],
        [texts[at] for at in theirs],
        scorer=OSA.distance,
        score_cutoff=1,
    )
    long = np.minimum(length[mine], length[theirs]) >= _FEWEST_SHARED
    typo[known] = (near <= 1) & long
    ends = [_ends(texts, which)[side] for which in (_FIRST, _LAST) for side in (mine, theirs)]
    may = long & (length[mine] != length[theirs]) & ((ends[0] == ends[1]) | (ends[2] == ends[3]))
    for at in np.flatnonzero(may):
        part[known[at]] = _is_part(*sorted((texts[mine[at]], texts[theirs[at]]), key=len))
    for at in np.flatnonzero(near <= 1):
        year[known[at]] = other_year(texts[mine[at]], texts[theirs[at]])
    return typo & ~year, part & ~typo, year


def _ends(texts: list[str], which: slice) -> Ints:
    """The first or the last letters of each text, as numbers."""
    codes: dict[str, int] = {}
    return np.array([codes.setdefault(text[which], len(codes)) for text in texts])


def _is_part(short: str, long: str) -> bool:
    """Whether the shorter number ends the longer, or begins it, and says enough by itself."""
    is_enough = len(short) > _FEWEST_SHARED or not short.isdigit()
    return is_enough and (long.endswith(short) or long.startswith(short))
