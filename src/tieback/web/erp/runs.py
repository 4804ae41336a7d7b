"""ERP Integrations › Runs: what each refresh met, and how one goes that is still alive."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.connections import selectors
from tieback.connections.models import SyncRun
from tieback.web.erp.asked import LABELS, id_in
from tieback.web.erp.tasks import tasks_of
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the runs"


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The runs, latest first, of one connection or of all."""
    chosen = id_in(request.GET, "connection")
    page = page_of(selectors.runs(scope.company, connection_id=chosen), request.GET)
    context = {
        "page": page,
        "reports": [selectors.report(run, now=scope.now) for run in page],
        "connections": selectors.connections_of(scope.company),
        "chosen": chosen,
        **tasks_of(scope),
    }
    return render_part(
        request, page="erp/watch/runs.html", part="erp/watch/runs_found.html", context=context
    )


@require_safe
@company_view(act=SEE)
def overview(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """One run with what it met, resource by resource."""
    return render(request, "erp/watch/run.html", _standing(scope, pk))


@require_safe
@company_view(act=SEE)
def progress(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """How the run stands now: asks again while it is alive."""
    return render(request, "erp/watch/run_progress.html", _standing(scope, pk))


def _standing(scope: Scope, pk: int) -> dict[str, Any]:
    run = scope.get(SyncRun.objects.select_related("connection"), pk)
    before = selectors.run_before(run) if run.status == SyncRun.Status.RUNNING else None
    report = selectors.report(run, now=scope.now, before=before)
    rows = [(LABELS[tally.resource], tally) for tally in report.tallies]
    return {
        "run": run,
        "report": report,
        "rows": rows,
        "current": rows[-1] if rows else None,
        "open_issues": selectors.issues(scope.company, run_id=run.pk).count(),
    }
