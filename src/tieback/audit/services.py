"""Write to the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.audit.chain import seal
from tieback.audit.models import AuditEvent, AuditHead

Facts = dict[str, Any]
_BATCH = 500


def hold_chain(company_id: int) -> AuditHead:
    """Lock the end of a company's chain until the caller's transaction ends.

    Everywhere a row's own lock comes first and the chain's after it; who will go on to write what
    several projects share (cost types) takes the chain before that. One order, no deadlock.
    """
    heads = AuditHead.objects.select_for_update()
    if head := heads.filter(company_id=company_id).first():
        return head
    AuditHead.objects.get_or_create(company_id=company_id)
    return heads.get(company_id=company_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event is to say, as `record` takes it."""

    action: str
    target: tuple[str, object, str]
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def record(
    *,
    by: Actor,
    now: datetime,
    action: str,
    target: tuple[str, object, str],
    before: Facts | None = None,
    after: Facts | None = None,
    note: str = "",
) -> AuditEvent:
    """Append one event to the chain of the actor's company, in the caller's transaction.

    `action` is `noun.verb`; `target` is (type, id, label as people know it).
    """
    head = hold_chain(by.company_id)
    event = _sealed(head, by, now, Entry(action, target, before or {}, after or {}, note))
    event.save(force_insert=True)
    head.save(update_fields=["seq", "hash"])
    return event


@transaction.atomic
def record_all(*, by: Actor, now: datetime, entries: Iterable[Entry]) -> None:
    """Append many events at once, in their order, in the caller's transaction."""
    head = hold_chain(by.company_id)
    events = (_sealed(head, by, now, entry) for entry in entries)
    while batch := list(islice(events, _BATCH)):
        AuditEvent.objects.bulk_create(batch)
    head.save(update_fields=["seq", "hash"])


def _sealed(head: AuditHead, by: Actor, now: datetime, entry: Entry) -> AuditEvent:
    """The next event of the chain, not saved yet; moves `head` on to it."""
    target_type, target_id, label = entry.target
    event = AuditEvent(
        company_id=by.company_id,
        seq=head.seq + 1,
        at=now,
        actor_id=by.user_id,
        actor_name=by.name[:200],
        door=by.door,
        action=entry.action,
        target_type=target_type,
        target_id=str(target_id),
        target_label=label[:300],
        before=entry.before,
        after=entry.after,
        note=entry.note,
        previous_hash=head.hash,
    )
    event.hash = seal(event)
    head.seq, head.hash = event.seq, event.hash
    return event
