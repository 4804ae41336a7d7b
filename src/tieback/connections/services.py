"""Set up connections, and keep the record of their runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.models import Connection, SyncRun
from tieback.connectors.base import Connector
from tieback.connectors.errors import ConfigError, ConnectorError
from tieback.connectors.registry import connector_class

# A run that has not said anything for this long lost its process.
SILENCE = timedelta(seconds=60)


class BusyError(Exception):
    """Another run of this connection is under way."""


def open_connector(connection: Connection) -> Connector:
    """The connector of a connection, with its settings."""
    return connector_class(connection.connector)(connection.settings)


@transaction.atomic
def add_connection(
    *,
    by: Actor,
    now: datetime,
    name: str,
    connector: str,
    settings: Mapping[str, Any],
) -> Connection:
    """Configure a connector for the actor's company; raises `ConfigError` on an unknown connector
    or a name that is taken."""
    by.require(Level.ADMIN, "add a connection")
    connector_class(connector)
    if Connection.objects.filter(company_id=by.company_id, name=name).exists():
        raise ConfigError(f"There is a connection called “{name}”.", mend="Choose another name.")
    connection = Connection.objects.create(
        company_id=by.company_id,
        name=name,
        connector=connector,
        settings=dict(settings),
        created_at=now,
    )
    record(
        by=by,
        now=now,
        action="connection.add",
        target=("connection", connection.pk, name),
        after={"connector": connector, **settings},
    )
    return connection


@transaction.atomic
def change_settings(
    *, connection: Connection, settings: Mapping[str, Any], by: Actor, now: datetime
) -> Connection:
    """Replace a connection's settings."""
    by.require_company(connection.company_id)
    by.require(Level.ADMIN, "change a connection's settings")
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    before, connection.settings = connection.settings, dict(settings)
    if before == connection.settings:
        return connection
    connection.save(update_fields=["settings"])
    record(
        by=by,
        now=now,
        action="connection.change",
        target=("connection", connection.pk, connection.name),
        before=before,
        after=connection.settings,
    )
    return connection


def check(*, connection: Connection, by: Actor, now: datetime) -> str:
    """What the connector finds, in a sentence; a problem is kept on the connection and raised."""
    by.require_company(connection.company_id)
    by.require(Level.STANDARD, "check a connection")
    connection.checked_at, connection.check_problem = now, ""
    try:
        return open_connector(connection).check()
    except ConnectorError as error:
        connection.check_problem = f"{error.message} {error.mend}"
        raise
    finally:
        connection.save(update_fields=["checked_at", "check_problem"])


def start_run(*, connection: Connection, by: Actor, now: datetime) -> SyncRun:
    """Open a run; raises `BusyError` while another is alive, and closes one that went silent."""
    by.require_company(connection.company_id)
    by.require(Level.STANDARD, "refresh the ERP project list")
    try:
        with transaction.atomic():
            interrupt_silent(connection, now=now)
            return SyncRun.objects.create(
                company_id=connection.company_id,
                connection=connection,
                started_by=by.name,
                started_at=now,
                heartbeat_at=now,
            )
    except IntegrityError:
        running = SyncRun.objects.get(connection=connection, status=SyncRun.Status.RUNNING)
        raise BusyError(
            f"{running.started_by} started a refresh of {connection} at "
            f"{running.started_at:%H:%M} UTC; it is still running. Wait for it to end."
        ) from None


def interrupt_silent(connection: Connection, *, now: datetime) -> int:
    """Close runs whose process died, saying so; what they staged stays and is not read twice."""
    silent = SyncRun.objects.filter(
        connection=connection, status=SyncRun.Status.RUNNING, heartbeat_at__lt=now - SILENCE
    )
    return silent.update(
        status=SyncRun.Status.INTERRUPTED,
        finished_at=now,
        problem="The process stopped before the end. What it had read is kept; refresh again.",
    )


def finish_run(*, run: SyncRun, status: SyncRun.Status, now: datetime, problem: str = "") -> None:
    """Close a run that is still open; a run that was taken away stays as it was closed."""
    SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.RUNNING).update(
        status=status, finished_at=now, problem=problem
    )
    run.refresh_from_db()
