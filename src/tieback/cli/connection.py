"""`tieback connection`: add, list and check connections to ERPs."""

from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer
from django.db import transaction
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.scope import open_scope
from tieback.cli.screen import document, note, say, table
from tieback.cli.shapes import connection_shape
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import add_connection
from tieback.connections.services import check as check_connection

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Connections to ERPs.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")]


@app.command()
def add(
    name: Name,
    connector: Annotated[str, typer.Option(metavar="CONNECTOR", help="Which kind.")] = "csvfile",
    folder: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The folder to read, for csvfile.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="One of the connector's settings; a.b=c sets b inside a. May be repeated.",
        ),
    ] = None,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Add it even if nothing can be read there yet.")
    ] = False,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Add a connection, once the connector has found something to read there."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="add a connection")
    settings = _settings(set_ or [])
    if folder is not None:
        settings["folder"] = str(folder.expanduser().resolve())
    now = timezone.now()
    with transaction.atomic():
        added = add_connection(
            by=scope.actor, now=now, name=name, connector=connector, settings=settings
        )
        found = "" if no_check else check_connection(connection=added, by=scope.actor, now=now)
    say(f"Added “{added}” to {scope.company}. {found}".strip())
    note(f"Next: tieback pull {quote(added.name)}")


@app.command("list")
def list_(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List the company's connections."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see connections")
    listed = list(Connection.objects.filter(company=scope.company))
    runs = {one.pk: _last_run(one) for one in listed}
    if json:
        document({"connections": [connection_shape(one, runs[one.pk]) for one in listed]})
        return
    rows = [(one.name, one.connector, *_state(one, runs[one.pk])) for one in listed]
    table(["Name", "Connector", "Last pull", "Went", "Problem"], rows)


@app.command()
def check(
    name: Name,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Look at what the connector finds now, without reading it."""
    scope = open_scope(company, as_, level=Level.STANDARD, act="check a connection")
    checked = pick.connection(scope.company, name)
    found = check_connection(connection=checked, by=scope.actor, now=timezone.now())
    if json:
        document({"connection": checked.name, "found": found})
    else:
        say(found)


def _settings(pairs: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for pair in pairs:
        path, mark, value = pair.partition("=")
        names = path.split(".")
        if not mark or not all(names):
            raise typer.BadParameter(f"“{pair}” is not KEY=VALUE.", param_hint="--set")
        inner = settings
        for name in names[:-1]:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                raise typer.BadParameter(f"“{path}” is set twice.", param_hint="--set")
        inner[names[-1]] = value
    return settings


def _last_run(connection: Connection) -> SyncRun | None:
    return SyncRun.objects.filter(connection=connection).select_related("connection").first()


def _state(connection: Connection, run: SyncRun | None) -> tuple[object, ...]:
    if run is None:
        return "never", "", connection.check_problem
    at = run.started_at.strftime("%Y-%m-%d %H:%M UTC")
    return at, run.get_status_display(), run.problem or connection.check_problem
