"""Look-alikes: records so near to each other's matches that only a person can part them."""

from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.lanes import TWIN_MARGIN
from tieback.matching.records import Bools, Floats, Longs, Records
from tieback.matching.solve import groups


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs and projects that are shown and decided together, in the order of their records."""

    job_ids: list[str]
    project_ids: list[str]


def twins(
    score: Floats, chosen: Longs, is_twin: Bools, pairs: Pairs, sides: tuple[Records, Records]
) -> list[Group]:
    """The groups that matches in Twins form with all pairs as likely as they are, or nearly so.

    `is_twin` has an entry for each of `chosen`. Every such match is in one group, with a rival.
    """
    sizes = len(sides[0]), len(sides[1])
    twin = chosen[is_twin]
    needed = (np.full(sizes[0], np.inf, np.float32), np.full(sizes[1], np.inf, np.float32))
    for of, side in zip(needed, (pairs.job, pairs.project), strict=True):
        of[side[twin]] = score[twin]
    from_job = needed[0][pairs.job] - score < TWIN_MARGIN
    from_project = needed[1][pairs.project] - score < TWIN_MARGIN
    tied = np.flatnonzero(from_job | from_project)
    job_group, project_group = groups(pairs.job[tied], pairs.project[tied], sizes)
    found: dict[int, Group] = {}
    for at in np.unique(pairs.job[tied]):
        found.setdefault(int(job_group[at]), Group([], [])).job_ids.append(sides[0].id[at])
    for at in np.unique(pairs.project[tied]):
        found[int(project_group[at])].project_ids.append(sides[1].id[at])
    return list(found.values())
