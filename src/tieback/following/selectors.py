"""What following would do to a project, read from the two sides as they stand now."""

from collections.abc import Iterable

from django.db.models import QuerySet

from tieback.following.cost_codes import ErpCode, ProjectCode, plan_cost_codes
from tieback.following.effects import Effect, On
from tieback.following.fields import Value, plan_fields
from tieback.following.models import FollowedEffect
from tieback.following.put_back import CodeState, PutBack, Standing, plan_put_back
from tieback.linking.models import Link
from tieback.portfolio.models import CostType, CostTypeAssignment, Project, ProjectCostCode
from tieback.portfolio.selectors import types_by_code
from tieback.staging.models import Job, JobCostCode

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


def effects_of_linking(job: Job, project: Project) -> list[Effect]:
    """Every effect that linking this job to this project has now, fields that differ first."""
    return [*differences(job, project), *refresh(job, project)]


def differences(job: Job, project: Project) -> list[Effect]:
    """The fields that both sides say, and say differently."""
    return plan_fields(_job_fields(job), _project_fields(project))


def refresh(job: Job, project: Project) -> list[Effect]:
    """Every effect on cost codes and cost types that following has now."""
    known = CostType.objects.filter(company_id=project.company_id).values_list("code", flat=True)
    return plan_cost_codes(erp_codes(job), project_codes(project), known)


def erp_codes(job: Job) -> list[ErpCode]:
    """The job's cost codes, the rows of one code gathered; a missing row counts as inactive."""
    gathered: dict[str, list[JobCostCode]] = {}
    for row in JobCostCode.objects.filter(job=job).order_by("full_code", "pk"):
        gathered.setdefault(row.full_code, []).append(row)
    return [_erp_code(job, full_code, rows) for full_code, rows in gathered.items()]


def project_codes(project: Project) -> list[ProjectCode]:
    """The project's cost codes as they stand."""
    types = types_by_code(project.pk)
    return [
        ProjectCode(
            full_code=code.full_code,
            name=code.name,
            origin_id=code.origin_id,
            cost_types=frozenset(types.get(code.pk, ())),
            is_active=code.is_active,
            is_in_use=code.is_in_use,
        )
        for code in ProjectCostCode.objects.filter(project=project)
    ]


def performed(link: Link) -> QuerySet[FollowedEffect]:
    """What following has done under a link so far, in order."""
    return FollowedEffect.objects.filter(link=link).order_by("position")


def effects_of_unlinking(link: Link) -> list[PutBack]:
    """What unlinking would put back now, and what it cannot, last effect first."""
    log = list(performed(link).filter(outcome=""))
    steps, _ = plan_put_back(log, standing(link, log))
    return steps


def standing(link: Link, log: Iterable[FollowedEffect]) -> Standing:
    """What stands now on the link's project, and of the cost types that the log created."""
    codes = ProjectCostCode.objects.filter(project_id=link.project_id)
    created_types = {e.record_id for e in log if e.resource == On.COST_TYPE}
    type_uses: dict[int, set[int]] = {
        pk: set()
        for pk in CostType.objects.filter(pk__in=created_types).values_list("pk", flat=True)
    }
    uses = CostTypeAssignment.objects.filter(cost_type_id__in=created_types)
    for pk, cost_type_id in uses.values_list("pk", "cost_type_id"):
        type_uses[cost_type_id].add(pk)
    assignments = CostTypeAssignment.objects.filter(cost_code__project_id=link.project_id)
    return Standing(
        codes={
            code.pk: CodeState(
                code.name, code.origin_id, code.is_active, code.is_in_use, code.parent_id
            )
            for code in codes
        },
        assignments=dict(assignments.values_list("pk", "cost_code_id")),
        type_uses=type_uses,
    )


def _erp_code(job: Job, full_code: str, rows: Iterable[JobCostCode]) -> ErpCode:
    rows = list(rows)
    live = [row for row in rows if row.is_active and row.missing_since is None]
    said = (live or rows)[0]
    return ErpCode(
        full_code=full_code,
        name=said.name,
        origin_id=f"{job.external_id}|{full_code}",
        parent_code=said.parent_code,
        cost_types=frozenset(row.cost_type for row in live if row.cost_type),
        is_active=bool(live),
    )


def _job_fields(job: Job) -> dict[str, Value]:
    return {name: getattr(job, "contract_value" if name == "value" else name) for name in FIELDS}


def _project_fields(project: Project) -> dict[str, Value]:
    return {name: getattr(project, name) for name in FIELDS}
