"""Names as 3-letter pieces, weighed by how rare they are in both lists."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block.matrices import Matrix, is_first
from tieback.matching.records import Floats, Longs

_BUCKETS = 1 << 20
# Of a name's pieces, so many of the rarest are looked up on the other side.
_RAREST = 14
# Pieces in more names than this say nothing: in lists of any length, and in short ones.
_COMMONEST, _SHARE = 900.0, 0.04


@dataclass(frozen=True, slots=True)
class Pieces:
    """The weight of every piece, as the two lists have it."""

    weight: Floats

    def asked(self, heads: list[str]) -> Matrix:
        """The rarest pieces of each name, in one length a row."""
        rows, pieces, values, start, _ = self._weighed(heads)
        rarest = np.arange(len(rows)) - start[rows] < _RAREST
        rows, pieces, values = rows[rarest], pieces[rarest], values[rarest]
        length = np.bincount(rows, values, len(heads)).astype(np.float32)
        asked = (values / np.maximum(length[rows], 1e-6)).astype(np.float32)
        return sparse.csr_matrix((asked, (rows, pieces)), (len(heads), _BUCKETS))

    def answers(self, heads: list[str]) -> Matrix:
        """All pieces of each name, near one each.

        Among names that hold all that is asked for, the one that says least besides is nearest.
        """
        rows, pieces, _, _, total = self._weighed(heads)
        answer = (1 - 0.002 * np.sqrt(total[rows])).astype(np.float32)
        return sparse.csr_matrix((answer, (rows, pieces)), (len(heads), _BUCKETS))

    def _weighed(self, heads: list[str]) -> tuple[Longs, Longs, Floats, Longs, Floats]:
        """Row, piece and weight, the rarest first; where each row starts, what it weighs."""
        rows, pieces = _pieces(heads)
        kept = self.weight[pieces] > 0
        rows, pieces = rows[kept], pieces[kept]
        order = np.argsort(rows * 1e3 - self.weight[pieces], kind="stable")
        rows, pieces = rows[order], pieces[order]
        values = self.weight[pieces]
        start = np.searchsorted(rows, np.arange(len(heads)))
        total = np.bincount(rows, values, len(heads)).astype(np.float32)
        return rows, pieces, values, start, total


def pieces_of(jobs: list[str], projects: list[str]) -> Pieces:
    """Pieces as rare as they are in the names of both sides."""
    found = np.concatenate([_pieces(heads)[1] for heads in (jobs, projects)])
    counts = np.bincount(found, minlength=_BUCKETS)
    most = max(150.0, min(_COMMONEST, _SHARE * (len(jobs) + len(projects))))
    weight = np.log(2 * most / np.maximum(counts, 1)).astype(np.float32)
    weight[counts > most] = 0
    return Pieces(weight)


def _pieces(texts: list[str]) -> tuple[Longs, Longs]:
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
    codes = codes[is_first(codes)]
    return codes // _BUCKETS, codes % _BUCKETS
