"""The hash chain: how an event is sealed, and how a chain is proved."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from tieback.access.models import Company
from tieback.audit.models import AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold, and how that shows."""

    seq: int
    reason: str


def seal(event: AuditEvent) -> str:
    """The SHA-256 (hex) over everything that an event says, the previous hash included."""
    said: dict[str, Any] = {
        "company": event.company_id,
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "door": event.door,
        "action": event.action,
        "target": [event.target_type, event.target_id, event.target_label],
        "before": event.before,
        "after": event.after,
        "note": event.note,
        "previous": event.previous_hash,
    }
    # Through JSON once, so that what is hashed is what the database will give back.
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def breaks(company: Company) -> Iterator[Break]:
    """Every place where the company's chain does not hold; nothing when it is whole."""
    previous, expected = "", 1
    for event in AuditEvent.objects.filter(company=company).order_by("seq").iterator(2000):
        if event.seq != expected:
            yield Break(event.seq, f"event {expected} is missing")
        if event.previous_hash != previous:
            yield Break(event.seq, "does not follow from the event before it")
        if seal(event) != event.hash:
            yield Break(event.seq, "was changed after it was written")
        previous, expected = event.hash, event.seq + 1
    head = AuditHead.objects.filter(company=company).first()
    stands_at = (head.seq, head.hash) if head else (0, "")
    if stands_at != (expected - 1, previous):
        yield Break(expected - 1, f"the chain ends here, but its head stands at {stands_at[0]}")
