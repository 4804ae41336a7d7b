"""A connector configured for a company, the passes it made, and what a person must see of them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from tieback.access.models import Company


class Connection(models.Model):
    """One remote system of one company: which connector, with which settings."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="connections")
    name = models.CharField(max_length=80)
    connector = models.CharField(max_length=40)
    settings = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # What each resource stood at when it was last read to its end (resource → connector's mark).
    marks = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    check_problem = models.TextField(default="")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="connection_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class SyncRun(models.Model):
    """One pass over a connection, with its counts; at most one at a time per connection."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        WITH_ISSUES = "with_issues", "Done, with issues"
        FAILED = "failed", "Failed"
        INTERRUPTED = "interrupted", "Interrupted"

    company = models.ForeignKey(Company, models.PROTECT, related_name="sync_runs")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="runs")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    # A run whose worker died shows by a heartbeat that stopped.
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # resource → {read, added, changed, unchanged, refused, orphaned, returned}
    counts = models.JSONField(default=dict)
    problem = models.TextField(default="")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(status="running"), name="one_run_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="run_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection} at {self.started_at:%Y-%m-%d %H:%M}"


class SyncIssue(models.Model):
    """One thing in a run that a person has to see: what, where, and how to mend it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="sync_issues")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="issues")
    # None: it was met outside of any run, by a write that was refused.
    run = models.ForeignKey(SyncRun, models.PROTECT, null=True, related_name="issues")
    resource = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200, default="")
    source = models.CharField(max_length=300, default="")
    row = models.PositiveBigIntegerField(null=True)
    column = models.CharField(max_length=200, default="")
    message = models.TextField()
    mend = models.TextField()
    # The same trouble in the next run is the same issue, not a second one.
    fingerprint = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["resource", "source", "row", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "fingerprint"],
                condition=Q(resolved_at=None),
                name="open_issue_once",
            )
        ]
        indexes = [models.Index(fields=["company", "resolved_at"], name="issue_open")]

    def __str__(self) -> str:
        return self.message
