"""A rule on trial: what it would change, and which confirmed links it would break or mend."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.connections.services import BusyError
from tieback.proposing.back_tests import is_alive
from tieback.proposing.models import BackTest
from tieback.proposing.rules import RulesError, rules_of
from tieback.sync.services import start_back_test
from tieback.web.matching.named import names
from tieback.web.matching.rule_words import said
from tieback.web.matching.rules import SEE, asked_rule, refused_form
from tieback.web.matching.words import share
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part


@require_POST
@company_view(level=Level.STANDARD, act="try a rule of matching")
def start(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start the trial beside the web process; its page tells how it goes."""
    try:
        test = start_back_test(
            company=scope.company, by=scope.actor, clock=timezone.now, trial=asked_rule(request)
        )
    except RulesError as refused:
        return refused_form(request, scope, refused)
    except BusyError as busy:
        messages.info(request, str(busy))
        return redirect("matching:rules", scope.company.slug)
    return redirect("matching:trial", scope.company.slug, test.pk)


@require_safe
@company_view(act=SEE)
def trial(request: ScopedRequest, scope: Scope, test_id: int) -> HttpResponse:
    """What came of a trial, or how it goes."""
    test = scope.get(BackTest.objects.exclude(trial={}), test_id)
    kind, line = test.trial["kind"], test.trial["line"]
    label, words = said(kind, line)
    return render_part(
        request,
        page="matching/trial.html",
        part="matching/trial_report.html",
        context={
            "test": test,
            "kind": kind,
            "line": line,
            "label": label,
            "words": words,
            "is_running": is_alive(test, scope.now),
            "is_held": rules_of(scope.company).filter(kind=kind, line=line).exists(),
            **(_report(scope, test) if test.report else {}),
        },
    )


def _report(scope: Scope, test: BackTest) -> dict[str, Any]:
    report = test.report
    changes, broken, mended = report["changes"], report["broken"], report["mended"]
    pairs = [*broken, *mended]
    known = names(
        scope,
        [*(one["job_id"] for one in changes), *(job for job, _ in pairs)],
        [
            *(one[side] for one in changes for side in ("project_before", "project_after")),
            *(project for _, project in pairs),
        ],
    )
    return {
        "total": report["total"],
        "reason": _reason(test),
        "broken": known.pairs(broken),
        "mended": known.pairs(mended),
        "changes": [
            {
                "job": known.jobs.get(one["job_id"]),
                "before": known.projects.get(one["project_before"]),
                "after": known.projects.get(one["project_after"]),
                "is_other": one["project_before"] != one["project_after"],
                "lane_before": one["lane_before"],
                "lane_after": one["lane_after"],
                "percent_before": _share(one["probability_before"]),
                "percent_after": _share(one["probability_after"]),
            }
            for one in changes
        ],
    }


def _reason(test: BackTest) -> str:
    """What is kept beside the rule that is added after its trial."""
    report, at = test.report, test.finished_at
    counted = (
        _counted(report["total"], "match changes", "matches change"),
        _counted(len(report["broken"]), "confirmed link breaks", "confirmed links break"),
        _counted(len(report["mended"]), "more is found", "more are found"),
    )
    return f"Tried on {at:%Y-%m-%d}: {', '.join(counted)}."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _share(probability: float | None) -> str:
    return "" if probability is None else share(probability)
