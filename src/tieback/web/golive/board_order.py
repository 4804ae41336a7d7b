"""The order of a lane: by what its jobs say, or by what is proposed for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OrderBy, Q, QuerySet
from django.http import QueryDict

from tieback.linking.eligibility_sql import stands_blocked
from tieback.proposing.lanes import Lane, jobs_in
from tieback.proposing.models import Candidate
from tieback.proposing.open_pairs import open_pairs
from tieback.search.index import matching
from tieback.staging.models import Job
from tieback.web.paging import sort_of
from tieback.web.scope import Scope

# The key in the address → the column.
JOB_SORTS = {
    "number": "number",
    "name": "name",
    "customer": "customer",
    "value": "contract_value",
    "start": "start_date",
}
PROPOSED_SORTS = {"probability": "probability", "group": "twins"}
PROJECT_SORTS = JOB_SORTS | {"value": "value"}
# Lanes whose rows carry a project that somebody has still to decide on.
PROPOSING = (Lane.SAFE, Lane.LOOK, Lane.TWINS, Lane.BLOCKED)


@dataclass(frozen=True, slots=True)
class Order:
    """The rows of a lane in order: jobs, or candidates, of which `job` is the path to the job's id.

    Blanks of `column` come last, and the job's id settles ties.
    """

    rows: QuerySet[Any]
    column: str
    job: str
    is_down: bool

    def ids(self) -> QuerySet[Any, int]:
        """The ids of the jobs."""
        return self.rows.values_list(self.job, flat=True)

    def beside(self, job: Job, *, is_after: bool) -> Q:
        """What stands on one side of a job, also when it has left the lane meanwhile."""
        value = self._value(job)
        more = "gt" if is_after != self.is_down else "lt"
        farther_id = Q(**{f"{self.job}__{more}": job.pk})
        blank = Q(**{f"{self.column}__isnull": True})
        if value is None:
            tied = blank & farther_id
            return tied if is_after else tied | ~blank
        farther = Q(**{f"{self.column}__{more}": value}) | Q(**{self.column: value}) & farther_id
        return farther | blank if is_after and self._has_blanks() else farther

    def _value(self, job: Job) -> Any:
        if self.rows.model is Job:
            return getattr(job, self.column)
        held = Candidate.objects.filter(job=job, is_proposed=True)
        return held.values_list(self.column, flat=True).first()

    def _has_blanks(self) -> bool:
        return bool(self.rows.model._meta.get_field(self.column).null)


def order_of(scope: Scope, lane: Lane, query: str, sort: str) -> Order:
    """The lane's rows that match `query` as `sort` says, which is one of `sorts_of`."""
    key, is_down = sort.removeprefix("-"), sort.startswith("-")
    if key in PROPOSED_SORTS:
        return _ordered(_pairs_in(scope, lane, query), PROPOSED_SORTS[key], "job_id", is_down)
    rows = jobs_in(scope.company, lane, query=query)
    return _ordered(rows, JOB_SORTS[key], "pk", is_down)


def sorts_of(lane: Lane) -> dict[str, str]:
    """The keys that a lane can be sorted by."""
    if lane == Lane.ONLY_PORTFOLIO:
        return PROJECT_SORTS
    return JOB_SORTS | PROPOSED_SORTS if lane in PROPOSING else JOB_SORTS


def sort_in(lane: Lane, asked: QueryDict) -> str:
    """How the lane is sorted: as asked, otherwise twins by their group and the rest by number."""
    return sort_of(asked, sorts_of(lane), "group" if lane == Lane.TWINS else "number")


def jobs_by(ids: Sequence[int]) -> list[Job]:
    """The jobs in the order of their ids, without what no list shows."""
    rows = Job.objects.filter(pk__in=ids).prefetch_related("connection")
    there = {job.pk: job for job in rows.defer("raw", "search_text")}
    return [there[pk] for pk in ids if pk in there]


def _ordered(rows: QuerySet[Any], column: str, job: str, is_down: bool) -> Order:
    sign = "-" if is_down else ""
    order: str | OrderBy = f"{sign}{column}"
    # Only where there can be blanks: indexes do not serve this order otherwise.
    if rows.model._meta.get_field(column).null:
        order = OrderBy(F(column), descending=is_down, nulls_last=True)
    return Order(rows.order_by(order, f"{sign}{job}"), column, job, is_down)


def _pairs_in(scope: Scope, lane: Lane, query: str) -> QuerySet[Candidate]:
    """The proposals of a lane's jobs: `jobs_in` from their other end, where their order is."""
    is_blocked = stands_blocked(scope.company.pk)
    of_lane = is_blocked if lane == Lane.BLOCKED else ~is_blocked & Q(lane=lane.label)
    pairs = open_pairs(scope.company).filter(
        of_lane, job__state=Job.State.READY, job__is_active__in=[True]
    )
    if not query:
        return pairs
    company = scope.company
    found = matching(Job.objects.filter(company=company), query, company_id=company.pk)
    return pairs.filter(job__in=found)
