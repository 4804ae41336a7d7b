"""Changes to a project's settings: each form is one call of `portfolio.services`."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.portfolio import services
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.portfolio.refusals import RefusedError
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

CHANGE = "change a project's settings"
SWITCH = {"on": True, "off": False}


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def erp_integrated(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Switch the ERP-integrated setting to `value`."""
    value = asked_switch(request)

    def change(project: Project) -> str:
        services.set_erp_integrated(project=project, value=value, by=scope.actor, now=scope.now)
        return f"ERP-integrated is {'on' if value else 'off'} for {project}."

    return changed(request, scope, pk, change)


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def active(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Make the project active (`value` on) or inactive (off)."""
    value = asked_switch(request)

    def change(project: Project) -> str:
        services.set_active(project=project, value=value, by=scope.actor, now=scope.now)
        return f"{project} is {'active' if value else 'inactive'} now."

    return changed(request, scope, pk, change)


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def cost_code_list(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Make the project take its cost codes from `list`."""
    wanted = asked_list(request, scope)

    def change(project: Project) -> str:
        services.set_cost_code_list(
            project=project, cost_code_list=wanted, by=scope.actor, now=scope.now
        )
        return f"{project} takes its cost codes from “{wanted}” now."

    return changed(request, scope, pk, change)


@require_POST
@company_view(level=Level.ADMIN, act="copy cost codes into a project")
def copied_codes(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Copy the codes of `list` into the project; those of no ERP list only when `sure`."""
    wanted = asked_list(request, scope)

    def copy(project: Project) -> str:
        if not wanted.is_erp and "sure" not in request.POST:
            raise RefusedError(
                f"“{wanted}” is not the ERP list: its codes keep {project} out of the ERP.",
                mend="That is for good. Tick the box if it is meant, or copy from the ERP list.",
            )
        added = services.copy_codes(
            project=project, cost_code_list=wanted, by=scope.actor, now=scope.now
        )
        return f"{added} cost code{pluralize(added)} copied from “{wanted}” into {project}."

    return changed(request, scope, pk, copy, back_to="portfolio:project-cost-codes")


def changed(
    request: ScopedRequest,
    scope: Scope,
    pk: int,
    change: Callable[[Project], str],
    *,
    back_to: str = "portfolio:project",
) -> HttpResponse:
    """Do the change and go back to the project, with what it did or why it was refused."""
    project = scope.get(Project, pk)
    try:
        messages.success(request, change(project))
    except RefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
    return redirect(back_to, company_slug=scope.company.slug, pk=pk)


def asked_switch(request: ScopedRequest) -> bool:
    """What `value` says; raises BadRequest unless it is on or off."""
    said = request.POST.get("value", "")
    if said not in SWITCH:
        raise BadRequest("On or off was expected.")
    return SWITCH[said]


def asked_list(request: ScopedRequest, scope: Scope) -> StandardCostCodeList:
    """The company's list whose id `list` gives."""
    return scope.get(StandardCostCodeList, asked_id(request.POST.get("list")))
