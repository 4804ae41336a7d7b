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


Held = tuple[Longs, Longs]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The weight of every piece, as the two lists have it."""

    weight: Floats

    def matrices(self, heads: list[str], held: Held | None = None) -> tuple[Matrix, Matrix]:
        """What each name asks: its rarest pieces, in one length a row. What it answers: all.

        Among names that hold all that is asked for, the one that says least besides is nearest.
        `held` are the pieces, where they are known already.
        """
        rows, pieces = held or pieces_in(heads)
        kept = self.weight[pieces] > 0
        rows, pieces = rows[kept], pieces[kept]
        order = np.argsort(rows * 1e3 - self.weight[pieces], kind="stable")
        rows, pieces = rows[order], pieces[order]
        values = self.weight[pieces]
        n, start = len(heads), np.searchsorted(rows, np.arange(len(heads)))
        total = np.bincount(rows, values, n)
        answer = (1 - 0.002 * np.sqrt(total[rows])).astype(np.float32)
        answers = sparse.csr_matrix((answer, (rows, pieces)), (n, _BUCKETS))
        rarest = np.arange(len(rows)) - start[rows] < _RAREST
        rows, pieces, values = rows[rarest], pieces[rarest], values[rarest]
        length = np.bincount(rows, values, n).astype(np.float32)
        asked = (values / np.maximum(length[rows], 1e-6)).astype(np.float32)
        return sparse.csr_matrix((asked, (rows, pieces)), (n, _BUCKETS)), answers


def pieces_of(jobs: Held, projects: Held, names: int) -> Pieces:
    """Pieces as rare as they are among the names of both sides."""
    counts = np.bincount(np.concatenate([jobs[1], projects[1]]), minlength=_BUCKETS)
    most = max(150.0, min(_COMMONEST, _SHARE * names))
    weight = np.log(2 * most / np.maximum(counts, 1)).astype(np.float32)
    weight[counts > most] = 0
    return Pieces(weight)


def pieces_in(texts: list[str]) -> Held:
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
