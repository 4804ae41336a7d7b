"""What people write beside a job, for each other."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.review.models import Note
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job

LONGEST = 2_000


@transaction.atomic
def add(*, job: Job, text: str, by: Actor, now: datetime) -> Note:
    """Write a note beside a job; it stays.

    Raises `ReviewError` for one that says nothing or too much, `NotAllowedError` below Standard.
    """
    by.require_company(job.company_id)
    by.require(Level.STANDARD, "write a note")
    text = text.strip()
    if not text:
        raise ReviewError("The note says nothing.", mend="Write something, then add it.")
    if len(text) > LONGEST:
        raise ReviewError(
            f"The note has {len(text):,} letters.", mend=f"Say it in {LONGEST:,} at most."
        )
    note = Note.objects.create(
        company_id=by.company_id,
        job=job,
        text=text,
        written_at=now,
        written_by_id=by.user_id,
        written_by_name=by.name,
    )
    target = ("job", job.pk, str(job))
    record(by=by, now=now, action="note.add", target=target, after={"note": note.pk}, note=text)
    return note


def notes_of(job: Job) -> QuerySet[Note]:
    """The job's notes, oldest first."""
    return Note.objects.filter(job=job).order_by("written_at", "pk")
