"""ERP Integrations › Runs: the work that waits, who has it, and what was given up."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.sync.seen import workers_at_work
from tieback.sync.selectors import owed
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see the runs"


@require_safe
@company_view(act=SEE)
def standing(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The work as it stands now: asks again while any is open."""
    return render(request, "erp/watch/tasks.html", tasks_of(scope))


def tasks_of(scope: Scope) -> dict[str, Any]:
    """What the list of work shows."""
    found = owed(scope.company, now=scope.now)
    return {
        "owed": found,
        "is_open": any(one.is_open for one in found),
        "workers": len(workers_at_work(scope.now)),
    }
