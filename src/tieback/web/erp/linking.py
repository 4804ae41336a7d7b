"""Link to Existing Project: find the project, see why not or what will be, mend, preview."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.linking.eligibility import Fix, job_blockers
from tieback.linking.selectors import SHOWN, active_link, choice, choices
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import PlanRow
from tieback.plans.selectors import rows as plan_rows
from tieback.plans.services import draft
from tieback.portfolio import services as portfolio
from tieback.portfolio.models import Project
from tieback.portfolio.refusals import RefusedError
from tieback.portfolio.selectors import erp_list
from tieback.proposing.suggestions import look_up, suggestions
from tieback.staging.models import Job
from tieback.web.erp.planning import one_row
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

LINK = "link an ERP project"
JOBS = Job.objects.select_related("connection")
PROJECTS = Project.objects.select_related("cost_code_list")


@require_safe
@company_view(level=Level.ADMIN, act=LINK)
def choose(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """The job's facts beside the search for its project; `q` and `project` work without scripts."""
    job = scope.get(JOBS.all(), job_id)
    query, asked = request.GET.get("q", "").strip(), request.GET.get("project", "")
    context: dict[str, Any] = {
        "job": job,
        "on_job": job_blockers(job),
        "link": active_link(job),
        "suggestion": suggestions([job], look_up(scope.company, now=scope.now)).get(job.pk),
        "query": query,
        "choices": choices(job=job, actor=scope.actor, query=query) if query else [],
    }
    if asked:
        context |= evaluated(scope, job, scope.get(PROJECTS.all(), asked_id(asked)))
    return render(request, "erp/linking/choose.html", context)


@require_safe
@company_view(level=Level.ADMIN, act=LINK)
def options(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """The combobox's options for what was typed: eligible ones first, the others with why not."""
    job = scope.get(JOBS.all(), job_id)
    query = request.GET.get("q", "").strip()
    found = choices(job=job, actor=scope.actor, query=query)
    context = {"choices": found, "is_full": len(found) == SHOWN, "query": query}
    return render(request, "erp/linking/options.html", context)


@require_safe
@company_view(level=Level.ADMIN, act=LINK)
def pair(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Why the project that was picked cannot be linked; the hint when none is picked."""
    job = scope.get(JOBS.all(), job_id)
    asked = request.GET.get("refused", "")
    if not asked:
        return render(request, "erp/linking/hint.html", {"job": job})
    return shown_pair(request, scope, job, scope.get(PROJECTS.all(), asked_id(asked)))


@require_POST
@company_view(level=Level.ADMIN, act=LINK)
def preview(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Draft the link and show every effect; nothing is linked yet."""
    job = scope.get(JOBS.all(), job_id)
    asked = request.POST.get("project", "")
    if request.htmx and not asked:
        return render(request, "erp/linking/hint.html", {"job": job})
    return drafted(request, scope, job, scope.get(PROJECTS.all(), asked_id(asked)))


@require_POST
@company_view(level=Level.ADMIN, act="change a project's settings")
def fix(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Take one blocker away where the portfolio can, then look at the pair again."""
    job = scope.get(JOBS.all(), job_id)
    project = scope.get(PROJECTS.all(), asked_id(request.POST.get("project")))
    problem = ""
    try:
        _fixes(request.POST.get("fix", ""))(project, scope.actor, scope.now)
    except RefusedError as refused:
        problem = f"{refused.message} {refused.mend}"
    if request.htmx:
        fresh = scope.get(PROJECTS.all(), project.pk)
        extra = {"is_after_fix": True, "problem": problem}
        if choice(job=job, project=fresh, actor=scope.actor).is_eligible:
            return drafted(request, scope, job, fresh, **extra)
        return shown_pair(request, scope, job, fresh, **extra)
    if problem:
        messages.error(request, problem)
    return redirect(_choose_address(scope, job, project))


def drafted(
    request: ScopedRequest, scope: Scope, job: Job, project: Project, **extra: object
) -> HttpResponse:
    """The preview of a fresh plan; the reasons instead when the pair cannot be linked now."""
    plan = draft(
        decisions=[Decision(Action.LINK, job.pk, project.pk)],
        title=f"Link {job} to {project}",
        by=scope.actor,
        now=scope.now,
    )
    row = plan_rows(plan).get()
    if row.state == PlanRow.State.HELD:
        if request.htmx:
            return shown_pair(request, scope, job, project, **extra)
        return redirect(_choose_address(scope, job, project))
    if not request.htmx:
        return redirect("erp:plan", scope.company.slug, plan.pk)
    return render(request, "erp/linking/preview.html", one_row(scope, row) | extra)


def shown_pair(
    request: ScopedRequest, scope: Scope, job: Job, project: Project, **extra: object
) -> HttpResponse:
    """The panel that says what stands between the two, with the fixes."""
    context = {"job": job, **evaluated(scope, job, project), **extra}
    return render(request, "erp/linking/pair.html", context)


def evaluated(scope: Scope, job: Job, project: Project) -> dict[str, Any]:
    """The pair as the rules see it now."""
    return {"choice": choice(job=job, project=project, actor=scope.actor), "project": project}


def _fixes(asked: str) -> Callable[[Project, Actor, datetime], object]:
    if asked not in set(Fix):
        raise BadRequest("There is no such fix.")
    return {
        Fix.SWITCH_ON: _switch_on,
        Fix.USE_ERP_LIST: _use_erp_list,
        Fix.REACTIVATE: _reactivate,
    }[Fix(asked)]


def _switch_on(project: Project, by: Actor, now: datetime) -> object:
    return portfolio.set_erp_integrated(project=project, value=True, by=by, now=now)


def _use_erp_list(project: Project, by: Actor, now: datetime) -> object:
    wanted = erp_list(by.company_id)
    if wanted is None:
        raise RefusedError(
            "This company has not named its ERP standard cost code list yet.",
            mend="Name it in Portfolio › Cost code lists.",
        )
    return portfolio.set_cost_code_list(project=project, cost_code_list=wanted, by=by, now=now)


def _reactivate(project: Project, by: Actor, now: datetime) -> object:
    return portfolio.set_active(project=project, value=True, by=by, now=now)


def _choose_address(scope: Scope, job: Job, project: Project) -> str:
    base = reverse("erp:job-link", args=[scope.company.slug, job.pk])
    return f"{base}?project={project.pk}"
