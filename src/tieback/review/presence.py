"""Who has a job open right now, so that no two people decide it unawares."""

from datetime import datetime, timedelta

from tieback.access.models import User
from tieback.review.models import Presence
from tieback.staging.models import Job

# A screen that is open renews itself three times within this; one that is closed fades.
FADES_AFTER = timedelta(seconds=60)


def touch(*, job: Job, user: User, now: datetime) -> None:
    """Say that a person has a job open; they have one at a time, so the one before is let go."""
    Presence.objects.update_or_create(
        user=user, defaults={"company_id": job.company_id, "job": job, "seen_at": now}
    )


def leave(*, user: User) -> None:
    """Say that a person has no job open any more."""
    Presence.objects.filter(user=user).delete()


def others_at(job: Job, user: User, *, now: datetime) -> list[User]:
    """Who else has the job open, by name."""
    there = Presence.objects.filter(job=job, seen_at__gt=now - FADES_AFTER).exclude(user=user)
    return [one.user for one in there.select_related("user").order_by("user__name")]
