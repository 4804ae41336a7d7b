"""Write to the audit trail."""

from datetime import datetime
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.audit.chain import seal
from tieback.audit.models import AuditEvent, AuditHead

Facts = dict[str, Any]


def hold_chain(company_id: int) -> AuditHead:
    """Lock the end of a company's chain until the caller's transaction ends.

    Everywhere a row's own lock comes first and the chain's after it; who will go on to write what
    several projects share (cost types) takes the chain before that. One order, no deadlock.
    """
    AuditHead.objects.get_or_create(company_id=company_id)
    return AuditHead.objects.select_for_update().get(company_id=company_id)


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
    target_type, target_id, label = target
    event = AuditEvent(
        company_id=by.company_id,
        seq=head.seq + 1,
        at=now,
        actor_id=by.user_id,
        actor_name=by.name[:200],
        door=by.door,
        action=action,
        target_type=target_type,
        target_id=str(target_id),
        target_label=label[:300],
        before=before or {},
        after=after or {},
        note=note,
        previous_hash=head.hash,
    )
    event.hash = seal(event)
    event.save(force_insert=True)
    head.seq, head.hash = event.seq, event.hash
    head.save(update_fields=["seq", "hash"])
    return event
