"""ERP Integrations › Settings: add a connection, with uploaded files or with settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tieback.access.models import Level
from tieback.connections import configure, uploads
from tieback.connections.folders import drop_folder, folder_setting
from tieback.connections.models import Connection
from tieback.connectors.base import Connector, Verb
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource
from tieback.connectors.registry import connectors
from tieback.web.erp.asked import LABELS
from tieback.web.erp.forms import NameForm, SettingsForm, settings_form
from tieback.web.erp.uploads import uploads_in
from tieback.web.scope import Scope, ScopedRequest, company_view

UPLOAD, SETTINGS = "upload", "settings"


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.ADMIN, act="add a connection")
def add(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Add a connection of the kind, and in the way, that the address names."""
    connector, way = _chosen(request)
    given = request.POST if request.method == "POST" else None
    name = NameForm(given)
    form = settings_form(connector, given=given, kept={}, with_folder=way == SETTINGS)
    problem = ""
    # Both, so that every mistake is said at once.
    if given is not None and all([name.is_valid(), form.is_valid()]):
        try:
            connection = _added(request, scope, connector, way, name, form)
        except ConfigError as error:
            problem = f"{error.message} {error.mend}"
        else:
            return _welcome(request, scope, connection)
    context: dict[str, Any] = {
        # By name and label: a template would call a class.
        "connector": connector.name,
        "kind": connector.label,
        "kinds": [(one.name, one.label) for one in connectors().values()],
        "way": way,
        "ways": _ways(connector),
        "name_form": name,
        "form": form,
        "problem": problem,
        "resources": [(r, LABELS[r]) for r in Resource if connector.can(r, Verb.READ)],
        "drop_folder": drop_folder(scope.company),
    }
    status = 200 if given is None else 422
    return render(request, "erp/settings/add.html", context, status=status)


def _added(
    request: HttpRequest,
    scope: Scope,
    connector: type[Connector],
    way: str,
    name: NameForm,
    form: SettingsForm,
) -> Connection:
    common: Mapping[str, Any] = {
        "by": scope.actor,
        "now": scope.now,
        "name": name.cleaned_data["name"],
        "connector": connector.name,
        "settings": {key: value for key, value in form.values().items() if value},
    }
    if way == UPLOAD:
        return uploads.add_with_files(uploads=uploads_in(request), **common)
    return configure.add_with_settings(**common)


def _welcome(request: HttpRequest, scope: Scope, connection: Connection) -> HttpResponse:
    said = f"{connection} is added. Look at how its columns were understood, then refresh the list."
    messages.success(request, said)
    return redirect("erp:connection", company_slug=scope.company.slug, pk=connection.pk)


def _chosen(request: HttpRequest) -> tuple[type[Connector], str]:
    there = connectors()
    connector = there.get(request.GET.get("connector", "")) or next(iter(there.values()))
    ways = [way for way, _ in _ways(connector)]
    asked = request.GET.get("way", "")
    return connector, asked if asked in ways else ways[0]


def _ways(connector: type[Connector]) -> Sequence[tuple[str, str]]:
    if folder_setting(connector) is None:
        return [(SETTINGS, "Settings")]
    return [(UPLOAD, "Upload files"), (SETTINGS, "A folder on the server")]
