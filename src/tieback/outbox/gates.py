"""How fast each remote may be written to: one budget for all workers, learnt from its headers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from tieback.connectors.base import Window
from tieback.outbox.back_off import CLOSES_AFTER, wait
from tieback.outbox.models import Gate, RateWindow

# While one message tries whether a remote is back, for so long nobody else does.
PROBE = timedelta(seconds=60)


def open_gates(connection_ids: Sequence[int], *, now: datetime, most: int) -> dict[int, int]:
    """Connection → how many messages it may be sent now; those that may get none are left out.

    Call it inside a transaction: what it read stays so until that ends.
    """
    allowed = dict.fromkeys(connection_ids, most)
    for gate in Gate.objects.filter(connection__in=connection_ids).select_for_update():
        allowed[gate.connection_id] = _through(gate, now, most)
    for window in RateWindow.objects.filter(connection__in=connection_ids).select_for_update():
        left = window.limit if window.resets_at <= now else window.remaining
        allowed[window.connection_id] = min(allowed[window.connection_id], left)
    return {connection_id: number for connection_id, number in allowed.items() if number > 0}


def spend(connection_id: int, number: int, *, now: datetime) -> None:
    """Take calls from every window of a connection, in the transaction that claims them."""
    for window in RateWindow.objects.filter(connection=connection_id):
        if window.resets_at <= now:
            window.remaining = window.limit
            window.resets_at = now + timedelta(seconds=window.seconds)
        window.remaining = max(window.remaining - number, 0)
        window.save(update_fields=["remaining", "resets_at"])


def probe(connection_id: int, *, now: datetime) -> None:
    """Say that one message tries a closed gate, so that no other worker does at the same time."""
    Gate.objects.filter(connection=connection_id, failures__gte=CLOSES_AFTER).update(
        closed_until=now + PROBE
    )


def learn(connection_id: int, windows: Sequence[Window], *, now: datetime) -> None:
    """Keep what the remote said of its limits; what others took meanwhile stays taken."""
    for said in windows:
        resets_at = now + timedelta(seconds=said.resets_in)
        held = RateWindow.objects.filter(connection=connection_id, seconds=said.seconds)
        known = held.first()
        remaining = min(said.remaining, said.limit)
        if known and known.resets_at > now:
            remaining = min(remaining, known.remaining)
        RateWindow.objects.update_or_create(
            connection_id=connection_id,
            seconds=said.seconds,
            defaults={"limit": said.limit, "remaining": remaining, "resets_at": resets_at},
        )


def went_through(connection_id: int) -> None:
    """The remote took something: the gate stands open."""
    Gate.objects.filter(connection=connection_id).exclude(failures=0, closed_until=None).update(
        failures=0, closed_until=None, reason=""
    )


def failed(
    connection_id: int, *, now: datetime, reason: str, asked: float | None, chance: Random
) -> None:
    """The remote was not to be had: after some times in a row, or when it asks, leave it alone."""
    gate, _ = Gate.objects.select_for_update().get_or_create(connection_id=connection_id)
    gate.failures += 1
    gate.reason = reason
    if asked is not None:
        gate.closed_until = now + timedelta(seconds=asked)
    elif gate.failures >= CLOSES_AFTER:
        gate.closed_until = now + wait(gate.failures - CLOSES_AFTER + 1, asked=None, chance=chance)
    gate.save(update_fields=["failures", "closed_until", "reason"])


def _through(gate: Gate, now: datetime, most: int) -> int:
    if gate.closed_until and gate.closed_until > now:
        return 0
    return 1 if gate.failures >= CLOSES_AFTER else most
