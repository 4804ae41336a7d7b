"""`tieback worker`: keeps schedules, does long work and delivers writes, until told to stop."""

import signal
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import Annotated

import typer
from django.utils import timezone

from tieback.cli.database import bring_up_to_date
from tieback.cli.screen import note
from tieback.sync.tasks import LEASE
from tieback.sync.worker import Worker

app = typer.Typer(add_completion=False)

# Seconds for what is under way; what takes longer is taken over by the next worker.
PATIENCE = 20.0


@app.command()
def worker(
    tasks: Annotated[
        int, typer.Option(min=1, max=16, metavar="N", help="Long work at the same time.")
    ] = 2,
    deliveries: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="Writes at the same time.")
    ] = 8,
    lease: Annotated[
        float,
        # For tests, which cannot wait for it; nobody else has a reason to change it.
        typer.Option(
            min=1,
            hidden=True,
            metavar="SECONDS",
            help="After which a dead one's work is taken over.",
        ),
    ] = LEASE.total_seconds(),
) -> None:
    """Keep schedules, do long work and deliver writes until you stop it.

    Any number of workers, on any number of hosts, share one PostgreSQL database. One that dies
    hands its work to the others by itself.
    """
    bring_up_to_date()
    stop = Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    running = Worker(
        clock=timezone.now,
        task_threads=tasks,
        delivery_threads=deliveries,
        lease=timedelta(seconds=lease),
    )
    running.start()
    note(f"Worker {running.name} is at work. Ctrl-C stops it.")
    stop.wait()
    note("Stopping: finishing what is under way …")
    running.stop(patience=PATIENCE)
