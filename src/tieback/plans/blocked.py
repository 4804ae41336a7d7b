"""What keeps proposed pairs from being linked, as decisions that take it away for all at once."""

from collections.abc import Collection

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.linking.eligibility import Fix, blockers_of
from tieback.plans.decisions import Action, Decision, Setting
from tieback.portfolio.models import Project
from tieback.portfolio.selectors import erp_list
from tieback.proposing.lanes import Lane, jobs_in, proposed
from tieback.staging.models import Job

_CHUNK = 500


def fixing(*, company: Company, fixes: Collection[Fix], by: Actor) -> list[Decision]:
    """A decision for each proposed pair that one of the fixes helps, by the job's number.

    A fix that the pair does not need, or that its project does not take, is not among its settings.
    """
    by.require_company(company.pk)
    wanted = erp_list(company.pk)
    list_id = wanted.pk if wanted else None
    found: list[Decision] = []
    jobs = list(
        jobs_in(company, Lane.BLOCKED)
        .select_related("connection")
        .defer("raw")
        .order_by("number", "pk")
    )
    for start in range(0, len(jobs), _CHUNK):
        pairs = _pairs(jobs[start : start + _CHUNK])
        for (job, project), on_pair in zip(pairs, blockers_of(pairs, actor=by), strict=True):
            needed = dict.fromkeys(b.fix for b in on_pair if b.fix in fixes)
            settings = [setting_of(fix, project, list_id) for fix in needed if fix]
            if settings:
                found.append(Decision(Action.FIX, job.pk, project.pk, settings=tuple(settings)))
    return found


def _pairs(jobs: list[Job]) -> list[tuple[Job, Project]]:
    held = proposed(jobs)
    return [(job, held[job.pk].project) for job in jobs if job.pk in held]


def setting_of(fix: Fix, project: Project, list_id: int | None) -> Setting:
    """The setting of a project that a fix changes; `list_id` is the company's ERP list."""
    if fix == Fix.SWITCH_ON:
        return Setting("is_erp_integrated", project.is_erp_integrated, True)
    if fix == Fix.REACTIVATE:
        return Setting("is_active", project.is_active, True)
    return Setting("cost_code_list", project.cost_code_list_id, list_id)
