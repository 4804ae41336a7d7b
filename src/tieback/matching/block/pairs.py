"""Candidate pairs as rows of the two sides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieback.matching.block.matrices import Found, is_first
from tieback.matching.normalise import Side
from tieback.matching.records import Floats, Ints


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


def no_pairs() -> Pairs:
    """None."""
    nothing = np.zeros(0, np.int32)
    return Pairs(nothing, nothing, np.zeros(0, np.float32))


def pairs_from(found: Sequence[Found], width: int) -> Pairs:
    """Each pair once, as near as the first that found it says; `width` is how many projects."""
    rows, columns, near = (np.concatenate(part) for part in zip(*found, strict=True))
    codes = rows * width + columns
    order = np.argsort(codes, kind="stable")
    first = order[is_first(codes[order])]
    unique = codes[first]
    return Pairs((unique // width).astype(np.int32), (unique % width).astype(np.int32), near[first])


def neighbours(jobs: Side, projects: Side) -> Found:
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
