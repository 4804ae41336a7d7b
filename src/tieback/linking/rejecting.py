"""Not a match: the one door to a rejection, and the one door out of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.linking.models import Rejection
from tieback.linking.services import lock_pair
from tieback.portfolio.models import Project
from tieback.staging.models import Job


class RejectionError(Exception):
    """The pair stands otherwise than the decision supposes; the message says how."""


@transaction.atomic
def reject(*, job: Job, project: Project, by: Actor, now: datetime) -> Rejection:
    """Remember that this job is not this project, so that the pair is not suggested again.

    Raises `RejectionError` when somebody said so already, `NotAllowedError` below Standard.
    """
    by.require_company(job.company_id, project.company_id)
    by.require(Level.STANDARD, "say that a pair is not a match")
    job, project = lock_pair(job, project)
    try:
        with transaction.atomic():
            made = Rejection.objects.create(
                company_id=by.company_id,
                job=job,
                project=project,
                rejected_at=now,
                rejected_by_id=by.user_id,
                rejected_by_name=by.name,
            )
    except IntegrityError:
        held = Rejection.objects.get(job=job, project=project, undone_at=None)
        raise RejectionError(said_already(held)) from None
    _record("pair.reject", made, by, now)
    return made


@transaction.atomic
def allow(*, job: Job, project: Project, by: Actor, now: datetime) -> Rejection:
    """Take a rejection back, so that the pair may be suggested again; it stays as history.

    Raises `RejectionError` when there is none, `NotAllowedError` below Standard.
    """
    by.require_company(job.company_id, project.company_id)
    by.require(Level.STANDARD, "offer a pair again")
    job, project = lock_pair(job, project)
    held = Rejection.objects.select_for_update().filter(job=job, project=project, undone_at=None)
    rejection = held.first()
    if rejection is None:
        raise RejectionError(f"Nobody holds that {job} is not {project}; there is nothing to undo.")
    rejection.undone_at = now
    rejection.undone_by_id, rejection.undone_by_name = by.user_id, by.name
    rejection.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
    _record("pair.allow", rejection, by, now)
    return rejection


def active_rejections(jobs: Iterable[Job]) -> dict[tuple[int, int], Rejection]:
    """(job id, project id) → the rejection of that pair that holds now."""
    held = Rejection.objects.filter(job__in=[job.pk for job in jobs], undone_at=None)
    return {(one.job_id, one.project_id): one for one in held.select_related("job", "project")}


def said_already(held: Rejection) -> str:
    """Who rejected the pair and when, as a sentence."""
    return (
        f"{held.rejected_by_name} said on {held.rejected_at:%Y-%m-%d at %H:%M} UTC already that "
        f"{held.job} is not {held.project}."
    )


def _record(action: str, made: Rejection, by: Actor, now: datetime) -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("job", made.job_id, str(made.job)),
        after={"job": made.job_id, "project": made.project_id},
    )
