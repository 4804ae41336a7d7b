"""Write down what became of a delivery: the one door out of a claim."""

from datetime import datetime

from django.db import transaction

from tieback.connections.issues import raise_one, resolve_one
from tieback.connectors.errors import ConfigError, ConnectorError
from tieback.outbox import gates
from tieback.outbox.models import DeliveryAttempt, OutboxMessage

State = OutboxMessage.State
# The claim had run out and somebody else has it: what this worker saw counts for nothing.
LOST_CLAIM = "lost claim"


def note(
    message: OutboxMessage,
    outcome: str,
    worker: str,
    started: datetime,
    ended: datetime,
    said: str = "",
) -> None:
    """Keep one try that did not simply succeed."""
    DeliveryAttempt.objects.create(
        message=message,
        worker=worker,
        started_at=started,
        ended_at=ended,
        outcome=outcome,
        said=said,
    )


@transaction.atomic
def done(message: OutboxMessage, external_id: str, now: datetime) -> str:
    """The remote has it."""
    had_trouble = bool(message.attempts or message.problem)
    state = _settle(
        message,
        state=State.DONE,
        settled_at=now,
        not_before=None,
        external_id=external_id,
        attempts=message.attempts + 1,
        problem="",
        mend="",
    )
    if state == State.DONE:
        gates.went_through(message.connection_id)
        if had_trouble or message.state == State.UNCERTAIN:
            resolve_one(connection=message.connection, about=about(message), now=now)
            resolve_one(connection=message.connection, about=_settings_of(message), now=now)
    return state


@transaction.atomic
def refused(message: OutboxMessage, problem: str, mend: str, now: datetime) -> str:
    """The remote will not have it, or nobody can tell: a person decides, told by a sync issue."""
    state = _settle(
        message,
        state=State.REFUSED,
        not_before=None,
        attempts=message.attempts + 1,
        problem=problem,
        mend=mend,
    )
    if state == State.REFUSED:
        raise_one(
            connection=message.connection,
            about=about(message),
            resource=message.resource,
            message=f"“{message.title}” was refused: {problem}",
            mend=mend,
            now=now,
        )
    return state


@transaction.atomic
def again(
    message: OutboxMessage,
    error: ConnectorError,
    not_before: datetime,
    *,
    is_uncertain: bool,
    now: datetime,
) -> str:
    """Try once more, not before a time; what a person has to mend first is a sync issue too."""
    is_settings = isinstance(error, ConfigError)
    state = _settle(
        message,
        state=State.UNCERTAIN if is_uncertain else State.WAITING,
        not_before=not_before,
        # What only settings can mend says nothing against the message.
        attempts=message.attempts + (0 if is_settings else 1),
        problem=error.message,
        mend=error.mend,
    )
    if is_settings and state != LOST_CLAIM:
        raise_one(
            connection=message.connection,
            about=_settings_of(message),
            resource="connection",
            message=error.message,
            mend=error.mend,
            now=now,
        )
    return state


def release(messages: list[OutboxMessage]) -> None:
    """Give claims back that nothing was done with, so that nobody has to wait for them."""
    for message in messages:
        _settle(message, state=message.state)


def about(message: OutboxMessage) -> str:
    """What the sync issue of a message is known by."""
    return f"outbox:{message.pk}"


def _settings_of(message: OutboxMessage) -> str:
    return f"outbox settings:{message.connection_id}"


def _settle(message: OutboxMessage, **fields: object) -> str:
    held = OutboxMessage.objects.filter(
        pk=message.pk, leased_by=message.leased_by, leased_until=message.leased_until
    )
    changed = held.update(leased_by="", leased_until=None, **fields)
    return str(fields["state"]) if changed else LOST_CLAIM
