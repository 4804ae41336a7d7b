"""The index in which the records of either side look for those of the other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block.crossed import Crossed, crossed_of
from tieback.matching.block.keys import Keys, keys_of
from tieback.matching.block.matrices import Found, Matrix
from tieback.matching.block.nearest import Asking
from tieback.matching.block.pairs import Pairs, neighbours, no_pairs, pairs_from
from tieback.matching.block.pieces import Held, Pieces, pieces_in, pieces_of
from tieback.matching.normalise import Side
from tieback.matching.threads import THREADS

BEST_FOR_JOB, _BEST_FOR_PROJECT, BEST_CROSSED = 11, 5, 9
_CHUNK = 2_000
Sides = tuple[Side, Side]


def candidates(jobs: Side, projects: Side) -> Pairs:
    """The pairs to compare, about a dozen for each job."""
    return index_of(jobs, projects).candidates()


@dataclass(frozen=True, slots=True)
class Index:
    """Jobs and projects, in this order in every tuple: what each asks, and what it answers."""

    sides: Sides
    pieces: Pieces
    keys: Keys
    asked: tuple[Matrix, Matrix]
    answered: tuple[Matrix, Matrix]
    words: int

    def candidates(self) -> Pairs:
        """The pairs of all records: the nearest of each job and of each project."""
        jobs, projects = self.sides
        if not len(jobs) or not len(projects):
            return no_pairs()
        there = self._asking(0, BEST_FOR_JOB, self.crossed(1))
        back = self._asking(1, _BEST_FOR_PROJECT)
        starts = range(0, max(len(jobs), len(projects)), _CHUNK)
        tasks = [(asking, at) for at in starts for asking in (there, back)]
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda task: _chunk(*task), tasks))
        asked, answered = ([one for one in found[at::2] if one] for at in (0, 1))
        by_name = [*(one[0] for one in asked), *(turned(one[0]) for one in answered)]
        crossed = [one[1] for one in asked]
        return pairs_from([*by_name, *crossed, neighbours(jobs, projects)], len(projects))

    def crossed(self, which: int) -> Crossed:
        """The crossed keys of one side."""
        return crossed_of(self.sides[which], self.words)

    def _asking(self, which: int, most: int, crossed: Crossed | None = None) -> Asking:
        asks, answers = self.sides[which], self.sides[1 - which]
        by = (crossed.facets(asks), crossed) if crossed else None
        asked, answered = self.asked[which], self.answered[1 - which]
        return Asking(asks, answers, asked, answered, most, by, BEST_CROSSED)


def index_of(jobs: Side, projects: Side) -> Index:
    """The index of two lists."""
    sides = jobs, projects
    with ThreadPoolExecutor(THREADS) as pool:
        by_key = pool.submit(keys_of, jobs, projects)
        held = list(pool.map(pieces_in, (jobs.heads, projects.heads)))
        pieces = pieces_of(held[0], held[1], len(jobs) + len(projects))
        keys = by_key.result()
        both = list(pool.map(lambda side, found: _matrices(side, found, pieces, keys), sides, held))
    asked, answered = zip(*both, strict=True)
    words = 1 + max(int(side.words.max(initial=0)) for side in sides)
    return Index(sides, pieces, keys, (asked[0], asked[1]), (answered[0], answered[1]), words)


def _matrices(side: Side, held: Held, pieces: Pieces, keys: Keys) -> tuple[Matrix, Matrix]:
    """What each record asks, and what all answer, a column for each of them."""
    by_key = keys.of(side)
    asks, answers = pieces.matrices(side.heads, held)
    answered = sparse.hstack([answers, by_key], "csr").T.tocsr()
    return sparse.hstack([asks, by_key], "csr"), answered


def _chunk(asking: Asking, at: int) -> list[Found]:
    rows = np.arange(at, min(at + _CHUNK, len(asking.asks)))
    return asking.nearest(rows) if len(rows) else []


def turned(found: Found) -> Found:
    """The same seen from the other side."""
    rows, columns, near = found
    return columns, rows, near
