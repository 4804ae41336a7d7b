"""`tieback sandbox procore`: a Procore of one's own, to try Tieback or any client against."""

import signal
import sqlite3
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from tieback.cli.refusal import Refusal
from tieback.cli.screen import note
from tieback.sandbox import Sandbox, Seeding, running

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def sandbox() -> None:
    """Servers to try a connection against."""


@app.command()
def procore(
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="On which port.")] = 8900,
    projects: Annotated[
        int, typer.Option(min=0, max=200_000, metavar="N", help="How many projects.")
    ] = 200,
    vendors: Annotated[
        int, typer.Option(min=0, max=200_000, metavar="N", help="How many vendors.")
    ] = 60,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed, the same company.")] = 1,
    redirect: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="A redirect that the app may name.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep what changes in this SQLite file.")
    ] = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="No rate limits.")] = False,
) -> None:
    """Serve an invented company over Procore's documented API until you stop it."""
    try:
        made = Sandbox(
            Seeding(projects=projects, vendors=vendors, seed=seed),
            redirect_uris=redirect or [f"http://127.0.0.1:{port}/callback"],
            file=file,
        )
    except (ValueError, sqlite3.Error) as problem:
        raise Refusal(
            f"The sandbox cannot keep its state there: {problem}.",
            mend="Give another --file, or the --projects, --vendors and --seed that made it.",
        ) from None
    if unlimited:
        made.switches.set(hourly_limit=0, spike_limit=0)
    _listen(made, port)


def _listen(made: Sandbox, port: int) -> None:
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with running(made, port=port) as address:
            _say(made, address)
            stopped.wait()
    except OSError as problem:
        raise Refusal(
            f"The sandbox cannot listen on port {port}: {problem}.",
            mend="Stop what uses the port, or choose another --port.",
        ) from None


def _say(made: Sandbox, address: str) -> None:
    note(f"A sandbox for Procore's API is at {address}. Ctrl-C stops it.")
    for name, value in (
        ("company id", made.company.id),
        ("client id", made.app.client_id),
        ("client secret", made.app.client_secret),
        ("redirect", ", ".join(sorted(made.app.redirect_uris))),
        ("projects", made.world.tables["projects"].count(made.company.id)),
    ):
        typer.echo(f"{name}: {value}")
    note(f"Its own calls are below {address}/sandbox: calls, faults, switches, clock and more.")
    note(f'A fault: curl -d \'{{"kind": "unavailable", "times": 3}}\' {address}/sandbox/faults')
