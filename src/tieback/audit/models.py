"""The audit trail: rows that are only ever added, each sealed with the hash of the one before."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tieback.access.models import Company, User


class AuditEvent(models.Model):
    """Who did what to which record, by which door, and how it looked before and after.

    Database triggers refuse UPDATE and DELETE (`audit/triggers.py`), so the chain can only grow.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="audit_events")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    # The name stands as text beside the key: it must still read right after the person has left.
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    door = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target_label = models.CharField(max_length=300)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(default="")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["company", "seq"], name="audit_seq_once"),
            models.UniqueConstraint(fields=["company", "hash"], name="audit_hash_once"),
        ]
        indexes = [
            models.Index(fields=["company", "target_type", "target_id"], name="audit_by_target"),
            models.Index(fields=["company", "action"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.target_label}"


class AuditHead(models.Model):
    """The last link of a company's chain; its row lock puts writers in one line."""

    company = models.OneToOneField(Company, models.PROTECT, primary_key=True, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.company_id} at {self.seq}"
