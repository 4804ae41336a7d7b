"""Candidates as rows: what of an answer of the engine is kept, and how it gets into the table."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import router

from tieback import __version__
from tieback.proposing.models import Candidate
from tieback.staging.upsert import Upsert

if TYPE_CHECKING:
    from tieback.matching.choices import Choice
    from tieback.matching.engine import Match, Matching

Row = dict[str, Any]
_BATCH = 2_000
# How many projects a person sees beside each other; where one is safe, the runner-up is enough.
_MOST = 5
_MOST_OF_SAFE = 2
# Better ones that were given to other jobs may stand before the proposed one, but not so many.
_FURTHEST = 1_000


def rows_of(
    found: "Matching", job_ids: Iterable[str], company_id: int, now: datetime
) -> Iterator[Row]:
    """The candidates of these jobs, as columns of the table."""
    matches = {match.job_id: match for match in found.matches}
    group_of = _groups(found)
    for job_id in job_ids:
        match = matches.get(job_id)
        for choice in _choices(found, job_id, match):
            yield {
                **_of_choice(choice),
                **_of_match(match if match and match.project_id == choice.project_id else None),
                "company_id": company_id,
                "job_id": int(job_id),
                "twins": group_of.get((job_id, choice.project_id)),
                "proposed_at": now,
            }


def insert(rows: Iterable[Row]) -> None:
    """Write candidates of jobs that have none."""
    upsert = Upsert(Candidate, key=("job_id", "project_id"), kept=set())
    using = router.db_for_write(Candidate)
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        upsert.write(batch, using=using)


def _choices(found: "Matching", job_id: str, match: "Match | None") -> list["Choice"]:
    most = _MOST_OF_SAFE if match and match.lane == "Safe" else _MOST
    shown = found.choices(job_id, most)
    if match is None or any(one.project_id == match.project_id for one in shown):
        return shown
    further = found.choices(job_id, _FURTHEST)
    return [*shown, *(one for one in further if one.project_id == match.project_id)]


def _of_choice(choice: "Choice") -> Row:
    return {
        "project_id": int(choice.project_id),
        "rank": choice.rank,
        "score": choice.score,
        "probability": choice.probability,
        "sentence": choice.sentence,
        "steps": [[step.what, round(step.weight, 3), step.said] for step in choice.steps],
        "model_version": __version__,
    }


def _of_match(match: "Match | None") -> Row:
    if match is None:
        return {"is_proposed": False, "margin": None, "lane": ""}
    # Both from the assignment, so that what is shown of a match is said by it alone.
    return {
        "is_proposed": True,
        "probability": match.probability,
        "margin": match.margin,
        "lane": str(match.lane),
        "sentence": match.sentence,
    }


def _groups(found: "Matching") -> dict[tuple[str, str], int]:
    """Pair → the number of the look-alikes that both of it are among, from 1."""
    return {
        (job_id, project_id): number
        for number, group in enumerate(found.twins, start=1)
        for job_id in group.job_ids
        for project_id in group.project_ids
    }
