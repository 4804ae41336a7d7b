"""Plans (decisions with their effects, not yet done) and batches (done, and undoable as one)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from tieback.access.models import Company, User
from tieback.linking.models import Link
from tieback.portfolio.models import Project
from tieback.staging.models import Job


class PlanSettings(models.Model):
    """What a company asks of plans; without a row the defaults hold."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="plan_settings")
    # Plans with more rows than this need a second Admin's approval; None: no plan does.
    approval_above = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.company}: {self.approval_above}"


class Plan(models.Model):
    """A set of decisions that a person has seen the effects of; `content_hash` seals that sight."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="plans")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_by_name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    # What its rows would do, counted when it was drafted; see `totals.py`.
    totals = models.JSONField(default=dict)
    title = models.CharField(max_length=300)
    undoes = models.ForeignKey("Batch", models.PROTECT, null=True, related_name="undo_plans")
    # A plan above the company's set size is applied only when a second Admin has approved it.
    needs_approval = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by_name = models.CharField(max_length=200, default="")
    # A plan that nobody wants any more; its rows stay to be read.
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="plan_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(approved_at__isnull=False),
                name="plan_approval_has_time",
            ),
        ]
        indexes = [models.Index(fields=["company", "-id"], name="plan_latest")]

    def __str__(self) -> str:
        return self.title


# Of these a job may have several in one plan, each about another project.
_OF_PAIR = Q(action__in=["reject", "allow", "fix"])


class PlanRow(models.Model):
    """One decision of a plan, the effects that were previewed, and what became of it."""

    class Action(models.TextChoices):
        LINK = "link", "Link"
        UNLINK = "unlink", "Unlink"
        ARCHIVE = "archive", "Archive"
        RESTORE = "restore", "Restore"
        REFRESH = "refresh", "Refresh cost codes"
        REJECT = "reject", "Not a match"
        ALLOW = "allow", "Offer again"
        FIX = "fix", "Change settings"

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPLIED = "applied", "Done"
        HELD = "held", "Held back"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=Action.choices)
    job = models.ForeignKey(Job, models.PROTECT, related_name="plan_rows")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="plan_rows")
    effects = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    # [[name, before, after], …]: the project's settings that a row changes.
    settings = models.JSONField(default=list)
    # What the person wrote beside the decision.
    note = models.CharField(max_length=500, default="")
    row_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    held_reason = models.TextField(default="")
    settled_at = models.DateTimeField(null=True)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="plan_rows")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_position_once"),
            models.UniqueConstraint(
                fields=["plan", "job"], condition=~_OF_PAIR, name="plan_job_decided_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "job", "project"], condition=_OF_PAIR, name="plan_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", settled_at=None)
                | (~Q(state="pending") & Q(settled_at__isnull=False)),
                name="plan_row_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(held_reason=""), name="plan_row_held_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.job}"


class Batch(models.Model):
    """A plan that was applied; undoing it is a plan of its own that points back here."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="batches")
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="batch")
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.plan)
