"""Reads of what was proposed: a job's suggestion, or which of several noes stands in its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tieback.access.models import Company
from tieback.connections.models import SyncRun
from tieback.proposing.models import Candidate, Proposal
from tieback.proposing.open_pairs import not_rejected
from tieback.proposing.services import SILENCE
from tieback.staging.models import Job

_CHANGES = ("added", "changed", "orphaned", "returned")


class No(StrEnum):
    """Why a ready job has no suggestion."""

    NOT_YET = "Not looked up yet"
    NO_MATCH = "No match found"
    FAILED = "The last look-up failed"
    TAKEN = "Its match was linked meanwhile"
    INACTIVE = "Not looked up while inactive"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The candidate of a job, or why there is none to show."""

    candidate: Candidate | None = None
    no: No | None = None

    @property
    def percent(self) -> str:
        """The probability as people read it; never 100 %, as no match is certain."""
        if self.candidate is None:
            return ""
        rounded = round(self.candidate.probability * 100)
        return "over 99 %" if rounded > 99 else f"{rounded} %"


@dataclass(frozen=True, slots=True)
class LookUp:
    """How finding matches stands: what runs now, the last that ended, and whether the ERP moved.

    A look-up whose process went silent counts as ended and failed, whatever its row still says.
    `seen_until` is the moment up to which jobs have been looked at as they are, None before the
    first look-up that came to its end.
    """

    running: Proposal | None
    last: Proposal | None
    is_behind: bool
    seen_until: datetime | None

    @property
    def has_failed(self) -> bool:
        return self.last is not None and self.last.status != Proposal.Status.DONE


def look_up(company: Company, *, now: datetime) -> LookUp:
    """The standing of the company's look-ups, in three queries."""
    # The report is for the matching page alone, and long.
    latest = list(Proposal.objects.filter(company=company).defer("report")[:2])
    alive = [one for one in latest if is_alive(one, now)]
    ended = [one for one in latest if one not in alive]
    last = ended[0] if ended else None
    since = seen_until(company)
    is_behind = last is not None and not alive and _erp_moved(company, since or last.started_at)
    return LookUp(alive[0] if alive else None, last, is_behind, since)


def seen_until(company: Company) -> datetime | None:
    """The moment up to which the company's ready jobs have been looked at as they are."""
    done = Proposal.objects.filter(company=company, status=Proposal.Status.DONE)
    return done.values_list("seen_until", flat=True).first()


def suggestions(jobs: Iterable[Job], state: LookUp) -> dict[int, Suggestion]:
    """Job id → suggestion, for the ready ones of one company; one query for any number."""
    ready = [job for job in jobs if job.state == Job.State.READY]
    held = not_rejected(
        Candidate.objects.filter(job__in=[job.pk for job in ready], is_proposed=True)
    ).select_related("project")
    by_job = {candidate.job_id: candidate for candidate in held}
    return {job.pk: _suggestion(job, by_job.get(job.pk), state) for job in ready}


def _suggestion(job: Job, candidate: Candidate | None, state: LookUp) -> Suggestion:
    if candidate and not candidate.project.origin_id:
        return Suggestion(candidate)
    return Suggestion(no=_no(job, state, is_taken=candidate is not None))


def _no(job: Job, state: LookUp, *, is_taken: bool) -> No:
    if not job.is_active:
        return No.INACTIVE
    if is_taken:
        return No.TAKEN
    # What came, changed or was put back after the lists were read has not been looked at.
    until = state.seen_until
    if until and max(job.changed_at, job.state_changed_at) <= until:
        return No.NO_MATCH
    return No.FAILED if state.has_failed else No.NOT_YET


def is_alive(proposal: Proposal, now: datetime) -> bool:
    """Whether the look-up runs, and something was heard of it lately."""
    return proposal.status == Proposal.Status.RUNNING and proposal.heartbeat_at >= now - SILENCE


def _erp_moved(company: Company, since: datetime) -> bool:
    ended = SyncRun.objects.filter(company=company, finished_at__gt=since)
    counted = [counts.get("job", {}) for counts in ended.values_list("counts", flat=True)]
    return any(job.get(change) for job in counted for change in _CHANGES)
