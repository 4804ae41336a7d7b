"""What the ERP stopped returning, and what came back."""

from datetime import datetime

from tieback.connectors.records import Resource
from tieback.staging.models import Job
from tieback.staging.stage import Stage

_AT_ONCE = 500


def settle_missing(stage: Stage, *, now: datetime) -> int:
    """After a whole reading: note as missing what was not seen; returns how many are newly so.

    A job nobody decided on becomes *orphaned*; a linked or archived one keeps its state and only
    shows that it is missing, so that no decision is undone by an ERP's bad day.
    """
    there = set(stage.rows.filter(missing_since=None).values_list("pk", flat=True).iterator())
    gone = sorted(there - stage.seen)
    for start in range(0, len(gone), _AT_ONCE):
        some = gone[start : start + _AT_ONCE]
        stage.rows.filter(pk__in=some).update(missing_since=now)
    if stage.resource == Resource.JOB:
        Job.objects.filter(
            connection=stage.connection, state=Job.State.READY, missing_since__isnull=False
        ).update(state=Job.State.ORPHANED, state_changed_at=now)
    return len(gone)
