"""Which page shows the record that an audit event is about, where it is still there."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model
from django.urls import reverse

from tieback.audit.models import AuditEvent
from tieback.certificates.models import Certificate
from tieback.connections.models import Connection
from tieback.linking.models import Link
from tieback.plans.models import Batch, Plan
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.proposing.models import BackTest, MatchingRule
from tieback.staging.models import Job
from tieback.web.scope import Scope

# The event's target type → the record, the name of its page, and what of the record names that.
_PAGES: dict[str, tuple[type[Model], str, str]] = {
    "job": (Job, "erp:job", "pk"),
    "link": (Link, "erp:link", "pk"),
    "project": (Project, "portfolio:project", "pk"),
    "connection": (Connection, "erp:connection", "pk"),
    "cost_code_list": (StandardCostCodeList, "portfolio:cost-code-list", "pk"),
    "plan": (Plan, "erp:plan", "pk"),
    "batch": (Batch, "erp:plan", "plan_id"),
    "certificate": (Certificate, "golive:certificate", "pk"),
    "matching_rule": (MatchingRule, "matching:rules", ""),
    "back_test": (BackTest, "matching:back-test", "pk"),
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
        model, page, named_by = _PAGES[kind]
        for row in scope.rows(model).filter(pk__in=ids):
            there[kind, str(row.pk)] = _address(scope, page, row, named_by)
    return [(event, there.get((event.target_type, event.target_id), "")) for event in listed]


def _address(scope: Scope, page: str, row: Model, named_by: str) -> str:
    # A rule on trial is a back-test with a page of its own.
    if isinstance(row, BackTest) and row.trial:
        page = "matching:trial"
    args = [scope.company.slug, *([getattr(row, named_by)] if named_by else [])]
    return reverse(page, args=args)
