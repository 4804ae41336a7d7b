"""The pages of one project: its facts and settings, cost codes, sub jobs, history."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.access.models import Level
from tieback.portfolio import selectors
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.web.paging import SIZES, page_of
from tieback.web.portfolio import reads
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see the portfolio's projects"


@require_safe
@company_view(act=SEE)
def overview(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """What the project is, whether it is synced, and its settings."""
    project = found(scope, pk)
    context = frame(scope, project, "overview") | {
        "link": reads.active_link(project),
        "lock_in": selectors.lock_in(project),
        "lists": scope.rows(StandardCostCodeList),
    }
    return render(request, "portfolio/project.html", context)


@require_safe
@company_view(act=SEE)
def cost_codes(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """The project's cost codes as a tree, with cost types and where each comes from."""
    project = found(scope, pk)
    page = page_of(selectors.cost_codes(project), request.GET, usual=SIZES[-1])
    parents = dict(project.cost_codes.values_list("pk", "parent_id"))
    context = frame(scope, project, "cost-codes") | {
        "page": page,
        "codes": reads.with_depths(list(page.object_list), parents),
        "lists": list(scope.rows(StandardCostCodeList)),
        "lock_in": selectors.lock_in(project),
    }
    return render(request, "portfolio/project_cost_codes.html", context)


@require_safe
@company_view(act=SEE)
def sub_jobs(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """The project's sub jobs."""
    project = found(scope, pk)
    page = page_of(project.sub_jobs.order_by("code", "pk"), request.GET)
    context = frame(scope, project, "sub-jobs") | {"page": page}
    return render(request, "portfolio/project_sub_jobs.html", context)


@require_safe
@company_view(act=SEE)
def history(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Who did what to the project."""
    project = found(scope, pk)
    page = page_of(reads.history(project), request.GET)
    context = frame(scope, project, "history") | {"page": page}
    return render(request, "portfolio/project_history.html", context)


def found(scope: Scope, pk: int) -> Project:
    """The company's project with this id, with what its pages show of it."""
    return scope.get(Project.objects.select_related("cost_code_list", "origin_connection"), pk)


def frame(scope: Scope, project: Project, tab: str) -> dict[str, Any]:
    """What every page of the project shows."""
    return {
        "project": project,
        "tab": tab,
        "n_codes": project.cost_codes.count(),
        "n_sub_jobs": project.sub_jobs.count(),
        "may_change": scope.actor.level >= Level.ADMIN,
    }
