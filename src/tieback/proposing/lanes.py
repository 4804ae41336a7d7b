"""Reads of the lanes: which ready jobs are safe, which need a look, and what keeps the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet, Sum

from tieback.access.models import Company
from tieback.linking.eligibility import Fix
from tieback.linking.eligibility_sql import standing_conditions, stands_blocked
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate
from tieback.proposing.suggestions import not_rejected, seen_until
from tieback.search.index import matching
from tieback.staging.models import Job


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


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why `jobs` proposed pairs cannot be linked now, and the fix if there is one."""

    code: str
    sentence: str
    jobs: int
    fix: Fix | None


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
    free = Project.objects.filter(
        company=company, origin_id="", is_active=True, is_template=False
    ).exclude(pk__in=_open(company).values("project"))
    return matching(free, query, company_id=company.pk)


def lane_counts(company: Company, *, now: datetime) -> dict[Lane, LaneCount]:
    """How much stands in each lane."""
    return {
        lane: _counted(lane, projects_only(company), "value")
        if lane == Lane.ONLY_PORTFOLIO
        else _counted(lane, jobs_in(company, lane), "contract_value")
        for lane in Lane
    }


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
    conditions = standing_conditions(company.pk)
    counts = _on_the_list(company).aggregate(
        **{code: Count("pk", filter=condition) for code, condition in conditions.items()}
    )
    causes = [_cause(code, jobs) for code, jobs in counts.items() if jobs]
    return sorted(causes, key=lambda cause: -cause.jobs)


def _where(company: Company, lane: Lane) -> Q:
    if lane == Lane.DONE:
        return Q(state=Job.State.LINKED)
    if lane == Lane.ARCHIVED:
        return Q(state=Job.State.ARCHIVED)
    # Not `is_active=True`: that is written as a bare column, which SQLite seeks in no index.
    ready = Q(state=Job.State.READY, is_active__in=[True])
    if lane == Lane.BLOCKED:
        return ready & Q(pk__in=_open(company).filter(stands_blocked(company.pk)).values("job"))
    if lane in _PROPOSED:
        free = _open(company).filter(~stands_blocked(company.pk), lane=lane.label)
        return ready & Q(pk__in=free.values("job"))
    return ready & ~Q(pk__in=_open(company).values("job")) & _was_seen(company, lane)


def _was_seen(company: Company, lane: Lane) -> Q:
    """Whether a job without a proposal was looked at as it is now, as the lane asks."""
    until = seen_until(company)
    if until is None:
        return Q(pk__in=[]) if lane == Lane.ONLY_ERP else Q()
    newer = Q(changed_at__gt=until) | Q(state_changed_at__gt=until)
    return ~newer if lane == Lane.ONLY_ERP else newer


def _open(company: Company) -> QuerySet[Candidate]:
    """What is proposed and still in question: nobody rejected it, or linked its project."""
    held = Candidate.objects.filter(company=company, is_proposed=True, project__origin_id="")
    return not_rejected(held).order_by()


def _on_the_list(company: Company) -> QuerySet[Candidate]:
    return _open(company).filter(job__state=Job.State.READY, job__is_active__in=[True])


def _counted(lane: Lane, rows: QuerySet[Job] | QuerySet[Project], value: str) -> LaneCount:
    found = rows.order_by().aggregate(rows=Count("pk"), value=Sum(F(value)))
    return LaneCount(lane, found["rows"], found["value"])


def _cause(code: str, jobs: int) -> Cause:
    one, many, fix = _CAUSES[code]
    return Cause(code, one if jobs == 1 else many.format(jobs=f"{jobs:,}"), jobs, fix)


# Blocker code → what it says of one proposed pair, what of many, and what the portfolio can do.
_CAUSES: dict[str, tuple[str, str, Fix | None]] = {
    "cannot_link": (
        "1 ERP project came by a connector that cannot link to existing projects.",
        "{jobs} ERP projects came by a connector that cannot link to existing projects.",
        None,
    ),
    "setting_off": (
        "The ERP-integrated setting of 1 project is off.",
        "The ERP-integrated setting of {jobs} projects is off.",
        Fix.SWITCH_ON,
    ),
    "setting_locked": (
        "The ERP-integrated setting of 1 project is off for good: codes of another list were "
        "copied into it. Create a new project to integrate it.",
        "The ERP-integrated setting of {jobs} projects is off for good: codes of another list "
        "were copied into them. Create new projects to integrate them.",
        None,
    ),
    "no_erp_list": (
        "This company has not named its ERP standard cost code list yet; 1 project waits for it. "
        "Name it in Portfolio › Cost code lists.",
        "This company has not named its ERP standard cost code list yet; {jobs} projects wait for "
        "it. Name it in Portfolio › Cost code lists.",
        None,
    ),
    "other_list": (
        "1 project does not use the ERP cost code list.",
        "{jobs} projects do not use the ERP cost code list.",
        Fix.USE_ERP_LIST,
    ),
    "list_locked": (
        "1 project uses another cost code list, and codes were copied from it: it is fixed.",
        "{jobs} projects use another cost code list, and codes were copied from it: it is fixed.",
        None,
    ),
    "template": (
        "1 proposed project is a template.",
        "{jobs} proposed projects are templates.",
        None,
    ),
    "inactive": (
        "1 project is inactive.",
        "{jobs} projects are inactive.",
        Fix.REACTIVATE,
    ),
    "name_too_long": (
        "The name of 1 project is longer than the ERP takes. Shorten it in the portfolio.",
        "The names of {jobs} projects are longer than the ERP takes. Shorten them in the "
        "portfolio.",
        None,
    ),
}
