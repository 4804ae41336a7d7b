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
    stretch = Stretch(company)
    yield from stretch.breaks()
    yield from stretch.breaks_at_the_end()


class Stretch:
    """A part of a company's chain, so that a long one can be proved piece by piece.

    Starts behind event `after` and has at most `size` events; after `breaks` has run to its end,
    `reached` is the last sequence number that it met, and `is_last` whether the chain ends there.
    """

    def __init__(self, company: Company, *, after: int = 0, size: int | None = None) -> None:
        self._company = company
        self._events = AuditEvent.objects.filter(company=company).order_by("seq")
        self._size = size
        before = self._events.filter(seq=after).first() if after else None
        # Where the event before is gone, the piece that met it has said so.
        self._previous = before.hash if before else ""
        self.reached = after
        self.is_last = size is None

    def breaks(self) -> Iterator[Break]:
        """Every place in the stretch where the chain does not hold."""
        met = 0
        rows = self._events.filter(seq__gt=self.reached)
        for event in (rows[: self._size] if self._size else rows).iterator(2000):
            if event.seq != self.reached + 1:
                yield Break(event.seq, f"event {self.reached + 1} is missing")
            if event.previous_hash != self._previous:
                yield Break(event.seq, "does not follow from the event before it")
            if seal(event) != event.hash:
                yield Break(event.seq, "was changed after it was written")
            self._previous, self.reached, met = event.hash, event.seq, met + 1
        self.is_last = self._size is None or met < self._size

    def breaks_at_the_end(self) -> Iterator[Break]:
        """Whether the chain ends where its head stands; only for the last stretch."""
        head = AuditHead.objects.filter(company=self._company).first()
        stands_at = (head.seq, head.hash) if head else (0, "")
        if stands_at != (self.reached, self._previous):
            yield Break(self.reached, f"the chain ends here, but its head stands at {stands_at[0]}")
