"""The one door for a job's state."""

from datetime import datetime

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.staging.models import Job

State = Job.State


class StateError(Exception):
    """The job's present state does not allow the act; the message says why and what to do."""


@transaction.atomic
def archive(*, job: Job, by: Actor, now: datetime) -> Job:
    """Take a job that is not linked off the list; the ERP is not touched (erp-tool.md §2.1, I5)."""
    by.require_company(job.company_id)
    by.require(Level.STANDARD, "archive an ERP project")
    job = lock(job)
    if job.state == State.LINKED:
        raise StateError(f"{job} is linked. Unlink it first, then archive it.")
    if job.state == State.ARCHIVED:
        raise StateError(f"{job} is archived already.")
    return _set_state(job, State.ARCHIVED, "job.archive", by, now)


@transaction.atomic
def restore(*, job: Job, by: Actor, now: datetime) -> Job:
    """Put an archived job back on the list (erp-tool.md §2.1, I6)."""
    by.require_company(job.company_id)
    by.require(Level.STANDARD, "restore an ERP project")
    job = lock(job)
    if job.state != State.ARCHIVED:
        raise StateError(f"{job} is not archived; there is nothing to restore.")
    return _set_state(job, _unlinked_state(job), "job.restore", by, now)


def mark_linked(*, job: Job, now: datetime) -> None:
    """Set the state of a job that has just been linked; linking locks, checks and audits."""
    _write(job, State.LINKED, now)


def mark_unlinked(*, job: Job, now: datetime) -> None:
    """Set the state of a job that has just been unlinked; linking locks, checks and audits."""
    _write(job, _unlinked_state(job), now)


def lock(job: Job) -> Job:
    """The job as it stands now, its row locked until the transaction ends."""
    return Job.objects.select_for_update().get(pk=job.pk)


def _unlinked_state(job: Job) -> State:
    return State.ORPHANED if job.missing_since else State.READY


def _set_state(job: Job, state: State, action: str, by: Actor, now: datetime) -> Job:
    before = job.state
    _write(job, state, now)
    record(
        by=by,
        now=now,
        action=action,
        target=("job", job.pk, str(job)),
        before={"state": before},
        after={"state": state},
    )
    return job


def _write(job: Job, state: State, now: datetime) -> None:
    job.state, job.state_changed_at = state, now
    job.save(update_fields=["state", "state_changed_at"])
