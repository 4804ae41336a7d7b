"""Reads of connections, their runs and their issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tieback.access.models import Company
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.connections.services import SILENCE
from tieback.connectors.base import Connector
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class

Status = SyncRun.Status
COUNTED = ("read", "added", "changed", "unchanged", "refused", "orphaned", "returned")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run met of one resource, in rows; `expected` is what the run before it met."""

    resource: Resource
    counts: dict[str, int]
    expected: int = 0

    @property
    def met(self) -> int:
        """How many rows there are; a resource with nothing new is not read but known."""
        return self.counts["read"] or self.counts["unchanged"]

    @property
    def is_worth_saying(self) -> bool:
        """Whether there is anything of it; that there is no job at all is always worth it."""
        return self.resource == Resource.JOB or any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Report:
    """How a run stands at a moment. `seconds` so far; `rate` in rows a second, or None."""

    run: SyncRun
    status: SyncRun.Status
    tallies: list[Tally]
    seconds: float
    rate: float | None

    @property
    def is_alive(self) -> bool:
        return self.status == Status.RUNNING


@dataclass(frozen=True, slots=True)
class Health:
    """A connection with how it does: its kind, its last run, and what is open."""

    connection: Connection
    connector: type[Connector] | None
    last: Report | None
    open_issues: int

    @property
    def kind(self) -> str:
        """What people call the kind of system; "" where its connector is no longer installed."""
        return self.connector.label if self.connector else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a company's connections stand: what runs now, and whose last run did not end well."""

    connections: Sequence[Connection]
    running: list[SyncRun]
    troubled: list[Report]
    open_issues: int


def connections_of(company: Company) -> QuerySet[Connection]:
    """The company's connections by name."""
    return Connection.objects.filter(company=company).order_by("name")


def healths(company: Company, *, now: datetime, only: int | None = None) -> list[Health]:
    """Every connection (or `only` the one with that id) and its health, in two queries."""
    last = SyncRun.objects.filter(connection=OuterRef("pk")).order_by("-started_at", "-pk")
    open_ones = (
        SyncIssue.objects.filter(connection=OuterRef("pk"), resolved_at=None)
        .order_by()
        .values("connection")
        .annotate(n=Count("pk"))
    )
    found = connections_of(company).annotate(
        last_run=Subquery(last.values("pk")[:1]), n_issues=Subquery(open_ones.values("n"))
    )
    listed = list(found if only is None else found.filter(pk=only))
    runs = SyncRun.objects.in_bulk([one.last_run for one in listed if one.last_run])
    return [
        Health(
            one,
            _kind(one),
            report(runs[one.last_run], now=now) if one.last_run else None,
            one.n_issues or 0,
        )
        for one in listed
    ]


def health(company: Company, *, now: datetime) -> Standing:
    """How the company's connections stand together, in three queries however many there are.

    A run whose process went silent counts as troubled, whatever its row still says.
    """
    last = SyncRun.objects.filter(connection=OuterRef("pk")).order_by("-started_at", "-pk")
    listed = list(connections_of(company).annotate(last_run=Subquery(last.values("pk")[:1])))
    latest = SyncRun.objects.filter(pk__in=[one.last_run for one in listed if one.last_run])
    reports = [report(run, now=now) for run in latest.select_related("connection")]
    return Standing(
        listed,
        running=[one.run for one in reports if one.is_alive],
        troubled=[one for one in reports if one.status not in {Status.RUNNING, Status.DONE}],
        open_issues=SyncIssue.objects.filter(company=company, resolved_at=None).count(),
    )


def runs(company: Company, *, connection_id: int | None = None) -> QuerySet[SyncRun]:
    """The company's runs, latest first."""
    found = SyncRun.objects.filter(company=company).select_related("connection")
    return found if connection_id is None else found.filter(connection=connection_id)


def report(run: SyncRun, *, now: datetime, before: SyncRun | None = None) -> Report:
    """How `run` stands at `now`; with the run `before` it, also how much there is to expect."""
    status = Status(run.status)
    if status == Status.RUNNING and run.heartbeat_at < now - SILENCE:
        status = Status.INTERRUPTED
    ended = run.finished_at or (run.heartbeat_at if status == Status.INTERRUPTED else now)
    seconds = max((ended - run.started_at).total_seconds(), 0.0)
    tallies = [_tally(resource, run, before) for resource in Resource if resource in run.counts]
    read = sum(tally.counts["read"] for tally in tallies)
    return Report(run, status, tallies, seconds, read / seconds if seconds >= 0.1 else None)


def run_before(run: SyncRun) -> SyncRun | None:
    """The last run of the same connection that came to its end before this one."""
    ended = SyncRun.objects.filter(
        connection=run.connection_id,
        status__in=[Status.DONE, Status.WITH_ISSUES],
        started_at__lt=run.started_at,
    )
    return ended.order_by("-started_at", "-pk").first()


def issues(
    company: Company,
    *,
    is_resolved: bool = False,
    connection_id: int | None = None,
    run_id: int | None = None,
    resource: str = "",
    query: str = "",
) -> QuerySet[SyncIssue]:
    """The company's open (or resolved) issues; each word of `query` has to stand in one."""
    found = SyncIssue.objects.filter(company=company, resolved_at__isnull=not is_resolved)
    narrowed: dict[str, Any] = {
        "connection": connection_id,
        "run": run_id,
        "resource": resource or None,
    }
    found = found.filter(**{key: value for key, value in narrowed.items() if value is not None})
    for word in query.split()[:12]:
        found = found.filter(
            Q(message__icontains=word)
            | Q(mend__icontains=word)
            | Q(source__icontains=word)
            | Q(column__icontains=word)
            | Q(external_id__icontains=word)
        )
    return found.select_related("connection")


def issue_counts(company: Company) -> tuple[int, int]:
    """How many issues are open, and how many were resolved."""
    counted = SyncIssue.objects.filter(company=company).aggregate(
        opened=Count("pk", filter=Q(resolved_at=None)),
        resolved=Count("pk", filter=Q(resolved_at__isnull=False)),
    )
    return counted["opened"], counted["resolved"]


def _kind(connection: Connection) -> type[Connector] | None:
    try:
        return connector_class(connection.connector)
    except ConfigError:
        # Its connector is no longer installed: the row still has to be shown.
        return None


def _tally(resource: Resource, run: SyncRun, before: SyncRun | None) -> Tally:
    expected = _counts(resource, before) if before else {}
    return Tally(
        resource,
        _counts(resource, run),
        expected.get("read", 0) or expected.get("unchanged", 0),
    )


def _counts(resource: Resource, run: SyncRun) -> dict[str, int]:
    said = run.counts.get(resource, {})
    return {name: int(said.get(name, 0)) for name in COUNTED}
