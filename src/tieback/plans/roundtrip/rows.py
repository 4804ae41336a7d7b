"""The rows of a sheet of decisions: from a plan, or from a selection of jobs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tieback.plans.approving import PlanRefusedError
from tieback.plans.decisions import Action
from tieback.plans.models import Plan
from tieback.plans.roundtrip.columns import LEAVE, WORD_OF
from tieback.plans.roundtrip.keys import Pair, RowKey, facts_of, signed
from tieback.proposing.lanes import proposed
from tieback.proposing.models import Candidate
from tieback.staging.models import Job

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
Cell = str | float | Decimal | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row by the names of its columns."""

    cells: Mapping[str, Cell]


def rows_of_jobs(company_id: int, jobs: Sequence[Job]) -> list[SheetRow]:
    """A row for each job with the project proposed for it, nothing decided yet."""
    found = proposed(jobs)
    entries = [(job, found.get(job.pk), LEAVE, "") for job in jobs]
    pairs: list[Pair] = [(job, one.project if one else None) for job, one, _, _ in entries]
    return _rows(company_id, pairs, [one for _, one, _, _ in entries], [(LEAVE, "")] * len(pairs))


def rows_of_plan(plan: Plan) -> list[SheetRow]:
    """A row for each decision of a plan, in an order that stays.

    Raises `PlanRefusedError` for a plan with decisions that no word in a sheet stands for.
    """
    rows = list(
        plan.rows.select_related("job__connection", "project")
        .defer("effects")
        .order_by("job__number", "job_id", "position")
    )
    if odd := next((row for row in rows if row.action not in WORD_OF), None):
        raise PlanRefusedError(
            f"“{plan}” has rows that a sheet has no word for, such as “{odd}”.",
            mend="Sheets hold links, rejections and archiving; apply this plan on its own page.",
        )
    pairs: list[Pair] = [(row.job, row.project) for row in rows]
    held = _candidates(pairs)
    return _rows(
        plan.company_id,
        pairs,
        [held.get((job.pk, project.pk if project else 0)) for job, project in pairs],
        [(WORD_OF[Action(row.action)], row.note) for row in rows],
    )


def _candidates(pairs: Iterable[Pair]) -> dict[tuple[int, int], Candidate]:
    found = Candidate.objects.filter(job__in={job.pk for job, _ in pairs})
    return {(one.job_id, one.project_id): one for one in found}


def _rows(
    company_id: int,
    pairs: Sequence[Pair],
    candidates: Sequence[Candidate | None],
    said: Sequence[tuple[str, str]],
) -> list[SheetRow]:
    facts = facts_of(pairs)
    made = []
    for (job, project), candidate, (decision, note) in zip(pairs, candidates, said, strict=True):
        ids = (job.pk, project.pk if project else 0)
        key = signed(RowKey(company_id, *ids, facts[ids], decision))
        made.append(
            SheetRow(
                {
                    "key": key,
                    "job_number": _line(job.number),
                    "job_name": _line(job.name),
                    "customer": _line(job.customer),
                    "value": job.contract_value,
                    "project_number": _line(project.number if project else ""),
                    "project_name": _line(project.name if project else ""),
                    "probability": round(candidate.probability, 4) if candidate else None,
                    "lane": candidate.lane if candidate else "",
                    "sentence": _line(candidate.sentence if candidate else ""),
                    "decision": decision,
                    "other_project": "",
                    "note": _line(note),
                }
            )
        )
    return made


def _line(text: str) -> str:
    """On one line and without what no spreadsheet holds."""
    return " ".join(_CONTROL.sub(" ", text).split())
