"""The page of a plan with many rows: the sum, every row with what it does, and what one may do."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tieback.access.models import Level
from tieback.plans import selectors
from tieback.plans.decisions import LEVELS, Action
from tieback.plans.fixes import LABELS
from tieback.plans.models import Plan, PlanRow
from tieback.plans.roundtrip.columns import WORD_OF
from tieback.portfolio.models import Project
from tieback.web.erp.shown_effects import compared, groups, put_back_groups
from tieback.web.golive.plan_totals import totals_of, totals_of_row
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see what was planned"
ROWS = PlanRow.objects.select_related("job__connection", "project__cost_code_list", "link", "plan")


def many_rows(
    request: ScopedRequest, scope: Scope, there: Plan, progress: selectors.Progress
) -> dict[str, Any]:
    """What a plan of many rows shows."""
    actions = list(there.rows.order_by().values_list("action", flat=True).distinct())
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()
    page = page_of(_filtered(selectors.rows(there), state, query), request.GET)
    level = max((LEVELS[action] for action in actions), default=Level.STANDARD)
    may_apply = scope.actor.level >= level
    waits = there.needs_approval and not there.approved_at
    return {
        "plan": there,
        "progress": progress,
        "batch": progress.batch,
        "is_silent": progress.is_silent(scope.now),
        "page": page,
        "shown": [(row, totals_of_row(row)) for row in page],
        "totals": totals_of(there),
        "state": state,
        "query": query,
        "states": _states(progress),
        "has_links": Action.LINK in actions,
        "has_projects": there.rows.filter(project__isnull=False).exists(),
        "is_for_sheet": bool(actions) and set(actions) <= set(WORD_OF),
        "verb": Action(actions[0]).label if len(actions) == 1 else "Apply",
        "may_apply": may_apply,
        "level": level,
        "waits": waits,
        "may_approve": waits and _may_approve(there, scope),
        "may_discard": _may_discard(there, scope),
    }


@require_safe
@company_view(act=SEE)
def row(request: ScopedRequest, scope: Scope, plan_id: int, position: int) -> HttpResponse:
    """Every effect of one row: a part of the plan's page, or a page of its own."""
    rows = ROWS.filter(plan=plan_id)
    there = scope.get(rows, row_id(plan_id, position), company="plan__company")
    names = _names(there.project)
    shown = put_back_groups if there.action == Action.UNLINK else groups
    effects = [effect for effect in there.effects if effect["on"] != "setting"]
    context = {
        "row": there,
        "plan": there.plan,
        "project": there.project,
        "groups": list(shown(effects, names)) if there.project else [],
        "compared": compared(there.job, there.project, effects) if there.project else [],
        "settings": [(LABELS[e["key"]], e) for e in there.effects if e["on"] == "setting"],
    }
    page, part = "golive/plan_row.html", "golive/plan_row_part.html"
    return render_part(request, page=page, part=part, context=context)


def row_id(plan_id: int, position: int) -> int:
    """The id of a plan's row by its place; 0, which no row has, where there is none."""
    found = PlanRow.objects.filter(plan=plan_id, position=position)
    return found.values_list("pk", flat=True).first() or 0


def _names(project: Project | None) -> dict[str, str]:
    if project is None:
        return {}
    return dict(project.cost_codes.values_list("full_code", "name"))


def _filtered(rows: QuerySet[PlanRow], state: str, query: str) -> QuerySet[PlanRow]:
    if state in PlanRow.State.values:
        rows = rows.filter(state=state)
    for word in query.split()[:8]:
        rows = rows.filter(
            Q(job__number__icontains=word)
            | Q(job__name__icontains=word)
            | Q(project__number__icontains=word)
            | Q(project__name__icontains=word)
        )
    return rows


def _states(progress: selectors.Progress) -> list[tuple[str, str, int]]:
    """(word in the address, label, how many) for the states that rows are in."""
    label = "Waiting" if progress.batch else "To be done"
    found = [
        ("", "All", progress.total),
        (PlanRow.State.HELD, "Held back", progress.held),
        (PlanRow.State.PENDING, label, progress.waiting),
        (PlanRow.State.APPLIED, "Done", progress.done),
    ]
    return [one for one in found if one[2]]


def _may_approve(there: Plan, scope: Scope) -> bool:
    return scope.actor.level >= Level.ADMIN and scope.actor.user_id != there.created_by_id


def _may_discard(there: Plan, scope: Scope) -> bool:
    is_own = scope.actor.user_id == there.created_by_id
    return scope.actor.level >= (Level.STANDARD if is_own else Level.ADMIN)
