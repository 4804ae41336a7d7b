"""How good the matches would have been had nobody decided: the known links hidden and sought."""

from dataclasses import dataclass
from typing import NamedTuple

from tieback.matching.engine import Match, Progress, match
from tieback.matching.known import IdPairs
from tieback.matching.lanes import USUAL_PRECISION, Lane
from tieback.matching.records import Records
from tieback.matching.report import BINS
from tieback.matching.rules import Rules

_MOST_WRONG = 50


class Bin(NamedTuple):
    """Matches of like probability: what was promised on average, and what share was right."""

    probability: float
    right: float
    matches: int


class Wrong(NamedTuple):
    """A match that is not the link which people confirmed."""

    job_id: str
    proposed: str
    confirmed: str
    probability: float
    sentence: str


@dataclass(frozen=True, slots=True)
class BackTest:
    """What came of `hidden` links: `found` jobs got a match, of which `right` the confirmed one.

    `safe` and `safe_right` count likewise in the lane Safe; `again` counts rejected pairs that
    would be proposed again. `precision` is the share of right ones among the found, `recall` among
    the hidden, None where there are none. `bins` leaves out those without a match; `wrong` has the
    surest errors first, 50 at most.
    """

    hidden: int
    found: int
    right: int
    safe: int
    safe_right: int
    again: int
    precision: float | None
    recall: float | None
    safe_precision: float | None
    bins: list[Bin]
    wrong: list[Wrong]


def back_test(
    jobs: Records,
    projects: Records,
    *,
    confirmed: IdPairs,
    rejected: IdPairs = (),
    rules: Rules | None = None,
    precision: float = USUAL_PRECISION,
    progress: Progress = lambda step, done: None,
) -> BackTest:
    """Solve the lists as if nothing was known, and compare with what people confirmed.

    Links of records that are not in the lists are left out.
    """
    found = match(jobs, projects, rules=rules, precision=precision, progress=progress)
    true = hidden_links(jobs, projects, confirmed)
    of_hidden = [one for one in found.matches if one.job_id in true]
    safe = [one for one in of_hidden if one.lane is Lane.SAFE]
    right, safe_right = (
        sum(true[one.job_id] == one.project_id for one in part) for part in (of_hidden, safe)
    )
    proposed = {(one.job_id, one.project_id) for one in found.matches}
    return BackTest(
        hidden=len(true),
        found=len(of_hidden),
        right=right,
        safe=len(safe),
        safe_right=safe_right,
        again=len(proposed & {(job, project) for job, project in rejected}),
        precision=_share(right, len(of_hidden)),
        recall=_share(right, len(true)),
        safe_precision=_share(safe_right, len(safe)),
        bins=_bins(of_hidden, true),
        wrong=_wrong(of_hidden, true),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def hidden_links(jobs: Records, projects: Records, confirmed: IdPairs) -> dict[str, str]:
    """Job → project of the confirmed pairs whose records are both in the lists."""
    here = {*jobs.id}, {*projects.id}
    return {job: project for job, project in confirmed if job in here[0] and project in here[1]}


def _bins(matches: list[Match], true: dict[str, str]) -> list[Bin]:
    held: dict[int, list[Match]] = {}
    for one in matches:
        held.setdefault(min(int(one.probability * BINS), BINS - 1), []).append(one)
    return [
        Bin(
            sum(one.probability for one in inside) / len(inside),
            sum(true[one.job_id] == one.project_id for one in inside) / len(inside),
            len(inside),
        )
        for _, inside in sorted(held.items())
    ]


def _wrong(matches: list[Match], true: dict[str, str]) -> list[Wrong]:
    """In the order of the matches, the surest first."""
    wrong = (one for one in matches if true[one.job_id] != one.project_id)
    return [
        Wrong(one.job_id, one.project_id, true[one.job_id], one.probability, one.sentence)
        for one, _ in zip(wrong, range(_MOST_WRONG), strict=False)
    ]
