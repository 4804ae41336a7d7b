"""Numbers, addresses, amounts, and customer or city with time or size: alike or not, by hash."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block import fields
from tieback.matching.block.matrices import Matrix
from tieback.matching.normalise import UNKNOWN, Side
from tieback.matching.records import Bools, Floats, Longs

_LARGEST_GROUP = 80
# What it says that two records share a key, if no other record does.
_STEM, _TAIL, _ADDRESS, _AMOUNT, _BESIDE = 0.6, 0.3, 0.5, 0.3, 0.15


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key that the two lists have, in order, and how much it says; 0 for a whole crowd's."""

    known: Longs
    strength: Floats

    def fresh(self, *sides: Side) -> "Keys":
        """Keys of more records that are none of `known`."""
        found = [_keys(side) for side in sides]
        keys, says = (np.concatenate([one[at] for one in found]) for at in (1, 2))
        is_new = ~self._has(keys)
        return _fitted(keys[is_new], says[is_new])

    def _has(self, keys: Longs) -> Bools:
        # What `isin` does takes longer the longer the lists are.
        place = np.minimum(np.searchsorted(self.known, keys), max(len(self.known) - 1, 0))
        return self.known[place] == keys if len(self.known) else np.zeros(len(keys), bool)

    def of(self, side: Side) -> Matrix:
        """The keys of each record, a column for each of `known`."""
        rows, keys, _ = _keys(side)
        place = np.minimum(np.searchsorted(self.known, keys), max(len(self.known) - 1, 0))
        if not len(self.known):
            return sparse.csr_matrix((len(side), 1), dtype=np.float32)
        kept = (self.known[place] == keys) & (self.strength[place] > 0)
        rows, place = rows[kept], place[kept]
        size = len(side), len(self.known)
        return sparse.csr_matrix((self.strength[place], (rows, place)), size)


def keys_of(jobs: Side, projects: Side) -> Keys:
    """The keys of both sides."""
    found = [_keys(side) for side in (jobs, projects)]
    keys, says = (np.concatenate([one[at] for one in found]) for at in (1, 2))
    return _fitted(keys, says)


def _fitted(keys: Longs, says: Floats) -> Keys:
    """What more records share says less."""
    known, first, counts = np.unique(keys, return_index=True, return_counts=True)
    strength = np.sqrt(says[first] / np.sqrt(np.maximum(counts / 2, 1)))
    strength[counts > _LARGEST_GROUP] = 0
    return Keys(known, strength.astype(np.float32))


def _keys(side: Side) -> tuple[Longs, Longs, Floats]:
    """Row, key and how much such a key says."""
    parts = [
        (fields.stems(side), _STEM),
        ([side.tail.astype(np.int64)], _TAIL),
        ([fields.addresses(side)], _ADDRESS),
        ([fields.amounts(side)], _AMOUNT),
    ]
    for who in (fields.customers(side), side.city):
        for where in (fields.starts(side), fields.ends(side), fields.sizes(side)):
            parts.append(([fields.both(who, cell) for cell in where], _BESIDE))
    rows, keys, says = [], [], []
    for kind, (columns, weight) in enumerate(parts):
        for column in columns:
            known = np.flatnonzero(column != UNKNOWN)
            rows.append(known)
            keys.append(fields.of_kind(kind, column[known]))
            says.append(np.full(len(known), weight))
    return np.concatenate(rows), np.concatenate(keys), np.concatenate(says)
