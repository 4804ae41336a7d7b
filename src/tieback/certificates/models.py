"""The certificate of a go-live: a document that stands by itself and can be checked offline."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tieback.access.models import Company, User


class Certificate(models.Model):
    """Who approved what, what samples showed, totals and exceptions, and the audit chain's head."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="certificates")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_by_name = models.CharField(max_length=200)
    document = models.JSONField(encoder=DjangoJSONEncoder)
    # SHA-256 of the document in its canonical print.
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.company} on {self.issued_at:%Y-%m-%d}"
