"""Signs of life: which workers there are, for people and for the doctor. Nothing else rests on it;
who may work on what is said by the holds on tasks and messages."""

from datetime import datetime, timedelta

from tieback.sync.models import WorkerSeen

# Longer than two of the twenty seconds between signs.
SILENCE = timedelta(seconds=60)
# Rows of workers that died without a word are of no interest after this.
_FORGET = timedelta(days=1)


def show_life(*, worker: str, started_at: datetime, now: datetime) -> None:
    """Say that a worker is at work, and forget those that have long been silent."""
    host = worker.partition(":")[0]
    WorkerSeen.objects.update_or_create(
        name=worker, defaults={"host": host[:60], "started_at": started_at, "seen_at": now}
    )
    WorkerSeen.objects.filter(seen_at__lt=now - _FORGET).delete()


def say_gone(*, worker: str) -> None:
    """Take a worker's sign away: it stops."""
    WorkerSeen.objects.filter(name=worker).delete()


def workers_at_work(now: datetime) -> list[WorkerSeen]:
    """Those that showed life within the last minute, longest at work first."""
    return list(WorkerSeen.objects.filter(seen_at__gte=now - SILENCE))
