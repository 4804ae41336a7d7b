"""`tieback back-test`: hide the company's links, look for them again, and say what is found."""

from importlib import import_module
from typing import Any

import typer
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import bar, document, note, say, table
from tieback.portfolio.models import Project
from tieback.proposing import back_tests
from tieback.proposing.models import BackTest
from tieback.staging.models import Job

app = typer.Typer(add_completion=False)

_SHOWN = 20


@app.command("back-test")
def back_test(
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Look for the company's links again, as if they were not there.

    Says how many are found, and which are not. Changes nothing.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="test the matching")
    test = _perform(scope)
    if json:
        document({"back_test": {"id": test.pk, "status": test.status, **test.report}})
    if test.status != BackTest.Status.DONE:
        raise Refusal(f"{test.get_status_display()}: {test.problem}")
    if not json:
        _show(scope, test.report)


def _perform(scope: Scope) -> BackTest:
    # Loaded here, so that a refusal and the help need not wait for NumPy and SciPy.
    steps = import_module("tieback.matching.engine").STEPS
    test = back_tests.start(company=scope.company, by=scope.actor, now=timezone.now())
    with bar("Looking for the links again", total=len(steps)) as shown:
        return back_tests.perform(
            test=test,
            by=scope.actor,
            clock=timezone.now,
            progress=lambda step, done: shown.show(f"Looking for the links again: {step}", done),
        )


def _show(scope: Scope, report: dict[str, Any]) -> None:
    wrong = report["wrong"]
    jobs = Job.objects.filter(company=scope.company).in_bulk([int(one[0]) for one in wrong])
    projects = Project.objects.filter(company=scope.company).in_bulk(
        [int(pk) for one in wrong for pk in one[1:3]]
    )
    rows = [
        (
            jobs.get(int(job)),
            projects.get(int(confirmed)),
            projects.get(int(proposed)),
            f"{probability:.0%}",
        )
        for job, proposed, confirmed, probability, _ in wrong[:_SHOWN]
    ]
    if rows:
        table(["Job", "Linked to", "Would be proposed", "Probability"], rows)
    if len(wrong) > _SHOWN:
        note(f"… and {len(wrong) - _SHOWN:,} more.")
    say(
        f"{report['hidden']:,} links hidden: {report['found']:,} jobs got a match, "
        f"{report['right']:,} of them the linked one. In the lane Safe {report['safe_right']:,} of "
        f"{report['safe']:,} are right."
    )
