"""Which page shows the record that an audit event is about, where it is still there."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection
from tieback.linking.models import Link
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.staging.models import Job
from tieback.web.scope import Scope

# The event's target type → the record and the name of its page.
_PAGES: dict[str, tuple[type[Model], str]] = {
    "job": (Job, "erp:job"),
    "link": (Link, "erp:link"),
    "project": (Project, "portfolio:project"),
    "connection": (Connection, "erp:connection"),
    "cost_code_list": (StandardCostCodeList, "portfolio:cost-code-list"),
}


def with_addresses(scope: Scope, events: Iterable[AuditEvent]) -> list[tuple[AuditEvent, str]]:
    """Each event with its target's address or ""; one query for each kind of record."""
    listed = list(events)
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in listed:
        if event.target_type in _PAGES and event.target_id.isdecimal():
            wanted[event.target_type].add(int(event.target_id))
    there: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        model, page = _PAGES[kind]
        for pk in scope.rows(model).filter(pk__in=ids).values_list("pk", flat=True):
            there[kind, str(pk)] = _address(scope, page, pk)
    return [(event, there.get((event.target_type, event.target_id), "")) for event in listed]


def _address(scope: Scope, page: str, pk: int) -> str:
    try:
        return reverse(page, args=[scope.company.slug, pk])
    except NoReverseMatch:
        # That kind of record has no page of its own (yet).
        return ""
