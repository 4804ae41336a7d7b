"""Reads of schedules and of the work that is owed: what is set, what waits, how it went last."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from tieback.access.models import Company
from tieback.connections.models import Connection
from tieback.sync.models import Kind, Schedule, Task

# More than these nobody reads; the oldest wait longest and come first.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task went: `status` as its run's or look-up's row has it, its label, and a problem."""

    status: str
    label: str
    problem: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What can be done by itself: how often it is, what waits of it now, and how it went last."""

    kind: Kind
    connection: Connection | None
    schedule: Schedule | None
    open: Task | None
    last: Task | None

    @property
    def words(self) -> str:
        """How often, as people say it."""
        return self.schedule.words if self.schedule else "never"

    @property
    def outcome(self) -> Outcome | None:
        """How it went last; None where it never was."""
        return outcome(self.last) if self.last else None


@dataclass(frozen=True, slots=True)
class Owed:
    """A task as it stands at a moment."""

    task: Task
    is_held: bool
    is_due: bool

    @property
    def is_open(self) -> bool:
        return self.task.settled_at is None

    @property
    def was_left(self) -> bool:
        """Whether its worker died and nobody has taken it over yet."""
        return bool(self.task.leased_by) and not self.is_held

    @property
    def worker(self) -> str:
        """Who has it: the machine and the process."""
        return self.task.leased_by.rpartition(":")[0]


def scheduled(company: Company, *, only: int | None = None) -> list[Scheduled]:
    """Every connection's refresh (or `only` that of the one with this id), then finding matches.

    In three queries however many there are.
    """
    there = Connection.objects.filter(company=company).order_by("name")
    annotated = there.annotate(last_task=_last_of_connection(company))
    listed = list(annotated if only is None else annotated.filter(pk=only))
    last = _tasks(Task.objects.filter(pk__in=[one.last_task for one in listed if one.last_task]))
    waiting = Task.objects.filter(company=company, settled_at=None).select_related("run")
    by_subject = {task.about: task for task in waiting}
    schedules = {
        (one.kind, one.connection_id): one for one in Schedule.objects.filter(company=company)
    }
    found = [
        Scheduled(
            Kind.PULL,
            one,
            schedules.get((Kind.PULL, one.pk)),
            by_subject.get(f"{Kind.PULL}:{one.pk}"),
            last.get(one.last_task),
        )
        for one in listed
    ]
    return found if only is not None else [*found, _proposing(company, schedules, by_subject)]


def proposing(company: Company) -> Scheduled:
    """Finding matches of the company."""
    about = f"{Kind.PROPOSE}:"
    waiting = Task.objects.filter(company=company, about=about, settled_at=None)
    schedule = Schedule.objects.filter(company=company, kind=Kind.PROPOSE, connection=None)
    return _proposing(
        company,
        {(one.kind, None): one for one in schedule},
        {task.about: task for task in waiting},
    )


def owed(company: Company, *, now: datetime) -> list[Owed]:
    """The tasks that are open, and those given up that nobody has asked for again since."""
    again = Task.objects.filter(company=company, about=OuterRef("about"), pk__gt=OuterRef("pk"))
    given_up = Q(~Exists(again), state=Task.State.FAILED)
    found = Task.objects.filter(Q(settled_at=None) | given_up, company=company)
    tasks = found.select_related("connection", "plan", "run", "proposal").order_by("pk")[:_MOST]
    return [_owed(task, now) for task in tasks]


def outcome(task: Task) -> Outcome:
    """How a settled task went: its own end, or that of what it was started as."""
    if task.state != Task.State.DONE:
        return Outcome(task.state, task.get_state_display(), task.problem)
    if went := task.run or task.proposal:
        return Outcome(went.status, went.get_status_display(), went.problem)
    return Outcome(task.state, task.get_state_display(), "")


def _owed(task: Task, now: datetime) -> Owed:
    is_held = bool(task.leased_until and task.leased_until > now)
    return Owed(task, is_held=is_held, is_due=bool(task.due_at and task.due_at <= now))


def _last_of_connection(company: Company) -> Subquery:
    subject = Concat(Value(f"{Kind.PULL}:"), Cast(OuterRef("pk"), CharField()))
    settled = Task.objects.filter(company=company, about=subject, settled_at__isnull=False)
    return Subquery(settled.order_by("-pk").values("pk")[:1])


def _proposing(
    company: Company,
    schedules: dict[tuple[str, int | None], Schedule],
    by_subject: dict[str, Task],
) -> Scheduled:
    about = f"{Kind.PROPOSE}:"
    settled = Task.objects.filter(company=company, about=about, settled_at__isnull=False)
    return Scheduled(
        Kind.PROPOSE,
        None,
        schedules.get((Kind.PROPOSE, None)),
        by_subject.get(about),
        settled.select_related("run", "proposal").order_by("-pk").first(),
    )


def _tasks(found: "QuerySet[Task]") -> dict[int | None, Task]:
    return {task.pk: task for task in found.select_related("run", "proposal")}
