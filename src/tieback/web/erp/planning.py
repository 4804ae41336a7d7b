"""A plan's page: what it would do, how far it is, what it did; apply it, look again, undo it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from tieback.access.models import Level
from tieback.linking.selectors import active_link
from tieback.plans import selectors, services
from tieback.plans.approving import PlanRefusedError
from tieback.plans.decisions import LEVELS, Action
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.rows import decision_of
from tieback.portfolio import selectors as portfolio
from tieback.staging.selectors import next_ready
from tieback.sync.services import apply_at_once, start_apply
from tieback.web.erp.shown_effects import compared, groups, put_back_groups
from tieback.web.golive.plan_page import many_rows
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see what was planned"
# More rows than this take longer than a person waits for a page: they are done beside it.
AT_ONCE = 25
TOUCH_NO_PROJECT = {Action.ARCHIVE, Action.RESTORE, Action.REJECT, Action.ALLOW}
DONE = {
    Action.LINK: "Linked",
    Action.UNLINK: "Unlinked",
    Action.ARCHIVE: "Archived",
    Action.RESTORE: "Restored",
    Action.REFRESH: "Cost codes refreshed",
    Action.REJECT: "Not a match",
    Action.ALLOW: "Offered again",
    Action.FIX: "Settings changed",
}


@require_safe
@company_view(act=SEE)
def plan(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """A plan of one row as its preview or its result; one of many as a list with its progress."""
    there = scope.get(Plan, plan_id)
    progress = selectors.progress(there)
    if progress.total == 1:
        context = one_row(scope, selectors.rows(there).get())
        return render(request, "erp/plans/one.html", context)
    return render(request, "erp/plans/many.html", many_rows(request, scope, there, progress))


@require_safe
@company_view(act=SEE)
def progress_part(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """How far a plan of many rows is; the whole page anew once it is done."""
    there = scope.get(Plan, plan_id)
    progress = selectors.progress(there)
    if not progress.is_part_done:
        return HttpResponseClientRedirect(plan_address(there, scope))
    context = {"plan": there, "progress": progress, "is_silent": progress.is_silent(scope.now)}
    return render(request, "erp/plans/progress.html", context)


@require_POST
@company_view(level=Level.STANDARD, act="apply a plan")
def apply(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Do what the plan shows; a second time does nothing and shows what was done."""
    there = scope.get(Plan, plan_id)
    try:
        carry_out(there, scope)
    except PlanRefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
    return redirect("erp:plan", scope.company.slug, there.pk)


@require_POST
@company_view(level=Level.STANDARD, act="look at a plan again")
def again(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Draft the rows that were held back or still wait anew, on the facts as they are now."""
    there = scope.get(Plan, plan_id)
    left = list(selectors.rows(there).exclude(state=PlanRow.State.APPLIED))
    if not left:
        return redirect("erp:plan", scope.company.slug, there.pk)
    fresh = services.draft(
        decisions=[decision_of(row) for row in left],
        title=there.title,
        by=scope.actor,
        now=scope.now,
    )
    return redirect("erp:plan", scope.company.slug, fresh.pk)


@require_POST
@company_view(level=Level.STANDARD, act="undo what was done")
def undo(request: ScopedRequest, scope: Scope, batch_id: int) -> HttpResponse:
    """Draft the inverse; what touches no project is done at once, the rest is shown first."""
    batch = scope.get(Batch.objects.select_related("plan"), batch_id)
    inverse = services.draft_undo(batch=batch, by=scope.actor, now=scope.now)
    actions = list(inverse.rows.order_by().values_list("action", flat=True))
    if not actions:
        messages.info(request, f"Nothing of “{batch}” was done, so there is nothing to undo.")
        return moved(request, scope, batch.plan)
    if set(actions) <= TOUCH_NO_PROJECT and not inverse.needs_approval:
        carry_out(inverse, scope)
        if len(actions) == 1 and request.htmx:
            return toast(request, inverse)
    return moved(request, scope, inverse)


def carry_out(there: Plan, scope: Scope) -> None:
    """Apply a plan now, or beside the web process when it is a long one."""
    if there.rows.count() > AT_ONCE:
        start_apply(plan=there, by=scope.actor, clock=timezone.now)
    else:
        apply_at_once(plan=there, by=scope.actor, clock=timezone.now)


def toast(request: ScopedRequest, done: Plan) -> HttpResponse:
    """What a plan of one row did, with its undo, as a message; the list reads itself anew."""
    row = selectors.rows(done).get()
    context = {"row": row, "batch": selectors.progress(done).batch}
    answer = render(request, "erp/plans/toast.html", context)
    return trigger_client_event(answer, "jobs-changed", {"target": "body"})


def moved(request: ScopedRequest, scope: Scope, there: Plan) -> HttpResponse:
    """Go to a plan's page, from a form or from htmx."""
    address = plan_address(there, scope)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def plan_address(there: Plan, scope: Scope) -> str:
    """Where the plan's page is."""
    return redirect("erp:plan", scope.company.slug, there.pk).url


def one_row(scope: Scope, row: PlanRow) -> dict[str, Any]:
    """What a plan of one row shows, before and after."""
    level = LEVELS[row.action]
    is_done = row.state == PlanRow.State.APPLIED
    changed = None if row.action in TOUCH_NO_PROJECT else row.project
    return {
        "plan": row.plan,
        "row": row,
        "changes_project": changed is not None,
        "heading": heading(row),
        "job": row.job,
        "project": row.project,
        "batch": Batch.objects.filter(plan=row.plan_id).first(),
        "may_apply": scope.actor.level >= level,
        "level": level,
        "compared": compared(row.job, row.project, row.effects) if row.project else [],
        "groups": shown_groups(row),
        "codes": portfolio.cost_codes(changed) if changed and is_done else None,
        "link": row.link if is_done else active_link(row.job),
        "next_job": next_ready(row.job) if is_done else None,
    }


def heading(row: PlanRow) -> str:
    """What the page about the row is headed by."""
    action = Action(row.action)
    if row.state == PlanRow.State.HELD:
        return "Held back"
    if row.state == PlanRow.State.APPLIED:
        return DONE[action]
    return "Link to Existing Project" if action == Action.LINK else action.label


def shown_groups(row: PlanRow) -> list[Any]:
    """The row's effects, gathered for reading."""
    if row.project is None:
        return []
    names = dict(row.project.cost_codes.values_list("full_code", "name"))
    shown = put_back_groups if row.action == Action.UNLINK else groups
    return list(shown(row.effects, names))
