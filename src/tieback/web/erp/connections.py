"""ERP Integrations › Settings: connections, how they do, and what can be done with each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.connections import configure, selectors, services, uploads
from tieback.connections.folders import folder_setting, own_folder
from tieback.connections.models import Connection, SyncRun
from tieback.connectors.base import Inspectable, Verb
from tieback.connectors.errors import ConfigError, ConnectorError
from tieback.connectors.records import Resource
from tieback.sync.services import start_pull
from tieback.web.erp import schedules
from tieback.web.erp.asked import LABELS
from tieback.web.erp.forms import settings_form
from tieback.web.erp.uploads import uploads_in
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see the connections"
CHANGE = "change a connection's settings"


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Every connection with its health."""
    listed = selectors.healths(scope.company, now=scope.now)
    context = {
        "healths": listed,
        "can_add": scope.actor.level >= Level.ADMIN,
        **schedules.shown(scope),
    }
    return render(request, "erp/settings/index.html", context)


@require_safe
@company_view(act=SEE)
def overview(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """One connection: how it does, its files and columns, its settings."""
    return _page(request, scope, scope.get(Connection, pk))


@require_safe
@company_view(act=SEE)
def standing(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """How one connection does now: asks again while a run of it is alive."""
    connection = scope.get(Connection, pk)
    context = {"health": selectors.healths(scope.company, now=scope.now, only=connection.pk)[0]}
    return render(request, "erp/settings/standing.html", context)


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def values(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Set the plain settings."""
    connection = scope.get(Connection, pk)
    form = settings_form(
        type(services.open_connector(connection)),
        given=request.POST,
        kept=connection.settings,
        with_folder=True,
    )
    if not form.is_valid():
        return _page(request, scope, connection, form=form, status=422)
    try:
        configure.configure(
            connection=connection, values=form.values(), by=scope.actor, now=scope.now
        )
    except ConfigError as error:
        form.add_error(None, f"{error.message} {error.mend}")
        return _page(request, scope, connection, form=form, status=422)
    messages.success(request, "The settings are saved. Refresh the list to use them.")
    return _to(scope, connection)


@require_POST
@company_view(level=Level.ADMIN, act="upload files")
def files(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Put uploaded files in the place of those before them."""
    connection = scope.get(Connection, pk)
    try:
        sent = uploads_in(request)
        uploads.store(connection=connection, uploads=sent, by=scope.actor, now=scope.now)
    except ConfigError as error:
        problem = f"{error.message} {error.mend}"
        return _page(request, scope, connection, upload_problem=problem, status=422)
    names = ", ".join(upload.name for upload in sent)
    messages.success(request, f"{names}: uploaded. Refresh the list to read it.")
    return _to(scope, connection)


@require_POST
@company_view(level=Level.STANDARD, act="check a connection")
def check(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Ask the connector what it finds, without reading any record."""
    connection = scope.get(Connection, pk)
    try:
        found = services.check(connection=connection, by=scope.actor, now=scope.now)
    except ConnectorError as error:
        messages.error(request, f"{connection}: {error.message} {error.mend}")
    else:
        messages.success(request, f"{connection}: {found}")
    return _to(scope, connection)


@require_POST
@company_view(level=Level.STANDARD, act="refresh the ERP project list")
def refresh(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Start a pull and show how it goes."""
    connection = scope.get(Connection, pk)
    try:
        run = start_pull(connection=connection, by=scope.actor, clock=timezone.now)
    except services.BusyError as busy:
        messages.warning(request, str(busy))
        return _to(scope, connection)
    return redirect("erp:run", company_slug=scope.company.slug, pk=run.pk)


def _to(scope: Scope, connection: Connection) -> HttpResponse:
    return redirect("erp:connection", company_slug=scope.company.slug, pk=connection.pk)


def _page(
    request: ScopedRequest,
    scope: Scope,
    connection: Connection,
    *,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    health = selectors.healths(scope.company, now=scope.now, only=connection.pk)[0]
    context: dict[str, Any] = {
        "connection": connection,
        "health": health,
        "can_change": scope.actor.level >= Level.ADMIN,
        "runs": _recent(scope, connection),
        **schedules.shown(scope, only=connection.pk),
        **_about(connection, health),
        **said,
    }
    return render(request, "erp/settings/connection.html", context, status=status)


def _about(connection: Connection, health: selectors.Health) -> dict[str, Any]:
    """What the connector's own declarations add to the page; nothing where it is not installed."""
    connector = health.connector
    if connector is None:
        return {}
    folder = folder_setting(connector)
    kept = connection.settings
    return {
        "form": settings_form(connector, given=None, kept=kept, with_folder=True),
        "takes_files": folder is not None,
        "has_own_folder": bool(folder)
        and kept.get(folder.name if folder else "") == str(own_folder(connection)),
        "folder": kept.get(folder.name, "") if folder else "",
        "resources": [(r, LABELS[r]) for r in Resource if connector.can(r, Verb.READ)],
        "inspected": _inspected(connection, connector),
    }


def _inspected(connection: Connection, connector: type[Any]) -> list[tuple[Resource, str, Any]]:
    source = services.open_connector(connection)
    if not isinstance(source, Inspectable):
        return []
    readable = [one for one in Resource if connector.can(one, Verb.READ)]
    return [(one, LABELS[one], source.inspect(one)) for one in readable]


def _recent(scope: Scope, connection: Connection) -> list[selectors.Report]:
    latest: list[SyncRun] = list(selectors.runs(scope.company, connection_id=connection.pk)[:5])
    return [selectors.report(run, now=scope.now) for run in latest]
