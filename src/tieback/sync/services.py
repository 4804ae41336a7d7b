"""The conductor: starts a pull in the background and leaves its row to tell how it goes."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from django.db import close_old_connections, connections

from tieback.access.actors import Actor
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import start_run
from tieback.staging.pull import perform

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def start_pull(*, connection: Connection, by: Actor, clock: Clock) -> SyncRun:
    """Open a run and perform it beside the web process; raises `BusyError` while one is alive.

    The run's row is the truth: a process that dies leaves a heartbeat that stopped, and the next
    refresh closes that run and reads again.
    """
    run = start_run(connection=connection, by=by, now=clock())
    Thread(target=_perform, args=(run.pk, by, clock), name=f"pull-{run.pk}", daemon=True).start()
    return run


def _perform(run_id: int, by: Actor, clock: Clock) -> None:
    close_old_connections()
    try:
        run = SyncRun.objects.select_related("connection").get(pk=run_id)
        perform(run=run, by=by, clock=clock)
    except Exception:
        log.exception("the pull of run %s ended early; its row says so", run_id)
    finally:
        connections.close_all()
