"""What people decided about pairs: this job is that project (a link), or is not (a rejection)."""

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


class Rejection(models.Model):
    """A person said that this job is not this project; it holds until undone, and stays as history.

    A pair that is rejected is never suggested. It can still be linked by hand, which a person does
    who knows better.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="rejections")
    job = models.ForeignKey(Job, models.PROTECT, related_name="rejections")
    project = models.ForeignKey(Project, models.PROTECT, related_name="rejections")
    rejected_at = models.DateTimeField()
    rejected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rejected_by_name = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_by_name = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["-rejected_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "project"],
                condition=Q(undone_at=None),
                name="one_active_rejection_per_pair",
            )
        ]
        indexes = [
            models.Index(fields=["company"], condition=Q(undone_at=None), name="rejection_active")
        ]

    def __str__(self) -> str:
        return f"{self.job} ≠ {self.project}"
