"""Reads of what the ERP last said, as the Projects tab filters it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from tieback.access.models import Company
from tieback.search.index import matching
from tieback.staging.models import Job


class Filter(StrEnum):
    """The Projects tab's filters: Procore's three words, and ours."""

    READY = "ready"
    SYNCED = "synced"
    ARCHIVED = "archived"
    ATTENTION = "attention"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Filter.READY: "Ready to Import",
    Filter.SYNCED: "Synced",
    Filter.ARCHIVED: "Archived",
    Filter.ATTENTION: "Needs attention",
}

# Gone from the ERP while it still matters here: orphaned, or linked all the same.
_ATTENTION = Q(missing_since__isnull=False) & ~Q(state=Job.State.ARCHIVED)
_WHERE = {
    Filter.READY: Q(state=Job.State.READY),
    Filter.SYNCED: Q(state=Job.State.LINKED),
    Filter.ARCHIVED: Q(state=Job.State.ARCHIVED),
    Filter.ATTENTION: _ATTENTION,
}


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs stand under each filter; `ready` counts active jobs, the default view."""

    ready: int
    ready_inactive: int
    synced: int
    archived: int
    attention: int

    def of(self, which: Filter) -> int:
        number: int = getattr(self, which)
        return number


def jobs(
    company: Company, which: Filter, *, query: str = "", with_inactive: bool = False
) -> QuerySet[Job]:
    """The company's jobs under a filter; Ready to Import leaves inactive ones out by default."""
    found = Job.objects.filter(_WHERE[which], company=company)
    if which == Filter.READY and not with_inactive:
        # Not `is_active=True`: that is written as a bare column, which SQLite seeks in no index.
        found = found.filter(is_active__in=[True])
    return matching(found, query, company_id=company.pk)


def job_counts(company: Company) -> JobCounts:
    """How many jobs stand under each filter, in two queries however many there are."""
    of_company = Job.objects.filter(company=company)
    grouped = of_company.order_by().values_list("state", "is_active").annotate(jobs=Count("pk"))
    by_state: dict[tuple[str, bool], int] = {
        (state, is_active): number for state, is_active, number in grouped
    }

    def total(state: str) -> int:
        return by_state.get((state, True), 0) + by_state.get((state, False), 0)

    return JobCounts(
        ready=by_state.get((Job.State.READY, True), 0),
        ready_inactive=by_state.get((Job.State.READY, False), 0),
        synced=total(Job.State.LINKED),
        archived=total(Job.State.ARCHIVED),
        attention=of_company.filter(_ATTENTION).count(),
    )


def found_elsewhere(company: Company, query: str) -> list[tuple[Filter, int]]:
    """The filters under which `query` finds something, inactive jobs included, and how much."""
    found = [(which, jobs(company, which, query=query, with_inactive=True)) for which in Filter]
    return [(which, number) for which, rows in found if (number := rows.count())]


def next_ready(job: Job) -> Job | None:
    """The active job that comes next by number on Ready to Import, from the top at its end."""
    waiting = Job.objects.filter(
        company=job.company_id, state=Job.State.READY, is_active=True
    ).order_by("number", "pk")
    return waiting.filter(number__gt=job.number).first() or waiting.exclude(pk=job.pk).first()


def inactive_ready_jobs(company: Company) -> QuerySet[Job]:
    """What "archive all inactive ERP projects" would archive."""
    return Job.objects.filter(company=company, state=Job.State.READY, is_active=False)
