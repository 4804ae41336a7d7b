"""`tieback pull`: read what the ERP says now, and say what was refused."""

from shlex import quote
from typing import Annotated

import typer
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.issues import show_issues
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import bar, document, note, say, table
from tieback.cli.shapes import issue_shape, run_shape
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.connections.selectors import COUNTED
from tieback.connections.selectors import issues as issues_of
from tieback.connections.services import finish_run, start_run
from tieback.connectors.records import Resource
from tieback.sync.services import perform_pull

app = typer.Typer(add_completion=False)

Status = SyncRun.Status
_LISTED = 10


@app.command()
def pull(
    connection: Annotated[
        str, typer.Argument(metavar="CONNECTION", help="Needed only where there are several.")
    ] = "",
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Read what the ERP says now."""
    scope = open_scope(company, as_, level=Level.STANDARD, act="refresh the ERP project list")
    run = _perform(pick.connection(scope.company, connection or None), scope)
    issues = issues_of(scope.company, connection_id=run.connection_id)
    found = list(issues[:_LISTED])
    total = issues.count()
    if json:
        shapes = [issue_shape(issue) for issue in found]
        document({"run": run_shape(run), "open_issues": total, "issues": shapes})
    else:
        _show(run)
    _say_issues(run, found, total)
    if run.status not in {Status.DONE, Status.WITH_ISSUES}:
        raise Refusal(f"{run.get_status_display()}: {run.problem}")


def _perform(connection: Connection, scope: Scope) -> SyncRun:
    run = start_run(connection=connection, by=scope.actor, now=timezone.now())
    try:
        with bar(f"Reading {connection}") as shown:

            def progress(resource: Resource, read: int) -> None:
                shown.show(f"{resource.replace('_', ' ')} rows", read)

            return perform_pull(run=run, by=scope.actor, clock=timezone.now, progress=progress)
    except KeyboardInterrupt:
        finish_run(
            run=run,
            status=Status.INTERRUPTED,
            now=timezone.now(),
            problem=f"{scope.actor.name} stopped it. What it had read is kept; pull again.",
        )
        raise


def _show(run: SyncRun) -> None:
    rows = [
        (resource.replace("_", " "), *(f"{counts.get(name, 0):,}" for name in COUNTED))
        for resource, counts in run.counts.items()
    ]
    table(["Resource", *(name.capitalize() for name in COUNTED)], rows)
    say(f"{run.connection}: {run.get_status_display()}.")


def _say_issues(run: SyncRun, found: list[SyncIssue], total: int) -> None:
    if not total:
        return
    show_issues(found, on_stderr=True)
    more = f" {total - len(found):,} more are not shown here." if total > len(found) else ""
    command = f"tieback issues --connection {quote(run.connection.name)}"
    note(f"{total:,} open issues.{more} All of them: {command}")
