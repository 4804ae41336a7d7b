"""What people of a company have decided about pairs, and what follows from it for all others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.records import Bools, Longs, Records

IdPairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """Decided pairs as (job id, project id); a pair that is in both counts as confirmed.

    Pairs with a record that is not in the lists are ignored.
    """

    confirmed: IdPairs = ()
    rejected: IdPairs = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """For each pair: is it `confirmed`, and is it `barred` because of what was decided?

    Barred are rejected pairs and those that would give a linked record a second partner.
    """

    confirmed: Bools
    barred: Bools

    @property
    def open(self) -> Bools:
        """The pairs that are still in question."""
        found: Bools = ~(self.confirmed | self.barred)
        return found

    def take(self, which: Longs) -> "Settled":
        """The same for some of the pairs."""
        return Settled(self.confirmed[which], self.barred[which])

    def hold(self, chance: "np.ndarray[tuple[int], np.dtype[np.floating]]") -> None:
        """Write into `chance` what is certain."""
        chance[self.barred] = 0
        chance[self.confirmed] = 1


def settle(
    known: Known, jobs: Records, projects: Records, pairs: Pairs
) -> tuple[Pairs, Settled | None]:
    """The pairs with the confirmed ones among them, and what is settled; None where nothing is."""
    width = len(projects)
    confirmed = _codes(known.confirmed, jobs, projects)
    rejected = np.setdiff1d(_codes(known.rejected, jobs, projects), confirmed)
    if not len(confirmed) and not len(rejected):
        return pairs, None
    pairs = _with(pairs, confirmed, width)
    codes = pairs.job.astype(np.int64) * width + pairs.project
    is_confirmed = np.isin(codes, confirmed)
    taken = np.isin(pairs.job, confirmed // width) | np.isin(pairs.project, confirmed % width)
    barred = (taken | np.isin(codes, rejected)) & ~is_confirmed
    return pairs, Settled(is_confirmed, barred)


def linked(known: Known, jobs: Records, projects: Records) -> tuple[Longs, Longs]:
    """The rows of the jobs and of the projects that a confirmed pair of these lists names."""
    codes = _codes(known.confirmed, jobs, projects)
    width = max(len(projects), 1)
    return codes // width, codes % width


def still_open(known: Known, jobs: Records, projects: Records) -> tuple[int, int]:
    """How many jobs and how many projects no confirmed pair names."""
    rows, columns = linked(known, jobs, projects)
    return len(jobs) - len(np.unique(rows)), len(projects) - len(np.unique(columns))


def taken(pairs: Pairs, which: Longs) -> Pairs:
    """Some of the pairs."""
    return Pairs(pairs.job[which], pairs.project[which], pairs.near[which])


def _codes(named: IdPairs, jobs: Records, projects: Records) -> Longs:
    """Row of the job times the number of projects plus row of the project, rising, each once."""
    if not named:
        return np.zeros(0, np.int64)
    rows = {key: at for at, key in enumerate(jobs.id)}
    columns = {key: at for at, key in enumerate(projects.id)}
    found = {
        rows[job] * len(projects) + columns[project]
        for job, project in named
        if job in rows and project in columns
    }
    return np.array(sorted(found), np.int64)


def _with(pairs: Pairs, codes: Longs, width: int) -> Pairs:
    """The pairs and those of `codes` that the index did not find, in the order of jobs."""
    have = pairs.job.astype(np.int64) * width + pairs.project
    more = np.setdiff1d(codes, have)
    every = np.concatenate([have, more])
    order = np.argsort(every, kind="stable")
    near = np.concatenate([pairs.near, np.zeros(len(more), pairs.near.dtype)])
    every = every[order]
    return Pairs((every // width).astype(np.int32), (every % width).astype(np.int32), near[order])
