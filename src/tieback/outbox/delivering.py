"""Deliver one message: look whether it arrived, write it, and settle what came of that.

No call to a remote is made inside a transaction. A message that is found with somebody's lease run
out is uncertain: that worker may have written it and died before it could say so.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tieback.connectors.base import Connector, Metered
from tieback.connectors.errors import (
    ConfigError,
    ConnectorError,
    RecordError,
    TransientError,
    UnsupportedError,
)
from tieback.outbox import gates, settling
from tieback.outbox.back_off import MOST_ATTEMPTS, wait
from tieback.outbox.models import DeliveryAttempt, OutboxMessage

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
State = OutboxMessage.State
Outcome = DeliveryAttempt.Outcome


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who delivers, by which clock and chance."""

    worker: str
    clock: Clock
    chance: Random


def deliver(message: OutboxMessage, connector: Connector, delivery: Delivery) -> str:
    """Deliver a message that this worker has claimed; the state that it is in afterwards.

    Never raises for what the remote did: that is the message's state, an attempt and, where a
    person is needed, a sync issue.
    """
    started = delivery.clock()
    try:
        if message.state == State.UNCERTAIN:
            arrived = connector.written(message.resource, message.payload, key=str(message.key))
            if arrived is not None:
                return _done(message, arrived, connector, delivery, started, Outcome.FOUND)
            settling.note(message, Outcome.LOST, delivery.worker, started, delivery.clock())
        external_id = connector.write(message.resource, message.payload, key=str(message.key))
    except ConnectorError as error:
        return _failed(message, error, connector, delivery, started)
    except Exception:
        log.exception("outbox message %s met an error of ours", message.pk)
        return _failed(message, _ours(), connector, delivery, started)
    return _done(message, external_id, connector, delivery, started, None)


def _ours() -> TransientError:
    return TransientError(
        "Tieback met an error of its own; the server log has more.",
        mend="Tieback tries again by itself.",
        may_have_arrived=True,
    )


def _done(
    message: OutboxMessage,
    external_id: str,
    connector: Connector,
    delivery: Delivery,
    started: datetime,
    outcome: str | None,
) -> str:
    now = delivery.clock()
    _learn(message, connector, now)
    if outcome:
        settling.note(message, outcome, delivery.worker, started, now)
    return settling.done(message, external_id, now)


def _failed(
    message: OutboxMessage,
    error: ConnectorError,
    connector: Connector,
    delivery: Delivery,
    started: datetime,
) -> str:
    now = delivery.clock()
    _learn(message, connector, now)
    if isinstance(error, RecordError | UnsupportedError):
        settling.note(message, Outcome.REFUSED, delivery.worker, started, now, error.message)
        return settling.refused(message, error.message, error.mend, now)
    asked = error.retry_after if isinstance(error, TransientError) else None
    gates.failed(
        message.connection_id, now=now, reason=error.message, asked=asked, chance=delivery.chance
    )
    if message.attempts + 1 >= MOST_ATTEMPTS and not isinstance(error, ConfigError):
        settling.note(message, Outcome.REFUSED, delivery.worker, started, now, error.message)
        gave_up = f"{error.message} Tried {message.attempts + 1} times."
        return settling.refused(message, gave_up, error.mend, now)
    is_open = isinstance(error, TransientError) and error.may_have_arrived
    # Once uncertain, only a look-up makes it certain again: a 429 to that says nothing new.
    uncertain = is_open or message.state == State.UNCERTAIN
    outcome = Outcome.UNCERTAIN if uncertain else Outcome.RETRY
    settling.note(message, outcome, delivery.worker, started, now, error.message)
    pause = wait(message.attempts + 1, asked=asked, chance=delivery.chance)
    return settling.again(message, error, now + pause, is_uncertain=uncertain, now=now)


def _learn(message: OutboxMessage, connector: Connector, now: datetime) -> None:
    if isinstance(connector, Metered):
        gates.learn(message.connection_id, connector.windows(), now=now)
