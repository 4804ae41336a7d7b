"""What people change on a connection at a browser: settings and columns, folders checked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.connections.folders import checked
from tieback.connections.models import Connection
from tieback.connections.services import add_connection, change_settings
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class

# Field → header; "" leaves the field out, a field that is not named is guessed.
Columns = Mapping[str, str]


def add_with_settings(
    *, by: Actor, now: datetime, name: str, connector: str, settings: Mapping[str, Any]
) -> Connection:
    """Add a connection from a form; raises `ConfigError` also for a folder that is not open."""
    by.require(Level.ADMIN, "add a connection")
    company = Company.objects.get(pk=by.company_id)
    values = checked(connector_class(connector), settings, before={}, company=company)
    return add_connection(by=by, now=now, name=name, connector=connector, settings=values)


@transaction.atomic
def configure(
    *,
    connection: Connection,
    values: Mapping[str, Any],
    by: Actor,
    now: datetime,
    columns: Mapping[Resource, Columns] | None = None,
) -> Connection:
    """Set the settings in `values` and the columns of the resources in `columns`; the rest stays.

    Raises `ConfigError` for a folder that is new and may not be named.
    """
    by.require_company(connection.company_id)
    by.require(Level.ADMIN, "change a connection's settings")
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    before = connection.settings
    settings = checked(
        connector_class(connection.connector),
        {**before, **values},
        before=before,
        company=connection.company,
    )
    if columns:
        chosen = {str(resource): dict(mapped) for resource, mapped in columns.items()}
        settings["mapping"] = {**before.get("mapping", {}), **chosen}
    return change_settings(connection=connection, settings=settings, by=by, now=now)
