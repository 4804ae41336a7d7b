"""How two job numbers are related."""

from enum import IntEnum

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from tieback.matching.block import Pairs
from tieback.matching.normalise import Side, Vocabulary
from tieback.matching.records import Ints


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
    for one, other in (
        (jobs.name_stem[a], projects.stem[b]),
        (jobs.stem[a], projects.name_stem[b]),
        (jobs.name_stem[a], projects.name_stem[b]),
    ):
        better = (one >= 0) & (one == other) & (found < Kinship.OTHER_SUB_JOB)
        found[better] = Kinship.IN_NAME
    # A number typed into the name speaks against another one as any number does.
    typed = (projects.name_stem[b] >= 0) & (jobs.stem[a] >= 0)
    against = typed & (projects.name_stem[b] != jobs.stem[a])
    found[against & (found == Kinship.UNKNOWN)] = Kinship.CONTRADICTS
    found[against & (found == Kinship.OTHER_KIND)] = Kinship.CONTRADICTS
    return found


_Parts = tuple[Ints, Ints, Ints, Ints]


def _between(one: _Parts, other: _Parts, vocabulary: Vocabulary) -> Ints:
    (a, a_sub, a_digits, a_tail), (b, b_sub, b_digits, b_tail) = one, other
    found = np.full(len(a), Kinship.OTHER_KIND, np.int32)
    found[a_digits == b_digits] = Kinship.CONTRADICTS
    found[_one_typo(a, b, vocabulary.stems.texts)] = Kinship.ONE_TYPO
    short = np.minimum(a_digits, b_digits) == 4
    found[(a_tail == b_tail) & short & (a_digits != b_digits)] = Kinship.SEQUENCE
    same = a == b
    found[same & (a_sub == b_sub)] = Kinship.SAME
    found[same & (a_sub != b_sub)] = Kinship.OTHER_SUB_JOB
    found[same & (a_sub != b_sub) & ((a_sub == 0) | (b_sub == 0))] = Kinship.STEM
    found[(a < 0) | (b < 0)] = Kinship.UNKNOWN
    return found


def _one_typo(a: Ints, b: Ints, texts: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    found = np.zeros(len(a), bool)
    known = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    one, other = [texts[at] for at in a[known]], [texts[at] for at in b[known]]
    if one:
        apart = process.cpdist(one, other, scorer=OSA.distance, score_cutoff=1)
        long = np.array([min(len(x), len(y)) >= 5 for x, y in zip(one, other, strict=True)])
        found[known] = (apart <= 1) & long
    return found
