"""Reads of the lanes: which ready jobs are safe, which need a look, and what keeps the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tieback.access.models import Company
from tieback.linking.eligibility_sql import standing_conditions, stands_blocked
from tieback.portfolio.models import Project
from tieback.proposing.causes import Cause, cause_of
from tieback.proposing.models import Candidate
from tieback.proposing.open_pairs import not_rejected, open_pairs
from tieback.proposing.suggestions import seen_until
from tieback.proposing.tallies import NONE, Tally, proposed_tallies, state_tallies, tally
from tieback.search.index import matching
from tieback.staging.models import Job

__all__ = [
    "Cause",
    "Lane",
    "LaneCount",
    "blocked_causes",
    "candidates_of",
    "jobs_in",
    "lane_counts",
    "projects_only",
    "proposed",
]


class Lane(StrEnum):
    """Where a job or a project of the list stands; the value is its word in addresses."""

    SAFE = "safe"
    LOOK = "look"
    TWINS = "twins"
    BLOCKED = "blocked"
    ONLY_ERP = "only-in-erp"
    ONLY_PORTFOLIO = "only-in-portfolio"
    ARCHIVED = "archived"
    DONE = "done"
    NOT_LOOKED_UP = "not-looked-up"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Lane.SAFE: "Safe",
    Lane.LOOK: "Look",
    Lane.TWINS: "Twins",
    Lane.BLOCKED: "Blocked",
    Lane.ONLY_ERP: "Only in ERP",
    Lane.ONLY_PORTFOLIO: "Only in portfolio",
    Lane.ARCHIVED: "Archived",
    Lane.DONE: "Done",
    Lane.NOT_LOOKED_UP: "Not looked up yet",
}
_PROPOSED = {Lane.SAFE, Lane.LOOK, Lane.TWINS}


@dataclass(frozen=True, slots=True)
class LaneCount:
    """How many rows stand in a lane, and their value in all; None where nobody said any."""

    lane: Lane
    rows: int
    value: Decimal | None


def jobs_in(company: Company, lane: Lane, *, query: str = "") -> QuerySet[Job]:
    """The jobs of a lane that match `query`, in no order; `ONLY_PORTFOLIO` holds projects."""
    if lane == Lane.ONLY_PORTFOLIO:
        raise ValueError("Projects stand in this lane; ask projects_only for them.")
    found = Job.objects.filter(_where(company, lane), company=company)
    return matching(found, query, company_id=company.pk)


def projects_only(company: Company, *, query: str = "") -> QuerySet[Project]:
    """The free active projects that the last look-up found no job for; none before the first."""
    if seen_until(company) is None:
        return Project.objects.none()
    is_proposed = Exists(_on_the_list(company).filter(project=OuterRef("pk")))
    return matching(_free(company).filter(~is_proposed), query, company_id=company.pk)


def lane_counts(company: Company, *, now: datetime) -> dict[Lane, LaneCount]:
    """How much stands in each lane, in eight queries however many jobs there are."""
    proposed = proposed_tallies(company)
    states = state_tallies(company)
    unseen = tally(jobs_in(company, Lane.NOT_LOOKED_UP), "contract_value")
    tallies = {
        lane: proposed.by_lane.get(lane.label, NONE) - proposed.blocked.get(lane.label, NONE)
        for lane in _PROPOSED
    } | {
        Lane.BLOCKED: sum(proposed.blocked.values(), NONE),
        Lane.ONLY_ERP: states.get((Job.State.READY, True), NONE) - proposed.jobs - unseen,
        Lane.ONLY_PORTFOLIO: _only_portfolio(company, proposed.projects),
        Lane.ARCHIVED: _of_state(states, Job.State.ARCHIVED),
        Lane.DONE: _of_state(states, Job.State.LINKED),
        Lane.NOT_LOOKED_UP: unseen,
    }
    return {lane: LaneCount(lane, tallies[lane].rows, tallies[lane].value) for lane in Lane}


def proposed(jobs: Iterable[Job]) -> dict[int, Candidate]:
    """Job id → the candidate proposed for it, with its project, for the jobs that have one."""
    ids = [job.pk for job in jobs]
    held = not_rejected(Candidate.objects.filter(job__in=ids, is_proposed=True))
    free = held.filter(project__origin_id="", job__state=Job.State.READY)
    return {one.job_id: one for one in free.select_related("project")}


def candidates_of(job: Job) -> list[Candidate]:
    """The projects that may still be this job's, the best first, rejected and taken ones not."""
    held = not_rejected(Candidate.objects.filter(job=job, project__origin_id=""))
    return list(held.select_related("project").order_by("rank"))


def blocked_causes(company: Company) -> list[Cause]:
    """Why proposed pairs cannot be linked now, what keeps most of them first.

    A pair with two reasons counts under both.
    """
    held = _on_the_list(company).filter(stands_blocked(company.pk))
    counts = held.aggregate(
        **{
            code: Count("pk", filter=condition)
            for code, condition in standing_conditions(company.pk).items()
        }
    )
    causes = [cause_of(code, jobs) for code, jobs in counts.items() if jobs]
    return sorted(causes, key=lambda cause: -cause.jobs)


def _where(company: Company, lane: Lane) -> Q:
    if lane == Lane.DONE:
        return Q(state=Job.State.LINKED)
    if lane == Lane.ARCHIVED:
        return Q(state=Job.State.ARCHIVED)
    # Not `is_active=True`: that is written as a bare column, which SQLite seeks in no index.
    ready = Q(state=Job.State.READY, is_active__in=[True])
    # Asked job by job, so that a page of a list ends as soon as it is full.
    of_job = open_pairs(company).filter(job=OuterRef("pk"))
    if lane == Lane.BLOCKED:
        return ready & Q(Exists(of_job.filter(stands_blocked(company.pk))))
    if lane in _PROPOSED:
        of_lane = of_job.filter(~stands_blocked(company.pk), lane=lane.label)
        return ready & Q(Exists(of_lane))
    return ready & _was_seen(company, lane) & ~Q(Exists(of_job))


def _was_seen(company: Company, lane: Lane) -> Q:
    """Whether a job without a proposal was looked at as it is now, as the lane asks."""
    until = seen_until(company)
    if until is None:
        return Q(pk__in=[]) if lane == Lane.ONLY_ERP else Q()
    newer = Q(changed_at__gt=until) | Q(state_changed_at__gt=until)
    return ~newer if lane == Lane.ONLY_ERP else newer


def _on_the_list(company: Company) -> QuerySet[Candidate]:
    return open_pairs(company).filter(job__state=Job.State.READY, job__is_active__in=[True])


def _free(company: Company) -> QuerySet[Project]:
    return Project.objects.filter(company=company, origin_id="", is_active=True, is_template=False)


def _only_portfolio(company: Company, proposed: Tally) -> Tally:
    if seen_until(company) is None:
        return NONE
    return tally(_free(company), "value") - proposed


def _of_state(states: dict[tuple[str, bool], Tally], state: Job.State) -> Tally:
    return states.get((state, True), NONE) + states.get((state, False), NONE)
