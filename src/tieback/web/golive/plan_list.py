"""The company's plans: those that wait, need an approval, were applied, or were dropped."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.access.models import Level
from tieback.plans.selectors import Show, approval_above, plans, waiting_for_approval
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view

_LABELS = {
    Show.WAITING: "Not applied yet",
    Show.APPROVAL: "Waits for approval",
    Show.APPLIED: "Applied",
    Show.DISCARDED: "Discarded",
}


@require_safe
@company_view(act="see the plans")
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Plans of many rows, and those of one where that is asked for."""
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.WAITING
    singles = "singles" in request.GET
    context = {
        "page": page_of(plans(scope.company, show, singles=singles), request.GET),
        "show": show,
        "singles": singles,
        "shows": list(_LABELS.items()),
        "for_approval": waiting_for_approval(scope.company),
        "approval_above": approval_above(scope.company),
        "may_undo": scope.actor.level >= Level.STANDARD,
        "may_set": scope.actor.level >= Level.ADMIN,
    }
    return render(request, "golive/plans.html", context)
