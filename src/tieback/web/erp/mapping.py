"""ERP Integrations › Settings: which column of a file holds which field, and how cells are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tieback.access.models import Level
from tieback.connections.configure import configure
from tieback.connections.models import Connection
from tieback.connectors.base import Connector, Inspectable, Inspection, MappedField, Verb
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class
from tieback.web.erp.asked import LABELS, resource_named
from tieback.web.erp.forms import settings_form
from tieback.web.scope import Scope, ScopedRequest, company_view

# What a select sends: our guess, no column at all, or "=" and a header.
GUESS, NONE = "?", ""
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One field and the choice for it. `origin`: guessed, chosen, left_out, missing or ""."""

    field: MappedField
    header: str
    guess: str
    choice: str
    origin: str
    samples: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(act="see how files are understood")
def columns(request: ScopedRequest, scope: Scope, pk: int, resource: str) -> HttpResponse:
    """Show how a resource's file is understood; a post corrects it."""
    of = resource_named(resource)
    connection = scope.get(Connection, pk)
    connector = connector_class(connection.connector)
    source = connector(connection.settings)
    if not isinstance(source, Inspectable) or not connector.can(of, Verb.READ):
        raise Http404("This connection has no columns to choose.")
    given = None
    if request.method == "POST":
        scope.actor.require(Level.ADMIN, "change which columns are read")
        given = request.POST
    form = settings_form(connector, given=given, kept=connection.settings, with_folder=False)
    if given is not None and form.is_valid():
        try:
            configure(
                connection=connection,
                values=form.values(),
                columns={of: chosen_columns(given, source.fields(of))},
                by=scope.actor,
                now=scope.now,
            )
        except ConfigError as error:
            form.add_error(None, f"{error.message} {error.mend}")
        else:
            messages.success(request, "The columns are saved. Refresh the list to use them.")
            return redirect(request.path)
    inspection = source.inspect(of)
    context: dict[str, Any] = {
        "connection": connection,
        "resource": of,
        "label": LABELS[of],
        "resources": [(r, LABELS[r]) for r in Resource if connector.can(r, Verb.READ)],
        "inspection": inspection,
        "headers": list(dict.fromkeys(header for header in inspection.headers if header)),
        "lines": lines(connection, source, inspection, of),
        "form": form,
        "can_change": scope.actor.level >= Level.ADMIN,
    }
    status = 422 if given is not None else 200
    return render(request, "erp/settings/columns.html", context, status=status)


def chosen_columns(given: QueryDict, fields: Sequence[MappedField]) -> dict[str, str]:
    """The columns that a form chose, by field; a field left to our guess is not in it."""
    chosen = {}
    for field in fields:
        choice = given.get(f"column-{field.name}", GUESS)
        if choice == NONE or choice.startswith("="):
            chosen[field.name] = choice.removeprefix("=")
    return chosen


def lines(
    connection: Connection, source: Inspectable, inspection: Inspection, resource: Resource
) -> list[Line]:
    """Every field of the resource with the column that stands for it now."""
    chosen: Mapping[str, str] = connection.settings.get("mapping", {}).get(resource, {})
    guesses = _guesses(connection, source, resource) if chosen else inspection.mapping
    return [_line(field, chosen, guesses, inspection) for field in source.fields(resource)]


def _guesses(connection: Connection, source: Inspectable, resource: Resource) -> Mapping[str, str]:
    """What would be guessed if nothing had been chosen for the resource."""
    mapping = {**connection.settings.get("mapping", {}), resource.value: {}}
    unmapped: Connector = connector_class(connection.connector)(
        {**connection.settings, "mapping": mapping}
    )
    assert isinstance(unmapped, Inspectable)
    return unmapped.inspect(resource).mapping


def _line(
    field: MappedField,
    chosen: Mapping[str, str],
    guesses: Mapping[str, str],
    inspection: Inspection,
) -> Line:
    header = inspection.mapping.get(field.name, "")
    samples = _samples(inspection, header)
    guess = guesses.get(field.name, "")
    if field.name not in chosen:
        origin = "guessed" if header else ("missing" if field.is_required else "")
        return Line(field, header, guess, GUESS, origin, samples)
    if not chosen[field.name]:
        return Line(field, "", guess, NONE, "left_out", ())
    origin = "chosen" if header else "missing"
    return Line(field, header, guess, f"={chosen[field.name]}", origin, samples)


def _samples(inspection: Inspection, header: str) -> tuple[str, ...]:
    if not header or header not in inspection.headers:
        return ()
    at = list(inspection.headers).index(header)
    cells = (row[at] for row in inspection.first_rows if at < len(row))
    return tuple(dict.fromkeys(cell for cell in cells if cell.strip()))[:_SAMPLES]
