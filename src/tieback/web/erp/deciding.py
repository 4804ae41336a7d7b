"""What a person decides on a job beside linking: archive, restore, unlink, refresh; and pulls."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.connections.selectors import connections_of
from tieback.connections.services import BusyError
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan
from tieback.plans.services import draft
from tieback.staging.models import Job
from tieback.staging.selectors import inactive_ready_jobs
from tieback.sync.services import start_pull
from tieback.web.erp.planning import carry_out, moved, toast
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_POST
@company_view(level=Level.STANDARD, act="archive an ERP project")
def archive(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Archive one job at once; the answer offers the undo."""
    return done_at_once(request, scope, Action.ARCHIVE, job_id)


@require_POST
@company_view(level=Level.STANDARD, act="restore an ERP project")
def restore(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Restore one job at once; the answer offers the undo."""
    return done_at_once(request, scope, Action.RESTORE, job_id)


@require_POST
@company_view(level=Level.ADMIN, act="unlink an ERP project")
def unlink(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Show what unlinking would put back, and what it cannot."""
    return redirect("erp:plan", scope.company.slug, drafted(scope, Action.UNLINK, job_id).pk)


@require_POST
@company_view(level=Level.ADMIN, act="refresh the cost codes of an ERP project")
def refresh(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Show what following would do now."""
    return redirect("erp:plan", scope.company.slug, drafted(scope, Action.REFRESH, job_id).pk)


@require_POST
@company_view(level=Level.STANDARD, act="archive ERP projects")
def archive_inactive(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Show every inactive job on Ready to Import, to be archived as one batch."""
    jobs = inactive_ready_jobs(scope.company).order_by("number", "pk")
    ids = list(jobs.values_list("pk", flat=True))
    if not ids:
        messages.info(request, "No inactive ERP project is on Ready to Import.")
        return redirect("erp:projects", scope.company.slug)
    plan = draft(
        decisions=[Decision(Action.ARCHIVE, job_id) for job_id in ids],
        title="Archive all inactive ERP projects",
        by=scope.actor,
        now=scope.now,
    )
    return redirect("erp:plan", scope.company.slug, plan.pk)


@require_POST
@company_view(level=Level.STANDARD, act="refresh the ERP project list")
def refresh_list(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start a pull of every connection; the line above the list tells how it goes."""
    for connection in connections_of(scope.company):
        try:
            start_pull(connection=connection, by=scope.actor, clock=timezone.now)
        except BusyError as busy:
            messages.info(request, str(busy))
    return redirect("erp:projects", scope.company.slug)


def done_at_once(request: ScopedRequest, scope: Scope, action: Action, job_id: int) -> HttpResponse:
    """Draft and apply one row, which changes no project, and say what became of it."""
    plan = drafted(scope, action, job_id)
    carry_out(plan, scope)
    return toast(request, plan) if request.htmx else moved(request, scope, plan)


def drafted(scope: Scope, action: Action, job_id: int) -> Plan:
    """A plan of one row about a job of this company."""
    job = scope.get(Job, job_id)
    return draft(
        decisions=[Decision(action, job.pk)],
        title=f"{action.label} {job}",
        by=scope.actor,
        now=scope.now,
    )
