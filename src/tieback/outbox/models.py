"""Writes that we owe a remote system, what became of them, and how fast each remote lets us go."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from tieback.access.models import Company
from tieback.connections.models import Connection


class OutboxMessage(models.Model):
    """One write that we owe: made in the transaction that decided it, delivered outside of any.

    Messages to one `target` (a remote record) go in the order of their ids, and a later one waits
    until the earlier is done or set aside. Whoever works on one holds it until `leased_until`;
    a worker that dies simply lets that time pass.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        # No answer came: it has to be looked up before it may be sent again.
        UNCERTAIN = "uncertain", "No answer yet"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        SET_ASIDE = "set_aside", "Set aside"

    company = models.ForeignKey(Company, models.PROTECT, related_name="outbox")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="outbox")
    # What kind of record, which one of the remote's, and our own key, by which a repeat is known.
    resource = models.CharField(max_length=40)
    target = models.CharField(max_length=200)
    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=300)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    # When it may go next; None where it waits for a person or for nothing any more.
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=100, default="")
    leased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # The remote's id of what was written.
    external_id = models.CharField(max_length=200, default="")
    problem = models.TextField(default="")
    mend = models.TextField(default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "set_aside"], settled_at__isnull=False)
                | Q(state__in=["waiting", "uncertain", "refused"], settled_at=None),
                name="outbox_settled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(leased_by="", leased_until=None)
                | (~Q(leased_by="") & Q(leased_until__isnull=False)),
                name="outbox_lease_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(leased_until=None) | Q(state__in=["waiting", "uncertain"]),
                name="outbox_lease_only_while_owed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "uncertain"], not_before__isnull=False)
                | Q(state__in=["done", "refused", "set_aside"], not_before=None),
                name="outbox_goes_while_owed",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(problem=""), name="outbox_refused_has_reason"
            ),
        ]
        indexes = [
            # Not partial: SQLite uses no partial index for a condition that comes as a parameter.
            models.Index(fields=["connection", "target", "settled_at", "id"], name="outbox_heads"),
            models.Index(fields=["connection", "not_before", "id"], name="outbox_due"),
            models.Index(fields=["company", "state", "-id"], name="outbox_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryAttempt(models.Model):
    """One try to deliver a message that did not simply succeed, with the remote's own words."""

    class Outcome(models.TextChoices):
        RETRY = "retry", "Tried again later"
        UNCERTAIN = "uncertain", "No answer"
        REFUSED = "refused", "Refused"
        FOUND = "found", "Had arrived after all"
        LOST = "lost", "Had not arrived"

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="tries")
    worker = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    said = models.TextField(default="")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.message}: {self.outcome}"


class Gate(models.Model):
    """How a connection's remote takes writes now; shared by all workers.

    Closed until `closed_until` after failures in a row: then one message goes ahead alone.
    """

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="gate")
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.connection}: {'closed' if self.closed_until else 'open'}"


class RateWindow(models.Model):
    """What the remote's own headers said of one of its limits, less what we have taken since."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="rate_windows")
    seconds = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    resets_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "seconds"], name="one_row_per_window"),
            models.CheckConstraint(
                condition=Q(remaining__lte=F("limit")), name="rate_remaining_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.limit} per {self.seconds} s"
