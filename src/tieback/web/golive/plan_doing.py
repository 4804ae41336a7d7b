"""What is done with a plan: approve, discard, take back a row of it, or all since a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.plans.approving import PlanRefusedError, approve, discard, set_approval_above
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.undoing import draft_undo_row, draft_undo_since
from tieback.web.golive.plan_page import row_id
from tieback.web.scope import Scope, ScopedRequest, company_view

UNDO = "undo what was done"
_FURTHEST = timedelta(hours=15)


@require_POST
@company_view(level=Level.ADMIN, act="approve a plan")
def approved(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Approve as a second Admin; the page says why it was refused."""
    there = scope.get(Plan, plan_id)
    return _done(request, scope, there, lambda: approve(plan=there, by=scope.actor, now=scope.now))


@require_POST
@company_view(level=Level.STANDARD, act="discard a plan")
def discarded(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Take the plan off the list of those that wait."""
    there = scope.get(Plan, plan_id)
    return _done(request, scope, there, lambda: discard(plan=there, by=scope.actor, now=scope.now))


@require_POST
@company_view(level=Level.STANDARD, act=UNDO)
def row_undo(request: ScopedRequest, scope: Scope, plan_id: int, position: int) -> HttpResponse:
    """Show what taking one row of a batch back would do."""
    rows = PlanRow.objects.select_related("plan", "job", "project")
    row = scope.get(rows, row_id(plan_id, position), company="plan__company")
    plan = draft_undo_row(row=row, by=scope.actor, now=scope.now)
    return _shown(request, scope, plan, "This row was not done, so there is nothing to undo.")


@require_POST
@company_view(level=Level.STANDARD, act=UNDO)
def undo_since(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Show what taking everything back since a time, or since a batch, would do."""
    since = _since(request, scope)
    if since is None or since > scope.now:
        messages.error(request, "Enter a day and a time that has passed, such as 2026-03-02 10:15.")
        return redirect("golive:plans", scope.company.slug)
    plan = draft_undo_since(company=scope.company, since=since, by=scope.actor, now=scope.now)
    nothing = f"Nothing was done since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC that still holds."
    return _shown(request, scope, plan, nothing)


@require_POST
@company_view(level=Level.ADMIN, act="say which plans need an approval")
def approval(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Set the size above which a plan takes a second Admin; blank for none."""
    asked = request.POST.get("rows", "").strip()
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 9
    try:
        if asked and not is_number:
            raise PlanRefusedError(f"“{asked[:20]}” is no number of rows.", mend="Enter a number.")
        rows = int(asked) if asked else None
        set_approval_above(company=scope.company, rows=rows, by=scope.actor, now=scope.now)
    except PlanRefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
    else:
        said = f"Plans with more than {rows:,} rows need" if rows else "No plan needs"
        messages.success(request, f"{said} the approval of a second Admin from now on.")
    return redirect("golive:plans", scope.company.slug)


def _since(request: ScopedRequest, scope: Scope) -> datetime | None:
    """The moment asked for: a batch's, or what was typed on a clock `offset` minutes from UTC."""
    if batch := request.POST.get("batch", ""):
        known = batch.isascii() and batch.isdigit() and len(batch) < 19
        return scope.get(Batch, int(batch) if known else 0).applied_at
    try:
        typed = datetime.fromisoformat(request.POST.get("since", "").strip())
        away = timedelta(minutes=int(request.POST.get("offset") or "0"))
        # On the client's clock, whose distance from UTC came with the form.
        return (typed + away).replace(tzinfo=UTC) if abs(away) <= _FURTHEST else None
    except (ValueError, OverflowError):
        return None


def _shown(request: ScopedRequest, scope: Scope, plan: Plan, nothing: str) -> HttpResponse:
    if plan.rows.exists():
        return redirect("erp:plan", scope.company.slug, plan.pk)
    discard(plan=plan, by=scope.actor, now=scope.now)
    messages.info(request, nothing)
    return redirect("golive:plans", scope.company.slug)


def _done(
    request: ScopedRequest, scope: Scope, there: Plan, act: Callable[[], object]
) -> HttpResponse:
    try:
        act()
    except PlanRefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
    return redirect("erp:plan", scope.company.slug, there.pk)
