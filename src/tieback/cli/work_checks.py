"""What the doctor looks at of the engine: workers, work in line, writes that are owed, gates."""

from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from tieback.cli.finding import Finding, good, trouble
from tieback.outbox.models import Gate, OutboxMessage
from tieback.sync.models import Schedule, Task
from tieback.sync.seen import workers_at_work
from tieback.sync.tasks import free

# What is due for longer than this should have been taken up.
_LONG = timedelta(minutes=5)
_NAMED = 5
State = OutboxMessage.State


def workers() -> Finding:
    """Whether anybody would do what is due; without anything to do, nobody is missed."""
    if at_work := workers_at_work(timezone.now()):
        hosts = ", ".join(sorted({one.host for one in at_work}))
        return good("workers", f"{len(at_work)} at work, on {hosts}")
    waiting = {
        "schedules": Schedule.objects.filter(next_at__isnull=False).count(),
        "tasks": Task.objects.filter(settled_at=None).count(),
        "writes": OutboxMessage.objects.filter(not_before__isnull=False).count(),
    }
    if not any(waiting.values()):
        return good("workers", "none at work, and nothing for one to do")
    named = ", ".join(f"{number:,} {what}" for what, number in waiting.items() if number)
    mend = "Start “tieback worker”, or on SQLite “tieback serve” without --no-worker."
    return trouble("workers", f"none was seen in the last minute; {named} wait for one", mend)


def tasks() -> Finding:
    """Work that is due and that no living worker has, and work that was given up."""
    now = timezone.now()
    stuck = list(free(now).filter(due_at__lte=now - _LONG).select_related("company"))
    if not stuck:
        number = Task.objects.filter(settled_at=None).count()
        return good("tasks", f"{number:,} in line, none of them stuck")
    named = "; ".join(f"{task} since {task.due_at:%Y-%m-%d %H:%M} UTC" for task in stuck[:_NAMED])
    more = f"; and {len(stuck) - _NAMED:,} more" if len(stuck) > _NAMED else ""
    mend = "Start a worker. Where one is at work, it has too much to do: start another."
    return trouble("tasks", f"due for over five minutes and held by nobody: {named}{more}", mend)


def outbox() -> Finding:
    """Writes that should have gone by now; those that were refused wait for a person."""
    refused = OutboxMessage.objects.filter(state=State.REFUSED).count()
    said = f"; {refused:,} refused, which people decide on under Issues" if refused else ""
    now = timezone.now()
    # Behind a refused write to the same record they wait for the same decision.
    blocked = OutboxMessage.objects.filter(
        connection=OuterRef("connection"), target=OuterRef("target"), state=State.REFUSED
    )
    held_up = Gate.objects.filter(closed_until__gt=now).values("connection")
    idle = Q(leased_until=None) | Q(leased_until__lte=now)
    late = OutboxMessage.objects.filter(idle, ~Exists(blocked), not_before__lt=now - _LONG)
    found = late.exclude(connection__in=held_up).aggregate(n=Count("pk"), since=Min("not_before"))
    if not found["n"]:
        return good("outbox", f"no write is late{said}")
    return trouble(
        "outbox",
        f"{found['n']:,} writes are due since {found['since']:%Y-%m-%d %H:%M} UTC{said}",
        "Start a worker. Where one is at work, look at its log for what it waits for.",
    )


def remotes() -> Finding:
    """Remote systems that are left alone for now because they did not answer."""
    closed = Gate.objects.filter(closed_until__gt=timezone.now()).select_related("connection")
    named = "; ".join(
        f"“{gate.connection}” until {gate.closed_until:%H:%M} UTC after {gate.failures} failures: "
        f"{gate.reason}"
        for gate in closed[:_NAMED]
    )
    if not named:
        return good("remotes", "none is left alone for not answering")
    mend = "They are tried again by themselves. Look at each with “tieback connection check”."
    return trouble("remotes", f"left alone for now: {named}", mend)
