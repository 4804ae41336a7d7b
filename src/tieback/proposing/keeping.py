"""Candidates as rows: what of an answer of the engine is kept, and how it gets into the table."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections, router

from tieback import __version__
from tieback.proposing.models import Candidate

if TYPE_CHECKING:
    from tieback.matching.choices import Choice
    from tieback.matching.engine import Match, Matching

Row = dict[str, Any]
# The best and the runner-up are kept whatever they are, and more where a person has to choose among
# projects that are at all likely.
_ALWAYS = 2
_MOST = 5
_LIKELY = 0.001
# Better ones that were given to other jobs may stand before the proposed one, but not so many.
_FURTHEST = 1_000


def rows_of(
    found: "Matching",
    job_ids: Iterable[str],
    company_id: int,
    now: datetime,
    *,
    first_group: int = 1,
) -> Iterator[Row]:
    """The candidates of these jobs, as columns of the table; `first_group` numbers look-alikes."""
    matches = {match.job_id: match for match in found.matches}
    group_of = _groups(found, first_group)
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


def prepared(rows: Iterable[Row]) -> list[list[Any]]:
    """The rows as the database driver takes them.

    Done before the transaction that writes them, which holds up every other writer on SQLite.
    """
    connection = connections[router.db_for_write(Candidate)]
    return [
        [field.get_db_prep_save(row[field.attname], connection) for field in _FIELDS]
        for row in rows
    ]


def insert(rows: Sequence[Sequence[Any]]) -> None:
    """Write what `prepared` gave, for jobs that have no candidates."""
    with connections[router.db_for_write(Candidate)].cursor() as cursor:
        # One statement run with many rows; `bulk_create` compiles one for every few dozen.
        cursor.executemany(_INSERT, rows)


_FIELDS = [field for field in Candidate._meta.concrete_fields if not field.primary_key]
_INSERT = (
    # Names of our own table and columns only; every value is a parameter.
    f"INSERT INTO {Candidate._meta.db_table} "  # noqa: S608
    f"({', '.join(str(field.column) for field in _FIELDS)}) "
    f"VALUES ({', '.join(['%s'] * len(_FIELDS))})"
)


def _choices(found: "Matching", job_id: str, match: "Match | None") -> list["Choice"]:
    shown = found.choices(job_id, _ALWAYS)
    is_safe = match is not None and match.lane == "Safe"
    if len(shown) == _ALWAYS and shown[-1].probability >= _LIKELY and not is_safe:
        further = found.choices(job_id, _MOST)[_ALWAYS:]
        shown += [one for one in further if one.probability >= _LIKELY]
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


def _groups(found: "Matching", first: int) -> dict[tuple[str, str], int]:
    """Pair → the number of the look-alikes that both of it are among."""
    return {
        (job_id, project_id): number
        for number, group in enumerate(found.twins, start=first)
        for job_id in group.job_ids
        for project_id in group.project_ids
    }
