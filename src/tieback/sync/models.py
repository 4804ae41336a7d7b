"""Work that is owed: tasks that any worker may take up, schedules that ask for them, workers."""

from django.db import models
from django.db.models import Q

from tieback.access.models import Company, User
from tieback.connections.models import Connection, SyncRun
from tieback.plans.models import Plan
from tieback.proposing.models import Proposal


class Kind(models.TextChoices):
    """What a worker knows to do."""

    PULL = "pull", "Refresh from the ERP"
    PROPOSE = "propose", "Find matches"
    APPLY = "apply", "Apply a plan"


class Task(models.Model):
    """One piece of long work. Started twice, late or after a crash it does what was left of it.

    Whoever works on it holds it until `leased_until` and keeps extending that; a worker that dies
    lets the time pass, and another takes the task over.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    company = models.ForeignKey(Company, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="tasks")
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="tasks")
    # Kind and subject in one: what is owed already is not owed a second time.
    about = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Whose rights it is done with; nobody's: the schedule's own.
    wanted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    wanted_by_name = models.CharField(max_length=200)
    door = models.CharField(max_length=40)
    wanted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=100, default="")
    leased_until = models.DateTimeField(null=True)
    # How often it was taken up; more than once says that a worker died.
    starts = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")
    # What it was last started as: how that went stands there, and whoever takes the task over from
    # a dead worker closes what that one left open.
    run = models.ForeignKey(SyncRun, models.SET_NULL, null=True, related_name="+")
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "about"],
                condition=Q(settled_at=None),
                name="one_open_task_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None, due_at__isnull=False)
                | Q(state__in=["done", "failed"], settled_at__isnull=False, due_at=None),
                name="task_settled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(leased_by="", leased_until=None)
                | (~Q(leased_by="") & Q(leased_until__isnull=False, state="waiting")),
                name="task_lease_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem=""), name="task_failed_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="task_due"),
            models.Index(fields=["company", "-id"], name="task_latest"),
            models.Index(fields=["company", "about", "-id"], name="task_latest_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.company}"


class Schedule(models.Model):
    """When something is done by itself: every so many minutes, daily at an hour, or never."""

    class Every(models.TextChoices):
        NEVER = "never", "Never"
        MINUTES = "minutes", "Every so many minutes"
        DAY = "day", "Daily at"

    company = models.ForeignKey(Company, models.CASCADE, related_name="schedules")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="schedules")
    every = models.CharField(max_length=8, choices=Every.choices, default=Every.NEVER)
    minutes = models.PositiveIntegerField(null=True)
    at = models.TimeField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    # None: never.
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "connection"],
                condition=Q(connection__isnull=False),
                name="one_schedule_per_connection",
            ),
            models.UniqueConstraint(
                fields=["company", "kind"],
                condition=Q(connection=None),
                name="one_schedule_per_company",
            ),
            models.CheckConstraint(
                condition=Q(every="never", next_at=None)
                | Q(every="minutes", minutes__gte=1, minutes__lte=10_080, next_at__isnull=False)
                | Q(every="day", at__isnull=False, next_at__isnull=False),
                name="schedule_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], name="schedule_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"

    @property
    def words(self) -> str:
        """How often, as people say it: "every 30 minutes", "daily at 06:00, America/Chicago"."""
        if self.every == self.Every.MINUTES:
            spelt = {1: "every minute", 60: "hourly"}
            return spelt.get(self.minutes or 0, f"every {self.minutes} minutes")
        if self.every == self.Every.DAY and self.at:
            return f"daily at {self.at:%H:%M}, {self.time_zone}"
        return "never"


class WorkerSeen(models.Model):
    """A worker's sign of life. One that stops in order takes its own away."""

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return self.name
