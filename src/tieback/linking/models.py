"""Links, a person's decision that this job is that project; and what was suggested before it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from tieback.access.models import Company, User
from tieback.portfolio.models import Project
from tieback.staging.models import Job


class Link(models.Model):
    """One job tied to one project from `linked_at` until `unlinked_at`; ended links are history."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="links")
    job = models.ForeignKey(Job, models.PROTECT, related_name="links")
    project = models.ForeignKey(Project, models.PROTECT, related_name="links")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    linked_by_name = models.CharField(max_length=200)
    unlinked_at = models.DateTimeField(null=True)
    unlinked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    unlinked_by_name = models.CharField(max_length=200, default="")
    # Why the person could believe it, and the project's own fields before: frozen at that moment.
    evidence = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    snapshot = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-linked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(unlinked_at=None), name="one_active_link_per_job"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(unlinked_at=None),
                name="one_active_link_per_project",
            ),
        ]
        indexes = [models.Index(fields=["company", "-linked_at"], name="link_history")]

    def __str__(self) -> str:
        return f"{self.job} ↔ {self.project}"

    @property
    def is_active(self) -> bool:
        return self.unlinked_at is None


class Proposal(models.Model):
    """One look-up of the whole list for matches; at most one at a time per company."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    company = models.ForeignKey(Company, models.PROTECT, related_name="proposals")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    # A look-up whose process died shows by a heartbeat that stopped.
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=20, default="")
    # lane → matches, and "jobs", "projects", "no_match"
    counts = models.JSONField(default=dict)
    problem = models.TextField(default="")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(status="running"), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (Q(status__in=["done", "failed"]) & Q(finished_at__isnull=False)),
                name="proposal_finished_has_time",
            ),
        ]
        indexes = [models.Index(fields=["company", "-started_at"], name="proposal_latest")]

    def __str__(self) -> str:
        return f"{self.company} at {self.started_at:%Y-%m-%d %H:%M}"


class Candidate(models.Model):
    """The project that the last look-up found for a job; `margin` is over the runner-up."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="candidates")
    job = models.OneToOneField(Job, models.CASCADE, related_name="candidate")
    project = models.ForeignKey(Project, models.CASCADE, related_name="candidates")
    probability = models.FloatField()
    margin = models.FloatField()
    lane = models.CharField(max_length=10)
    sentence = models.TextField()
    model_version = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="candidate_probability_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.job} ? {self.project}"
