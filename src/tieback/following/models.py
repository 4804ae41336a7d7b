"""The log of what following did to a project, so that unlinking can put it back."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from tieback.linking.models import Link


class FollowedEffect(models.Model):
    """One effect that was performed under a link, with the record's fields before and after."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="effects")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    resource = models.CharField(max_length=24)
    # What a person reads: a full code, or "full code · cost type".
    label = models.CharField(max_length=300)
    record_id = models.PositiveBigIntegerField()
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    performed_at = models.DateTimeField()
    # put_back, or kept with the reason why it could not be put back.
    outcome = models.CharField(max_length=10, default="")
    outcome_reason = models.TextField(default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["link", "position"], name="effect_position_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "put_back", "kept"]), name="effect_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource} {self.label}"
