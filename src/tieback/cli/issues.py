"""`tieback issues`: what pulls refused, and how to mend it."""

from collections.abc import Iterable
from typing import Annotated

import typer

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.scope import open_scope
from tieback.cli.screen import document, note, table
from tieback.cli.shapes import issue_shape
from tieback.connections.models import SyncIssue
from tieback.connections.selectors import issues as issues_of

app = typer.Typer(add_completion=False)


@app.command()
def issues(
    connection: Annotated[
        str, typer.Option(metavar="NAME", help="Only those of this connection.")
    ] = "",
    search: options.Search = "",
    limit: options.Limit = 50,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """What pulls refused, and how to mend it."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see sync issues")
    chosen = pick.connection(scope.company, connection).pk if connection else None
    found = issues_of(scope.company, connection_id=chosen, query=search)
    total = found.count()
    listed = list(found[:limit] if limit else found)
    if json:
        document({"total": total, "issues": [issue_shape(issue) for issue in listed]})
        return
    show_issues(listed)
    more = "; --limit 0 shows all" if len(listed) < total else ""
    note(f"{len(listed):,} of {total:,} open issues{more}.")


def show_issues(found: Iterable[SyncIssue], *, on_stderr: bool = False) -> None:
    """The issues as a table: where, what, and how to mend it."""
    headers = ["Resource", "File", "Row", "Column", "What", "Mend"]
    rows = [
        (
            issue.resource.replace("_", " "),
            issue.source,
            issue.row,
            issue.column,
            issue.message,
            issue.mend,
        )
        for issue in found
    ]
    table(headers, rows, numbers=["Row"], on_stderr=on_stderr)
