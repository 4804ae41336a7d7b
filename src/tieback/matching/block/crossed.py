"""Two things together that each say little: a common word within one customer, city or month.

A name that was cut to "Construction of" is one of thousands by itself, and one of three for its
customer in that year. Only who is not found by his name asks for this.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block import fields
from tieback.matching.block.matrices import Matrix, is_first
from tieback.matching.normalise import UNKNOWN, Side
from tieback.matching.records import Bools, Ints, Longs

# Words in fewer names are found by their pieces.
_COMMON = 30
# So many of a name's words are crossed with each other.
_CROSSED_WORDS = 6
_LARGEST_GROUP = 80
_SAYS = 1.2
# Kinds of keys behind those of a word beside something.
_PAIR, _CITY = 10, 11


@dataclass(frozen=True, slots=True)
class Facets:
    """What is crossed: the common words of each name, each once, and what a word may stand beside.

    `city` is the city of a customer. All are -1 where there is nothing.
    """

    words: Ints
    beside: list[Longs]
    city: Longs

    def keys(self, at: Longs) -> tuple[Longs, Longs]:
        """The crossed keys of some records: the place in `at`, and the key, each once."""
        words = self.words[at]
        rows, place = np.nonzero(words >= 0)
        held = words[rows, place].astype(np.int64)
        parts = [_with(rows, held, kind, what[at]) for kind, what in enumerate(self.beside)]
        parts += _words_with_words(words)
        known = np.flatnonzero(self.city[at] != UNKNOWN)
        parts.append((known, fields.of_kind(_CITY, self.city[at][known])))
        found, keys = (np.concatenate(part) for part in zip(*parts, strict=True))
        return found, keys


@dataclass(frozen=True, slots=True)
class Crossed:
    """The crossed keys of the side that answers, in order, and which of its records have each."""

    is_common: Bools
    known: Longs
    answers: Matrix

    def facets(self, side: Side) -> Facets:
        """What is crossed of records that ask."""
        return _facets(side, self.is_common)

    def asked(self, facets: Facets, rows: Longs) -> Matrix:
        """How near each of the `rows` stands to every record that answers."""
        asked, keys = facets.keys(rows)
        place = np.minimum(np.searchsorted(self.known, keys), max(len(self.known) - 1, 0))
        kept = self.known[place] == keys if len(self.known) else np.zeros(len(keys), bool)
        ones = np.ones(int(kept.sum()), np.float32)
        size = len(rows), self.answers.shape[0]
        return sparse.csr_matrix((ones, (asked[kept], place[kept])), size) @ self.answers


def crossed_of(side: Side, words: int) -> Crossed:
    """The crossed keys of the side that answers; those of a whole crowd are dropped."""
    counts = np.bincount(side.words[side.words >= 0], minlength=words)
    is_common = np.append(counts >= _COMMON, False)
    rows, keys = _facets(side, is_common).keys(np.arange(len(side)))
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    first = np.flatnonzero(is_first(keys))
    counts = np.diff(np.append(first, len(keys)))
    few = counts <= _LARGEST_GROUP
    kept = np.repeat(few, counts)
    counts = counts[few]
    place = np.append(0, np.cumsum(counts))
    says = np.repeat((_SAYS / np.sqrt(np.maximum(counts, 1))).astype(np.float32), counts)
    answers = sparse.csr_matrix((says, rows[kept], place), (len(counts), len(side)))
    return Crossed(is_common, keys[first[few]], answers)


def _facets(side: Side, is_common: Bools) -> Facets:
    customers, city = fields.customers(side), side.city.astype(np.int64)
    beside = [customers, city, side.tail.astype(np.int64), fields.addresses(side)]
    beside += [*fields.starts(side), *fields.sizes(side)]
    return Facets(_common_words(side.words, is_common), beside, fields.both(customers, city))


def _common_words(words: Ints, is_common: Bools) -> Ints:
    """The common words of each name, the greatest code first, each once."""
    # Words that came after the lists were read are in few names.
    held = np.where(is_common[np.minimum(words, len(is_common) - 1)], words, UNKNOWN)
    held = -np.sort(-held, axis=1)
    held[:, 1:][held[:, 1:] == held[:, :-1]] = UNKNOWN
    return held


def _with(rows: Longs, words: Longs, kind: int, what: Longs) -> tuple[Longs, Longs]:
    beside = what[rows]
    known = beside != UNKNOWN
    pair = fields.both(beside[known], words[known])
    return rows[known], fields.of_kind(kind, pair)


def _words_with_words(words: Ints) -> list[tuple[Longs, Longs]]:
    """Every two of a name, in whatever order they came."""
    found = []
    for one in range(min(_CROSSED_WORDS, words.shape[1])):
        for other in range(one):
            rows = np.flatnonzero((words[:, one] >= 0) & (words[:, other] >= 0))
            pair = fields.both(words[rows, one], words[rows, other])
            found.append((rows, fields.of_kind(_PAIR, pair)))
    return found
