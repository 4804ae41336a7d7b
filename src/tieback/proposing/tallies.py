"""How much stands in each lane, counted in few passes over indexes that hold all that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tieback.access.models import Company
from tieback.linking.eligibility_sql import stands_blocked
from tieback.portfolio.models import Project
from tieback.proposing.open_pairs import open_pairs
from tieback.staging.models import Job


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of rows, how many of them say a value, and what those come to."""

    rows: int = 0
    said: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.rows + other.rows, self.said + other.said, self.total + other.total)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.rows - other.rows, self.said - other.said, self.total - other.total)

    @property
    def value(self) -> Decimal | None:
        """What the rows come to, None where none of them says a value."""
        return self.total if self.said else None


NONE = Tally()


@dataclass(frozen=True, slots=True)
class Proposed:
    """Open proposals of jobs on the list: by the engine's lane, and the blocked of each lane.

    `projects` are the proposed projects that would be free otherwise.
    """

    by_lane: dict[str, Tally]
    blocked: dict[str, Tally]
    projects: Tally

    @property
    def jobs(self) -> Tally:
        return sum(self.by_lane.values(), NONE)


def proposed_tallies(company: Company) -> Proposed:
    """One pass over the open proposals."""
    is_free = Q(project__is_active=True, project__is_template=False)
    # The connector's blockers ask for the job as well, which is read for its value anyway.
    is_blocked = stands_blocked(company.pk)
    open_now = open_pairs(company).filter(job__state=Job.State.READY, job__is_active__in=[True])
    groups = open_now.values("lane").annotate(
        **_columns("all", "job__contract_value"),
        **_columns("blocked", "job__contract_value", is_blocked),
        **_columns("project", "project__value", is_free),
    )
    rows = list(groups.order_by())
    return Proposed(
        {row["lane"]: _tally("all", row) for row in rows},
        {row["lane"]: _tally("blocked", row) for row in rows},
        sum((_tally("project", row) for row in rows), NONE),
    )


def state_tallies(company: Company) -> dict[tuple[str, bool], Tally]:
    """(state, is active) → the company's jobs that stand so."""
    groups = Job.objects.filter(company=company).order_by().values("state", "is_active")
    rows = groups.annotate(**_columns("all", "contract_value"))
    return {(row["state"], row["is_active"]): _tally("all", row) for row in rows}


def tally(rows: QuerySet[Job] | QuerySet[Project], value: str) -> Tally:
    """The rows of a query, and what their column `value` comes to."""
    return _tally("all", rows.order_by().aggregate(**_columns("all", value)))


def _columns(name: str, value: str, which: Q | None = None) -> dict[str, Any]:
    return {
        f"{name}_rows": Count("pk", filter=which),
        f"{name}_said": Count(value, filter=which),
        f"{name}_total": Sum(value, filter=which),
    }


def _tally(name: str, row: Mapping[str, Any]) -> Tally:
    total = row[f"{name}_total"] or Decimal(0)
    return Tally(row[f"{name}_rows"], row[f"{name}_said"], total)
