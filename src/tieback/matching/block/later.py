"""Records that came after the index was made, and the pairs that they make."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block.crossed import Crossed
from tieback.matching.block.index import BEST_CROSSED, BEST_FOR_JOB, Index, Sides, turned
from tieback.matching.block.matrices import Found, Matrix
from tieback.matching.block.nearest import Asking, other_fields
from tieback.matching.block.pairs import Pairs, no_pairs, pairs_from
from tieback.matching.records import Longs

# How near two later records have to stand, seen from either.
_NEAR = 0.25


@dataclass(frozen=True, slots=True)
class Later:
    """Records that came after the index was made, jobs first; their rows follow those of the index.

    The index answers as it did, with who has left it since; later records find each other however
    many they are. So it makes no difference which of them came first.
    """

    index: Index
    crossed: tuple[Crossed, Crossed]
    more: Sides

    def candidates(self, asking: tuple[Longs, Longs]) -> Pairs:
        """The pairs of some of the later records with all others; `asking` are rows of `more`.

        A later project looks for as many jobs as a job does for projects: it cannot wait to be
        found by those that are not asked again.
        """
        both = self._matrices(0), self._matrices(1)
        found = [self._among_later(both, asking)]
        crossed: list[Found] = []
        for which in (0, 1):
            if len(asking[which]) and len(self.index.sides[1 - which]):
                by_name, by_crossed = self._in_index(which, both[which][0]).nearest(asking[which])
                found.append(self._placed(which, by_name))
                crossed.append(self._placed(which, by_crossed))
        width = len(self.index.sides[1]) + len(self.more[1])
        return pairs_from([*found, *crossed], width) if width else no_pairs()

    def _matrices(self, which: int) -> tuple[Matrix, Matrix]:
        """What later records of one side ask, and what they answer, in the index's columns."""
        side, by_key = self.more[which], self.index.keys.of(self.more[which])
        asks, answers = self.index.pieces.matrices(side.heads)
        return sparse.hstack([asks, by_key], "csr"), sparse.hstack([answers, by_key], "csr")

    def _in_index(self, which: int, asked: Matrix) -> Asking:
        crossed = self.crossed[1 - which]
        return Asking(
            self.more[which],
            self.index.sides[1 - which],
            asked,
            self.index.answered[1 - which],
            BEST_FOR_JOB,
            (crossed.facets(self.more[which]), crossed),
            BEST_CROSSED,
        )

    def _placed(self, which: int, found: Found) -> Found:
        rows, columns, near = found
        placed = rows + len(self.index.sides[which]), columns, near
        return turned(placed) if which else placed

    def _among_later(
        self, both: Sequence[tuple[Matrix, Matrix]], asking: tuple[Longs, Longs]
    ) -> Found:
        """Later jobs and later projects that stand near, if either of the two asks."""
        fresh = self.index.keys.fresh(*self.more)
        (asked_job, job), (asked_project, project) = (
            tuple(sparse.hstack([part, fresh.of(side)], "csr") for part in parts)
            for side, parts in zip(self.more, both, strict=True)
        )
        near = (asked_job @ project.T).maximum((asked_project @ job.T).T).tocoo()
        asks = np.isin(near.row, asking[0]) | np.isin(near.col, asking[1])
        kept = (near.data >= _NEAR) & asks
        rows, columns = near.row[kept].astype(np.int64), near.col[kept].astype(np.int64)
        values = near.data[kept] + other_fields(*self.more, rows, columns)
        starts = [len(side) for side in self.index.sides]
        return rows + starts[0], columns + starts[1], values
