"""Ask for long work, take it up, hold it while it goes on, and settle it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db import connection as database
from django.db.models import Q, QuerySet

from tieback.access.actors import Actor, person
from tieback.access.models import Level
from tieback.connections.models import Connection, SyncRun
from tieback.plans.models import Plan
from tieback.proposing.models import Proposal
from tieback.sync.models import Kind, Task

# A worker that has not extended its hold for so long is dead. Longer than a run's own silence, so
# that what takes a task over finds the dead run closed.
LEASE = timedelta(seconds=90)
# A task whose workers die again and again is likely what kills them.
MOST_STARTS = 5
SCHEDULE = "schedule"


class LostError(Exception):
    """Somebody else has taken the task over; whoever was late changes nothing any more."""


def want(
    *,
    kind: Kind,
    by: Actor,
    now: datetime,
    connection: Connection | None = None,
    plan: Plan | None = None,
) -> Task:
    """Ask for a piece of work; one that is open already is returned instead of a second."""
    by.require_company(*(row.company_id for row in (connection, plan) if row))
    subject = connection.pk if connection else plan.pk if plan else ""
    about = f"{kind}:{subject}"
    try:
        with transaction.atomic():
            return Task.objects.create(
                company_id=by.company_id,
                kind=kind,
                connection=connection,
                plan=plan,
                about=about,
                wanted_by_id=by.user_id,
                wanted_by_name=by.name,
                door=by.door,
                wanted_at=now,
                due_at=now,
            )
    except IntegrityError:
        return Task.objects.get(company_id=by.company_id, about=about, settled_at=None)


def start_now(
    *, kind: Kind, by: Actor, now: datetime, connection: Connection | None = None
) -> Task:
    """Ask for what a schedule would ask for; what waits for later already is due at once.

    Raises `NotAllowedError` below Standard.
    """
    by.require(Level.STANDARD, "start this")
    task = want(kind=kind, by=by, now=now, connection=connection)
    Task.objects.filter(pk=task.pk, due_at__gt=now).update(due_at=now)
    return task


def free(now: datetime) -> QuerySet[Task]:
    """What is due and held by no living worker, longest due first."""
    unheld = Q(leased_until=None) | Q(leased_until__lte=now)
    return Task.objects.filter(unheld, due_at__lte=now).order_by("due_at", "pk")


def take(*, worker: str, now: datetime, lease: timedelta = LEASE) -> Task | None:
    """The task that is longest due and that no living worker holds; None when there is none."""
    # On SQLite the transaction below keeps everybody else from writing; most times there is nothing
    # to take, and looking needs none.
    if not free(now).exists():
        return None
    with transaction.atomic():
        found = free(now)
        if database.features.has_select_for_update_skip_locked:
            found = found.select_for_update(skip_locked=True, of=("self",))
        task = found.first()
        if task is None:
            return None
        if task.starts < MOST_STARTS:
            task.leased_by, task.leased_until = worker, now + lease
            task.starts += 1
            task.save(update_fields=["leased_by", "leased_until", "starts"])
            return task
        problem = f"Its worker died {task.starts} times. See the server log, then start it again."
        _settle(task, Task.State.FAILED, now, problem)
    return take(worker=worker, now=now, lease=lease)


def extend(*, task: Task, now: datetime, lease: timedelta = LEASE) -> bool:
    """Hold the task for longer; False when somebody else has it by now, and the work must stop."""
    return bool(_held(task).update(leased_until=now + lease))


def note_start(*, task: Task, run: SyncRun | None = None, proposal: Proposal | None = None) -> None:
    """Write down what the task was started as; raises `LostError` when somebody else has it."""
    task.run, task.proposal = run, proposal
    if not _held(task).update(run=run, proposal=proposal):
        raise LostError


@transaction.atomic
def done(*, task: Task, now: datetime) -> None:
    """The work came to its end; how it went is on its own row."""
    _settle(task, Task.State.DONE, now)


@transaction.atomic
def failed(*, task: Task, now: datetime, problem: str) -> None:
    """The work could not be done, and starting it again would change nothing."""
    _settle(task, Task.State.FAILED, now, problem)


def later(*, task: Task, until: datetime) -> None:
    """Let go of a task that cannot be done just now."""
    starts = max(task.starts - 1, 0)
    _held(task).update(due_at=until, leased_by="", leased_until=None, starts=starts)


def actor_of(task: Task) -> Actor:
    """With whose rights the task is done: those its person has now, or the schedule's."""
    if task.wanted_by:
        return person(task.wanted_by, task.company, door=task.door)
    return Actor(task.company_id, Level.ADMIN, task.wanted_by_name, task.door)


def _held(task: Task) -> QuerySet[Task]:
    """The task while it is still ours as we took it."""
    return Task.objects.filter(pk=task.pk, leased_by=task.leased_by, settled_at=None)


def _settle(task: Task, state: str, now: datetime, problem: str = "") -> None:
    _held(task).update(
        state=state,
        settled_at=now,
        due_at=None,
        leased_by="",
        leased_until=None,
        problem=problem,
    )
