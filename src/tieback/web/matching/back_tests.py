"""Back-tests: the confirmed links hidden and looked for again, and how many were found."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.connections.services import BusyError
from tieback.linking.models import Link
from tieback.proposing.back_tests import is_alive
from tieback.proposing.models import BackTest
from tieback.sync.services import start_back_test
from tieback.web.matching.charts import calibration
from tieback.web.matching.named import names
from tieback.web.matching.words import share
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the back-tests of matching"


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Every back-test, the newest first."""
    page = page_of(_tests(scope), request.GET)
    context = {
        "page": page,
        "tests": [(test, is_alive(test, scope.now), shown(test.report)) for test in page],
        "links": Link.objects.filter(company=scope.company, unlinked_at=None).count(),
    }
    return render_part(
        request,
        page="matching/back_tests.html",
        part="matching/back_tests_found.html",
        context=context,
    )


@require_POST
@company_view(level=Level.STANDARD, act="test the matching")
def start(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start a back-test beside the web process; its page tells how it goes."""
    try:
        test = start_back_test(company=scope.company, by=scope.actor, clock=timezone.now)
    except BusyError as busy:
        messages.info(request, str(busy))
        return redirect("matching:back-tests", scope.company.slug)
    return redirect("matching:back-test", scope.company.slug, test.pk)


@require_safe
@company_view(act=SEE)
def one(request: ScopedRequest, scope: Scope, test_id: int) -> HttpResponse:
    """What came of a back-test, or how it goes."""
    test = scope.get(_tests(scope), test_id)
    report = test.report
    return render_part(
        request,
        page="matching/back_test.html",
        part="matching/back_test_report.html",
        context={
            "test": test,
            "tested": test,
            "is_running": is_alive(test, scope.now),
            "report": report,
            "shares": shown(report),
            "calibration": calibration(report.get("bins", [])),
            "wrong": _wrong(scope, report.get("wrong", [])),
        },
    )


def shown(report: dict[str, Any]) -> dict[str, str]:
    """The shares of a report as people read them; "" for what there is none of."""
    wanted = ("precision", "recall", "safe_precision")
    held = {name: report.get(name) for name in wanted}
    return {name: "" if part is None else exactly(part) for name, part in held.items()}


def exactly(part: float) -> str:
    """A share that was counted: unlike a probability, it may be 0 % or 100 %."""
    return f"{part:.0%}".replace("%", " %") if part in (0, 1) else share(part)


def _tests(scope: Scope) -> QuerySet[BackTest]:
    return BackTest.objects.filter(company=scope.company, trial={})


def _wrong(scope: Scope, wrong: list[list[Any]]) -> list[dict[str, Any]]:
    known = names(scope, [one[0] for one in wrong], [pk for one in wrong for pk in one[1:3]])
    return [
        {
            "job": known.jobs.get(job_id),
            "proposed": known.projects.get(proposed),
            "confirmed": known.projects.get(confirmed),
            "percent": share(probability),
            "sentence": sentence,
        }
        for job_id, proposed, confirmed, probability, sentence in wrong
    ]
