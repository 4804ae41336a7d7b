"""Deciding one job under review: link, not a match, archive, mend what blocks it; and undo."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.linking.eligibility import Fix
from tieback.plans.blocked import setting_of
from tieback.plans.decisions import LEVELS, Action, Decision
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.services import draft, draft_undo
from tieback.portfolio.models import Project
from tieback.portfolio.refusals import RefusedError
from tieback.portfolio.selectors import erp_list
from tieback.staging.models import Job
from tieback.sync.services import apply_at_once
from tieback.web.golive.review_deeds import Deed, deed_of, last_deed
from tieback.web.golive.review_queue import Queue, queue_of
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

_VERBS = {"link": Action.LINK, "reject": Action.REJECT, "archive": Action.ARCHIVE}
REFUSED = 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision: the batch when it was done, the reason when it was not.

    `plan` is shown where a person has to look at it first.
    """

    job: Job
    batch: Batch | None = None
    row: PlanRow | None = None
    reason: str = ""
    plan: Plan | None = None


@require_POST
@company_view(level=Level.STANDARD, act="decide on an ERP project")
def decide(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Do with the job what the person chose, as a plan of one row."""
    job = scope.get(Job, job_id)
    action = _VERBS.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest("There is no such decision.")
    # Said before the project is looked for: below the level, nothing else is wrong.
    scope.actor.require(LEVELS[action], f"{action.label.lower()} an ERP project")
    project = None
    if action != Action.ARCHIVE:
        project = scope.get(Project, asked_id(request.POST.get("project")))
    pair = f"{job} to {project}" if action == Action.LINK else f"{job} and {project}"
    title = f"{action.label}: {pair if project else job}"
    decision = Decision(action, job.pk, project.pk if project else None)
    return _answered(request, scope, _carried_out(scope, job, decision, title))


@require_POST
@company_view(level=Level.ADMIN, act="change a project's settings")
def mend(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Take away what blocks the pair, as a plan of one row that can be undone."""
    job = scope.get(Job, job_id)
    asked, _, project_id = request.POST.get("fix", "").partition("-")
    if asked not in set(Fix):
        raise BadRequest("There is no such fix.")
    project = scope.get(Project, asked_id(project_id))
    named = erp_list(project.company_id)
    if Fix(asked) == Fix.USE_ERP_LIST and named is None:
        reason = "This company has not named its ERP standard cost code list yet. Name it in "
        return _answered(
            request, scope, Outcome(job, reason=f"{reason}Portfolio › Cost code lists.")
        )
    setting = setting_of(Fix(asked), project, named.pk if named else None)
    decision = Decision(Action.FIX, job.pk, project.pk, settings=(setting,))
    title = f"{Fix(asked).label}: {project}"
    return _answered(request, scope, _carried_out(scope, job, decision, title), stays=True)


@require_POST
@company_view(level=Level.STANDARD, act="undo what was done")
def undo(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Take back the person's last decision; more than one row, or less than all, is shown first."""
    batch = last_deed(scope)
    if batch is None:
        return _nothing_to_undo(request, scope)
    inverse = draft_undo(batch=batch, by=scope.actor, now=scope.now)
    rows = list(inverse.rows.select_related("job", "project")[:2])
    if not rows:
        return _nothing_to_undo(request, scope)
    job = rows[0].job
    if len(rows) > 1 or not _puts_all_back(rows[0]):
        reason = f"“{batch}” is more than one row, or not all of it can be put back. Look at it."
        return _answered(request, scope, Outcome(job, reason=reason, plan=inverse))
    return _answered(request, scope, _applied(scope, job, inverse), undone=batch)


def _carried_out(scope: Scope, job: Job, decision: Decision, title: str) -> Outcome:
    plan = draft(decisions=[decision], title=title, by=scope.actor, now=scope.now)
    return _applied(scope, job, plan)


def _applied(scope: Scope, job: Job, plan: Plan) -> Outcome:
    """Apply a plan of one row unless the preview shows already that it cannot be done."""
    row = plan.rows.get()
    if row.state == PlanRow.State.HELD:
        return Outcome(job, reason=row.held_reason)
    try:
        batch = apply_at_once(plan=plan, by=scope.actor, clock=timezone.now)
    except RefusedError as refused:
        return Outcome(job, reason=f"{refused.message} {refused.mend}", plan=plan)
    row = plan.rows.select_related("job", "project").get()
    if row.state == PlanRow.State.HELD:
        return Outcome(job, reason=row.held_reason)
    return Outcome(job, batch=batch, row=row)


def _puts_all_back(row: PlanRow) -> bool:
    return all(step.get("is_put_back", True) for step in row.effects)


def _nothing_to_undo(request: ScopedRequest, scope: Scope) -> HttpResponse:
    return _answered(
        request, scope, Outcome(Job(), reason="None of your decisions here is left to undo.")
    )


def _answered(
    request: ScopedRequest,
    scope: Scope,
    outcome: Outcome,
    *,
    stays: bool = False,
    undone: Batch | None = None,
) -> HttpResponse:
    """A line for the script, or the next page without one; `stays` keeps the job in sight."""
    queue = queue_of(scope, request.POST)
    if not request.htmx:
        return _without_script(request, queue, outcome, stays=stays or undone is not None)
    if outcome.batch is None:
        context = {"outcome": outcome, "url": queue.url(outcome.job.pk)}
        return render(request, "golive/review_refused.html", context, status=REFUSED)
    context = {
        "deed": _deed(outcome, undone),
        "undid": undone and undone.pk,
        "job": outcome.job,
        "url": queue.url(outcome.job.pk),
        "left": queue.size(),
        "lane": queue.lane,
    }
    return render(request, "golive/review_done.html", context)


def _deed(outcome: Outcome, undone: Batch | None) -> Deed:
    """What was done, in words; after an undo, what it took back."""
    if undone:
        row = undone.plan.rows.select_related("job", "project").get()
        return deed_of(undone, row, is_undone=True)
    assert outcome.batch is not None
    return deed_of(outcome.batch, outcome.row)


def _without_script(
    request: ScopedRequest, queue: Queue, outcome: Outcome, *, stays: bool
) -> HttpResponse:
    if outcome.plan:
        return redirect("erp:plan", queue.scope.company.slug, outcome.plan.pk)
    if outcome.reason:
        messages.error(request, outcome.reason)
        return redirect(queue.url(outcome.job.pk))
    follows = request.POST.get("next", "")
    return redirect(queue.url(outcome.job.pk if stays or not follows else asked_id(follows)))
