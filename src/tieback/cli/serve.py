"""`tieback serve`: the screens, served by granian with one worker of eight threads."""

import errno
import hashlib
import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from tieback.access.models import Company
from tieback.cli.database import bring_up_to_date
from tieback.cli.refusal import Refusal
from tieback.cli.screen import note
from tieback.cli.worker import load

app = typer.Typer(add_completion=False)

THREADS = 8
# Seconds for what is under way when the server is told to stop; what takes longer is cut off.
PATIENCE = 10


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="On which port.")] = 8700,
    worker: Annotated[
        bool | None,
        typer.Option(
            "--worker/--no-worker",
            envvar="TIEBACK_WORKER",
            help="Also keep schedules, do long work and deliver writes. By default: on SQLite yes, "
            "on PostgreSQL no, where “tieback worker” does.",
        ),
    ] = None,
) -> None:
    """Serve the screens until you stop it."""
    _refuse_taken(host, port)
    bring_up_to_date()
    gather_static_files()
    if not Company.objects.exists():
        note("There is no company yet: “tieback init” makes yours, “tieback demo” one to look at.")
    is_worker = connection.vendor == "sqlite" if worker is None else worker
    # What the server's processes inherit must not be an open connection.
    connections.close_all()
    server = _Server(
        "tieback.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.error,
    )
    server.on_startup(lambda: _say_where(host, port, is_worker=is_worker))
    server.serve(target_loader=partial(load, is_worker=is_worker), wrap_loader=False)


# granian picks its Server class by platform at import, which mypy cannot follow.
class _Server(Server):  # type: ignore[misc, valid-type]
    """granian, but deaf while its worker is born.

    A stop that came between the two would reach a worker that cannot hear it yet. Blocked, it waits
    for both: the worker opens its ears in `worker.load`.
    """

    def startup(self, *spawning: Any) -> None:
        stops = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)
        super().startup(*spawning)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)


def gather_static_files() -> None:
    """Copy style sheets and scripts to where they are served from, when they have changed."""
    stamp = Path(settings.STATIC_ROOT) / "sources.sha256"
    wanted = _sources_digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    note("Copying style sheets and scripts …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def _sources_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        listed: Any = finder.list([])
        for path, storage in listed:
            yield storage.path(path)


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            raise _why_not(problem, host, port) from None


def _why_not(problem: OSError, host: str, port: int) -> Refusal:
    if problem.errno == errno.EADDRINUSE:
        return Refusal(
            f"Port {port} on {host} is in use.",
            mend="Stop what uses it (perhaps Tieback is running already), or choose another "
            "--port.",
        )
    if problem.errno == errno.EACCES:
        return Refusal(f"This account may not use port {port}.", mend="Choose one above 1023.")
    return Refusal(
        f"{host} is no address of this machine that can be listened on ({problem.strerror}).",
        mend="Give one of its addresses to --host, 127.0.0.1 for this machine alone.",
    )


def _say_where(host: str, port: int, *, is_worker: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    note(f"Tieback is at http://{shown}:{port}. Ctrl-C stops it.")
    if host not in {"127.0.0.1", "localhost", "::1"}:
        note("Others reach it only by the names in TIEBACK_HOSTS, and safely only over https.")
    if is_worker:
        note("It also keeps schedules, does long work and delivers writes.")
    else:
        note("Schedules, long work and writes wait for “tieback worker”: run it beside this.")
