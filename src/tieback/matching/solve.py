"""The whole list at once: each job at most one project, each project at most one job."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from tieback.matching.block import Pairs
from tieback.matching.records import Bools, Floats, Ints, Longs


@dataclass(frozen=True, slots=True)
class Rivals:
    """For each pair: the best other project of its job, the best other job of its project."""

    of_job: Floats
    of_project: Floats

    @property
    def best(self) -> Floats:
        return np.maximum(self.of_job, self.of_project)


NO_RIVAL = -12.0


def rivals(score: Floats, pairs: Pairs, sizes: tuple[int, int]) -> Rivals:
    """The strongest rival on either side, `NO_RIVAL` where there is none or it is weaker."""
    return Rivals(
        _best_other(score, pairs.job, sizes[0]), _best_other(score, pairs.project, sizes[1])
    )


def _best_other(score: Floats, group: Ints, n: int) -> Floats:
    order = np.argsort(group, kind="stable")
    grouped, values = group[order], score[order].astype(np.float64)
    start = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]) if len(group) else order
    best, second = np.full(n, NO_RIVAL), np.full(n, NO_RIVAL)
    if len(start):
        best[grouped[start]] = np.maximum.reduceat(values, start)
    is_best = values >= best[grouped]
    times = np.bincount(grouped[is_best], minlength=n)
    rest = np.where(is_best, NO_RIVAL, values)
    if len(start):
        second[grouped[start]] = np.maximum.reduceat(rest, start)
    second = np.where(times > 1, best, second)
    mine = score >= best[group]
    return np.maximum(np.where(mine, second[group], best[group]), NO_RIVAL).astype(np.float32)


def assign(score: Floats, pairs: Pairs, sizes: tuple[int, int], floor: float) -> Longs:
    """The pairs whose scores above `floor` sum up highest, as indices; ties by order of pairs."""
    use = np.flatnonzero(score > floor)
    alone = _alone(use, score, pairs, sizes)
    contested = use[~alone]
    chosen = [use[alone]]
    if len(contested):
        chosen.append(contested[_matching(score[contested] - floor, pairs, contested)])
    return np.sort(np.concatenate(chosen))


def _alone(use: Longs, score: Floats, pairs: Pairs, sizes: tuple[int, int]) -> Bools:
    """Pairs that compete with no other, which need no solving."""
    rows = np.bincount(pairs.job[use], minlength=sizes[0])[pairs.job[use]]
    columns = np.bincount(pairs.project[use], minlength=sizes[1])[pairs.project[use]]
    free: Bools = (rows == 1) & (columns == 1)
    return free


def _matching(gain: Floats, pairs: Pairs, which: Longs) -> Longs:
    """Optimal for the contested pairs: every job may also stay alone, at no gain."""
    _, rows = np.unique(pairs.job[which], return_inverse=True)
    _, columns = np.unique(pairs.project[which], return_inverse=True)
    n, m = int(rows.max()) + 1, int(columns.max()) + 1
    top = float(gain.max()) + 1.0
    cost = np.concatenate([top - gain.astype(np.float64), np.full(n, top)])
    all_rows = np.concatenate([rows, np.arange(n)])
    all_columns = np.concatenate([columns, m + np.arange(n)])
    graph = sparse.csr_matrix((cost, (all_rows, all_columns)), (n, m + n))
    left, right = min_weight_full_bipartite_matching(graph)
    partner = np.full(n, -1)
    partner[left] = right
    return np.flatnonzero(partner[rows] == columns)


def groups(one: Ints, other: Ints, sizes: tuple[int, int]) -> tuple[Ints, Ints]:
    """The group of every job and of every project that the given pairs tie together."""
    n = sizes[0] + sizes[1]
    graph = sparse.coo_matrix((np.ones(len(one)), (one, other + sizes[0])), (n, n))
    _, found = connected_components(graph, directed=False)
    return found[: sizes[0]], found[sizes[0] :]
