"""The candidate pairs: nearest by name, number and address, seen from both sides."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tieback.matching.block.crossed import crossed_of
from tieback.matching.block.keys import keys_of
from tieback.matching.block.matrices import Found
from tieback.matching.block.nearest import Asking
from tieback.matching.block.pieces import pieces_of
from tieback.matching.normalise import Side
from tieback.matching.records import Floats, Ints
from tieback.matching.threads import THREADS

_BEST_FOR_JOB, _BEST_FOR_PROJECT, _BEST_CROSSED = 11, 5, 9
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs, ordered by job: rows of the two sides, and how near the names stand.

    `near` is 0 where only crossed keys, or the order of amounts, found the pair.
    """

    job: Ints
    project: Ints
    near: Floats

    def __len__(self) -> int:
        return len(self.job)


def candidates(jobs: Side, projects: Side) -> Pairs:
    """The pairs to compare, about a dozen for each job."""
    if not len(jobs) or not len(projects):
        nothing = np.zeros(0, np.int32)
        return Pairs(nothing, nothing, np.zeros(0, np.float32))
    there, back = _asking(jobs, projects)
    tasks = [
        (side, at)
        for at in range(0, max(len(jobs), len(projects)), _CHUNK)
        for side in (there, back)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda task: _chunk(*task), tasks))
    asked, answered = ([one for one in found[at::2] if one] for at in (0, 1))
    by_name = [*(one[0] for one in asked), *(_turned(one[0]) for one in answered)]
    crossed = [one[1] for one in asked]
    return _pairs([*by_name, *crossed, _neighbours(jobs, projects)], len(projects))


def _turned(found: Found) -> Found:
    rows, columns, near = found
    return columns, rows, near


def _chunk(asking: Asking, at: int) -> list[Found]:
    rows = np.arange(at, min(at + _CHUNK, len(asking.asks)))
    return asking.nearest(rows) if len(rows) else []


def _asking(jobs: Side, projects: Side) -> tuple[Asking, Asking]:
    """Jobs asking projects, and projects asking jobs."""
    pieces, keys = pieces_of(jobs.heads, projects.heads), keys_of(jobs, projects)
    by_job, by_project = keys.of(jobs), keys.of(projects)
    words = 1 + max(int(side.words.max(initial=0)) for side in (jobs, projects))
    crossed = crossed_of(projects, words)
    sides = ((jobs, by_job), (projects, by_project))
    asked = [sparse.hstack([pieces.asked(one.heads), by], "csr") for one, by in sides]
    answered = [
        sparse.hstack([pieces.answers(one.heads), by], "csr").T.tocsr() for one, by in sides
    ]
    by_crossed = crossed.facets(jobs), crossed
    there = Asking(jobs, projects, asked[0], answered[1], _BEST_FOR_JOB, by_crossed, _BEST_CROSSED)
    return there, Asking(projects, jobs, asked[1], answered[0], _BEST_FOR_PROJECT)


def _pairs(found: Sequence[Found], width: int) -> Pairs:
    """Each pair once, as near as the first that found it says."""
    rows, columns, near = (np.concatenate(part) for part in zip(*found, strict=True))
    codes = rows * width + columns
    first = np.argsort(codes, kind="stable")
    first = first[np.append(True, np.diff(codes[first]) > 0)] if len(first) else first
    unique = codes[first]
    return Pairs((unique // width).astype(np.int32), (unique % width).astype(np.int32), near[first])


def _neighbours(jobs: Side, projects: Side) -> Found:
    """Same names in the order of amount and start: whole crowds of them, which no index parts."""
    known = {head: at for at, head in enumerate(dict.fromkeys([*jobs.heads, *projects.heads]))}
    heads = np.array([known[head] for side in (jobs, projects) for head in side.heads])
    values, starts = (
        np.nan_to_num(np.concatenate([getattr(side.records, field) for side in (jobs, projects)]))
        for field in ("value", "start")
    )
    which = np.repeat([0, 1], [len(jobs), len(projects)])
    place = np.concatenate([np.arange(len(jobs)), np.arange(len(projects))])
    order = np.lexsort((which, place, starts, values, heads))
    one, other = order[:-1], order[1:]
    kept = (which[one] != which[other]) & (heads[one] == heads[other])
    one, other = one[kept], other[kept]
    turned = which[one] == 1
    rows, columns = place[np.where(turned, other, one)], place[np.where(turned, one, other)]
    return rows, columns, np.zeros(len(rows), np.float32)
