"""What following would do to a project, read from the two sides as they stand now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from tieback.following.cost_codes import ErpCode, ProjectCode, plan_cost_codes
from tieback.following.effects import Effect, On
from tieback.following.fields import Value, plan_fields
from tieback.following.models import FollowedEffect
from tieback.following.put_back import CodeState, PutBack, Standing, plan_put_back
from tieback.linking.models import Link
from tieback.portfolio.models import CostType, CostTypeAssignment, Project, ProjectCostCode
from tieback.staging.models import Job, JobCostCode

Pair = tuple[Job, Project]

# The fields that both sides have, by their name on the project.
FIELDS = (
    "number",
    "name",
    "customer",
    "address",
    "city",
    "state_code",
    "zip",
    "start_date",
    "end_date",
    "value",
)


def effects_of_linking(pairs: Sequence[Pair]) -> list[list[Effect]]:
    """Every effect that linking each pair has now, in as many queries as one pair takes.

    Fields that differ come first. The pairs are of one company.
    """
    refreshed = refresh(pairs)
    return [
        [*differences(job, project), *effects]
        for (job, project), effects in zip(pairs, refreshed, strict=True)
    ]


def differences(job: Job, project: Project) -> list[Effect]:
    """The fields that both sides say, and say differently."""
    return plan_fields(_job_fields(job), _project_fields(project))


def refresh(pairs: Sequence[Pair]) -> list[list[Effect]]:
    """Every effect on cost codes and cost types that following has now, for each pair."""
    erp = _erp_codes([job for job, _ in pairs])
    there = _project_codes([project.pk for _, project in pairs])
    companies = {project.company_id for _, project in pairs}
    known = set(CostType.objects.filter(company__in=companies).values_list("code", flat=True))
    return [
        plan_cost_codes(erp.get(job.pk, ()), there.get(project.pk, ()), known)
        for job, project in pairs
    ]


def _erp_codes(jobs: Iterable[Job]) -> dict[int, list[ErpCode]]:
    """Job id → its cost codes, the rows of one code gathered; a missing row counts as inactive."""
    external_ids = {job.pk: job.external_id for job in jobs}
    rows = JobCostCode.objects.filter(job__in=external_ids).order_by("full_code", "pk")
    gathered: dict[int, dict[str, list[_ErpRow]]] = {}
    for job_id, full_code, *said in rows.values_list("job_id", "full_code", *_ErpRow._fields):
        gathered.setdefault(job_id, {}).setdefault(full_code, []).append(_ErpRow(*said))
    return {
        job_id: [_erp_code(external_ids[job_id], code, same) for code, same in by_code.items()]
        for job_id, by_code in gathered.items()
    }


def _project_codes(project_ids: Iterable[int]) -> dict[int, list[ProjectCode]]:
    """Project id → its cost codes as they stand."""
    ids = set(project_ids)
    types: dict[int, set[str]] = {}
    assigned = CostTypeAssignment.objects.filter(cost_code__project__in=ids)
    for code_id, cost_type in assigned.values_list("cost_code_id", "cost_type__code"):
        types.setdefault(code_id, set()).add(cost_type)
    found: dict[int, list[ProjectCode]] = {}
    codes = ProjectCostCode.objects.filter(project__in=ids)
    columns = ("full_code", "name", "origin_id", "is_active", "is_in_use")
    for pk, project_id, *said in codes.values_list("pk", "project_id", *columns):
        code = ProjectCode(
            **dict(zip(columns, said, strict=True)), cost_types=frozenset(types.get(pk, ()))
        )
        found.setdefault(project_id, []).append(code)
    return found


def performed(link: Link) -> QuerySet[FollowedEffect]:
    """What following has done under a link so far, in order."""
    return FollowedEffect.objects.filter(link=link).order_by("position")


def effects_of_unlinking(links: Sequence[Link]) -> list[list[PutBack]]:
    """What unlinking would put back now, and what it cannot, last effect first; for each link."""
    logs: dict[int, list[FollowedEffect]] = {link.pk: [] for link in links}
    for effect in FollowedEffect.objects.filter(link__in=logs, outcome="").order_by("position"):
        logs[effect.link_id].append(effect)
    stands = standings({link: logs[link.pk] for link in links})
    return [plan_put_back(logs[link.pk], stands[link.pk])[0] for link in links]


def standing(link: Link, log: Iterable[FollowedEffect]) -> Standing:
    """What stands now on the link's project, and of the cost types that the log created."""
    return standings({link: log})[link.pk]


def standings(logs: Mapping[Link, Iterable[FollowedEffect]]) -> dict[int, Standing]:
    """Link id → what stands now of what its log speaks of; four queries for any number."""
    created = {
        link.pk: {e.record_id for e in log if e.resource == On.COST_TYPE}
        for link, log in logs.items()
    }
    uses = _type_uses(set().union(*created.values()))
    codes = _code_states({link.project_id for link in logs})
    assignments = _assignments({link.project_id for link in logs})
    return {
        link.pk: Standing(
            codes=dict(codes.get(link.project_id, {})),
            assignments=dict(assignments.get(link.project_id, {})),
            type_uses={pk: uses[pk] for pk in created[link.pk] if pk in uses},
        )
        for link in logs
    }


def _code_states(project_ids: Iterable[int]) -> dict[int, dict[int, CodeState]]:
    found: dict[int, dict[int, CodeState]] = {}
    columns = ("name", "origin_id", "is_active", "is_in_use", "parent_id")
    codes = ProjectCostCode.objects.filter(project__in=project_ids)
    for pk, project_id, *said in codes.values_list("pk", "project_id", *columns):
        found.setdefault(project_id, {})[pk] = CodeState(pk, *said)
    return found


def _assignments(project_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Project id → assignment id → cost code id."""
    found: dict[int, dict[int, int]] = {}
    rows = CostTypeAssignment.objects.filter(cost_code__project__in=project_ids)
    for pk, code_id, project_id in rows.values_list("pk", "cost_code_id", "cost_code__project_id"):
        found.setdefault(project_id, {})[pk] = code_id
    return found


def _type_uses(cost_type_ids: set[int]) -> dict[int, set[int]]:
    """Cost type id → every assignment that uses it, on any project; of those that are there."""
    if not cost_type_ids:
        return {}
    there = CostType.objects.filter(pk__in=cost_type_ids).values_list("pk", flat=True)
    uses: dict[int, set[int]] = {pk: set() for pk in there}
    assigned = CostTypeAssignment.objects.filter(cost_type__in=cost_type_ids)
    for pk, cost_type_id in assigned.values_list("pk", "cost_type_id"):
        uses[cost_type_id].add(pk)
    return uses


class _ErpRow(NamedTuple):
    """What one staged row says of a job's cost code; a code with three types has three rows."""

    name: str
    parent_code: str
    cost_type: str
    is_active: bool
    missing_since: datetime | None


def _erp_code(external_id: str, full_code: str, rows: Sequence[_ErpRow]) -> ErpCode:
    live = [row for row in rows if row.is_active and row.missing_since is None]
    said = (live or rows)[0]
    return ErpCode(
        full_code=full_code,
        name=said.name,
        origin_id=f"{external_id}|{full_code}",
        parent_code=said.parent_code,
        cost_types=frozenset(row.cost_type for row in live if row.cost_type),
        is_active=bool(live),
    )


def _job_fields(job: Job) -> dict[str, Value]:
    return {name: getattr(job, "contract_value" if name == "value" else name) for name in FIELDS}


def _project_fields(project: Project) -> dict[str, Value]:
    return {name: getattr(project, name) for name in FIELDS}
