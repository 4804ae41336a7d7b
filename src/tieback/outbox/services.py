"""Owe a write, and decide what becomes of one that was refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.issues import resolve_one
from tieback.connections.models import Connection
from tieback.outbox.models import OutboxMessage
from tieback.outbox.settling import about

State = OutboxMessage.State


class NotOwedError(Exception):
    """The message is not in the state that the decision supposes; the sentence says how it is."""


def owe(
    *,
    connection: Connection,
    resource: str,
    target: str,
    title: str,
    payload: Mapping[str, Any],
    by: Actor,
    now: datetime,
    key: UUID | None = None,
) -> OutboxMessage:
    """Write down a write; call it inside the transaction that decides it.

    `target` names the remote record, for messages to one record keep their order. `key` is how the
    remote, or a look-up in it, knows a repeat; the same key is owed once.
    """
    by.require_company(connection.company_id)
    return OutboxMessage.objects.create(
        company_id=connection.company_id,
        connection=connection,
        resource=resource,
        target=target,
        key=key or uuid4(),
        title=title[:300],
        payload=dict(payload),
        created_at=now,
        created_by_name=by.name,
        not_before=now,
    )


@transaction.atomic
def retry(*, message: OutboxMessage, by: Actor, now: datetime) -> OutboxMessage:
    """Try a refused message again; raises `NotOwedError` unless it is refused."""
    message = _refused(message, by, "try a refused write again")
    message.state, message.not_before = State.WAITING, now
    message.problem = message.mend = ""
    message.attempts = 0
    message.save(update_fields=["state", "not_before", "problem", "mend", "attempts"])
    resolve_one(connection=message.connection, about=about(message), now=now)
    _record("outbox.retry", message, by, now)
    return message


def retry_alike(*, message: OutboxMessage, by: Actor, now: datetime) -> int:
    """Try again every refused message with the same problem; how many there were."""
    alike = OutboxMessage.objects.filter(
        connection=message.connection_id,
        state=State.REFUSED,
        resource=message.resource,
        problem=message.problem,
    )
    found = list(alike)
    for one in found:
        retry(message=one, by=by, now=now)
    return len(found)


@transaction.atomic
def set_aside(*, message: OutboxMessage, by: Actor, now: datetime, why: str) -> OutboxMessage:
    """Give a refused message up for good, so that those behind it can go.

    Raises `NotOwedError` unless it is refused, `NotAllowedError` below Admin.
    """
    message = _refused(message, by, "set a refused write aside", Level.ADMIN)
    message.state, message.settled_at = State.SET_ASIDE, now
    message.save(update_fields=["state", "settled_at"])
    resolve_one(connection=message.connection, about=about(message), now=now)
    _record("outbox.set_aside", message, by, now, why)
    return message


def _refused(
    message: OutboxMessage, by: Actor, act: str, level: Level = Level.STANDARD
) -> OutboxMessage:
    by.require_company(message.company_id)
    by.require(level, act)
    locked = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state != State.REFUSED:
        raise NotOwedError(
            f"“{locked.title}” is {locked.get_state_display().lower()}, not refused; "
            "there is nothing to decide."
        )
    return locked


def _record(action: str, message: OutboxMessage, by: Actor, now: datetime, note: str = "") -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("outbox message", message.pk, message.title),
        after={"connection": message.connection_id, "target": message.target},
        note=note,
    )
