"""Finding matches from the Projects tab: starting a look-up, and how it goes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from tieback.access.models import Level
from tieback.connections.services import BusyError
from tieback.proposing.suggestions import look_up
from tieback.sync.services import start_propose
from tieback.web.erp.job_list import SEE
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_POST
@company_view(level=Level.STANDARD, act="find matches")
def find(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start a look-up; the line above the list tells how it goes."""
    try:
        start_propose(company=scope.company, by=scope.actor, clock=timezone.now)
    except BusyError as busy:
        messages.info(request, str(busy))
    return redirect("erp:projects", scope.company.slug)


@require_safe
@company_view(act=SEE)
def standing(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The line about look-ups; once none runs any more, the list reads itself anew."""
    found = look_up(scope.company, now=scope.now)
    answer = render(request, "erp/jobs/matches.html", {"matches": found})
    if found.running:
        return answer
    return trigger_client_event(answer, "jobs-changed", {"target": "body"})
