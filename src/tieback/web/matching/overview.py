"""Matching: how the last look-up went, what it may promise, what it weighed, what it learnt."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Company, Level
from tieback.connections.services import BusyError
from tieback.linking.models import Link, Rejection
from tieback.proposing.models import (
    BackTest,
    Candidate,
    MatchingRule,
    MatchingSettings,
    Proposal,
    Status,
)
from tieback.proposing.suggestions import look_up
from tieback.sync.services import start_propose
from tieback.web.matching.charts import Point, calibration, histogram, list_chart
from tieback.web.matching.weights import fields
from tieback.web.matching.words import share
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see how matching goes"


@dataclass(frozen=True, slots=True)
class Learned:
    """What people have decided so far, which the next look-up learns from."""

    confirmed: int
    rejected: int
    rules: int


@require_safe
@company_view(act=SEE)
def overview(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The page; the part below its heading for htmx, once a look-up has ended."""
    context = context_of(scope)
    return render_part(
        request, page="matching/overview.html", part="matching/report.html", context=context
    )


@require_POST
@company_view(level=Level.STANDARD, act="find matches")
def find(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start a look-up; the line on top of the page tells how it goes."""
    try:
        start_propose(company=scope.company, by=scope.actor, clock=timezone.now)
    except BusyError as busy:
        messages.info(request, str(busy))
    return redirect("matching:overview", scope.company.slug)


def context_of(scope: Scope) -> dict[str, Any]:
    """Everything that the page shows."""
    company = scope.company
    done = Proposal.objects.filter(company=company, status=Status.DONE).first()
    report = done.report if done else {}
    tested = BackTest.objects.filter(company=company, status=Status.DONE, trial={}).first()
    return {
        "matches": look_up(company, now=scope.now),
        "done": done,
        "took": _took(done),
        "report": report,
        "safe_from": share(report["safe_from"]) if "safe_from" in report else "",
        "chart": list_chart(_points(report), report.get("safe_from", 1.0)),
        "histogram": histogram(report.get("histogram", [])),
        "fields": fields(report.get("weights", [])),
        "tested": tested,
        "calibration": calibration(tested.report.get("bins", [])) if tested else None,
        "precision": precision_of(company),
        "learned": _learned(company),
        "version": _version(company),
    }


def precision_of(company: Company) -> Decimal:
    """The share of matches in the lane Safe that have to be right, as a percentage."""
    held = MatchingSettings.objects.filter(company=company).first() or MatchingSettings()
    return (100 * held.precision).normalize()


def _took(done: Proposal | None) -> float | None:
    if done is None or done.finished_at is None:
        return None
    return (done.finished_at - done.started_at).total_seconds()


def _points(report: dict[str, Any]) -> list[Point]:
    return [
        Point(one["probability"], one["matches"], one["precision"])
        for one in report.get("chart", [])
    ]


def _learned(company: Company) -> Learned:
    return Learned(
        Link.objects.filter(company=company, unlinked_at=None).count(),
        Rejection.objects.filter(company=company, undone_at=None).count(),
        MatchingRule.objects.filter(company=company, removed_at=None).count(),
    )


def _version(company: Company) -> str:
    held = Candidate.objects.filter(company=company).order_by("pk")
    return held.values_list("model_version", flat=True).first() or ""
