"""ERP Integrations › Issues: what a person has to mend, and as a file to take to the ERP."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from tieback.connections import selectors
from tieback.connections.models import SyncIssue
from tieback.web.erp.asked import LABELS, id_in, resource_in, text_in
from tieback.web.erp.downloads import Cell, csv_download
from tieback.web.paging import page_of, size_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the issues"
HEADER = (
    "Connection",
    "Record",
    "File",
    "Row",
    "Column",
    "What",
    "Mend",
    "First seen",
    "Last seen",
    "Resolved",
)
_COLUMNS = (
    "connection__name",
    "resource",
    "source",
    "row",
    "column",
    "message",
    "mend",
    "first_seen_at",
    "last_seen_at",
    "resolved_at",
)


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The issues that are open, or were resolved, as the address narrows them."""
    asked = request.GET
    opened, resolved = selectors.issue_counts(scope.company)
    context: dict[str, Any] = {
        "page": page_of(_found(scope, asked), asked),
        "opened": opened,
        "resolved": resolved,
        "is_resolved": _is_resolved(asked),
        "query": text_in(asked, "q"),
        "size": size_of(asked),
        "connections": selectors.connections_of(scope.company),
        "chosen": id_in(asked, "connection"),
        "run": id_in(asked, "run"),
        "resources": [(resource.value, label) for resource, label in LABELS.items()],
        "resource": resource_in(asked),
        "is_narrowed": any(asked.get(name) for name in ("q", "connection", "resource", "run")),
        "labels": LABELS,
        "address": asked.urlencode(),
    }
    return render_part(
        request, page="erp/watch/issues.html", part="erp/watch/issues_found.html", context=context
    )


@require_safe
@company_view(act=SEE)
def download(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The same issues, all of them, as CSV that a spreadsheet opens without running anything."""
    rows = _rows(_found(scope, request.GET))
    return csv_download(f"issues-{scope.company.slug}-{scope.now:%Y-%m-%d}.csv", HEADER, rows)


def _found(scope: Scope, asked: QueryDict) -> QuerySet[SyncIssue]:
    return selectors.issues(
        scope.company,
        is_resolved=_is_resolved(asked),
        connection_id=id_in(asked, "connection"),
        run_id=id_in(asked, "run"),
        resource=resource_in(asked),
        query=text_in(asked, "q"),
    )


def _is_resolved(asked: QueryDict) -> bool:
    return asked.get("show") == "resolved"


def _rows(found: QuerySet[SyncIssue]) -> Iterator[tuple[Cell, ...]]:
    # Values, not objects: each object would parse the settings of its connection anew.
    for *cells, first_seen, last_seen, resolved in found.values_list(*_COLUMNS).iterator(2_000):
        times = (first_seen, last_seen, resolved)
        yield (*cells, *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in times))
