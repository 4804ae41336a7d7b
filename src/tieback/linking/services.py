"""The one door to a link, and the one door out of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.linking.eligibility import BlockedError, Blocker, blockers, said_by
from tieback.linking.models import Link
from tieback.portfolio.models import Project
from tieback.portfolio.services import set_origin
from tieback.staging import services as staging
from tieback.staging.models import Job

_ORIGIN = ("origin_connection_id", "origin_id", "origin_code")


class NotLinkedError(Exception):
    """The link has ended already; the message says by whom and when."""


@transaction.atomic
def link(
    *, job: Job, project: Project, by: Actor, now: datetime, evidence: Mapping[str, Any]
) -> Link:
    """Tie a job to a project, re-checking every blocker under row locks.

    Raises `NotAllowedError` below Admin and `BlockedError` with every blocker; the loser of a race
    is told who won. Freezes the evidence and the project's origin fields as they were before.
    """
    by.require_company(job.company_id, project.company_id)
    by.require(Level.ADMIN, "link an ERP project")
    job, project = lock_pair(job, project)
    if found := blockers(job=job, project=project, actor=by):
        raise BlockedError(found)
    before = {name: getattr(project, name) for name in _ORIGIN}
    try:
        with transaction.atomic():
            made = Link.objects.create(
                company_id=by.company_id,
                job=job,
                project=project,
                linked_at=now,
                linked_by_id=by.user_id,
                linked_by_name=by.name,
                evidence=dict(evidence),
                snapshot=before,
            )
            set_origin(
                project=project,
                connection_id=job.connection_id,
                origin_id=job.external_id,
                code=job.number,
            )
    except IntegrityError:
        # The locks above make this unreachable today; the constraint is the last word even so.
        raise BlockedError([_who_won(job, project)]) from None
    staging.mark_linked(job=job, now=now)
    record(
        by=by,
        now=now,
        action="link.create",
        target=("link", made.pk, str(made)),
        before=before,
        after={
            "job": job.pk,
            "project": project.pk,
            **{name: getattr(project, name) for name in _ORIGIN},
        },
    )
    return made


@transaction.atomic
def unlink(*, link: Link, by: Actor, now: datetime) -> Link:
    """End a link: give the project its own origin fields back, put the job back on the list.

    Raises `NotLinkedError` when somebody was quicker. The link stays as history.
    """
    link = lock_link(link=link, by=by)
    job, project = link.job, link.project
    after = {name: link.snapshot[name] for name in _ORIGIN}
    before = {name: getattr(project, name) for name in _ORIGIN}
    link.unlinked_at = now
    link.unlinked_by_id, link.unlinked_by_name = by.user_id, by.name
    link.save(update_fields=["unlinked_at", "unlinked_by", "unlinked_by_name"])
    set_origin(
        project=project,
        connection_id=after["origin_connection_id"],
        origin_id=after["origin_id"],
        code=after["origin_code"],
    )
    staging.mark_unlinked(job=job, now=now)
    record(
        by=by,
        now=now,
        action="link.end",
        target=("link", link.pk, str(link)),
        before={"job": job.pk, "project": project.pk, **before},
        after=after,
    )
    return link


def lock_pair(job: Job, project: Project) -> tuple[Job, Project]:
    """Both rows as they stand now, locked in one order everywhere, so that two cannot deadlock."""
    return lock_ids(job.pk, project.pk)


def lock_ids(job_id: int, project_id: int) -> tuple[Job, Project]:
    """As `lock_pair`, for who has not read the rows."""
    jobs = Job.objects.select_for_update(of=("self",)).select_related("connection")
    return jobs.get(pk=job_id), Project.objects.select_for_update().get(pk=project_id)


def lock_link(*, link: Link, by: Actor) -> Link:
    """An active link and its pair, locked; raises `NotAllowedError` or `NotLinkedError`."""
    by.require_company(link.company_id)
    by.require(Level.ADMIN, "unlink an ERP project")
    job, project = lock_pair(link.job, link.project)
    locked = Link.objects.select_for_update().get(pk=link.pk)
    if locked.unlinked_at:
        raise NotLinkedError(
            f"{job} was unlinked by {locked.unlinked_by_name} on "
            f"{locked.unlinked_at:%Y-%m-%d at %H:%M} UTC already."
        )
    locked.job, locked.project = job, project
    return locked


def _who_won(job: Job, project: Project) -> Blocker:
    """Told to the loser of a race: which link was made first, and by whom."""
    active = Link.objects.filter(unlinked_at=None).select_related("job", "project")
    if of_job := active.filter(job=job).first():
        return Blocker(
            "job_linked", f"{job} is linked to {of_job.project} already, {said_by(of_job)}."
        )
    if of_project := active.filter(project=project).first():
        return Blocker(
            "project_linked",
            f"{project} is linked to {of_project.job} already, {said_by(of_project)}.",
        )
    return Blocker("project_origin", f"Another project carries the ERP id of {job} already.")
