"""Which messages may go now, and taking them so that nobody else does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tieback.connections.models import Connection
from tieback.outbox.gates import open_gates, probe, spend
from tieback.outbox.models import OutboxMessage

State = OutboxMessage.State
# Longer than any one delivery may take; a worker that needs more lost its claim.
LEASE = timedelta(seconds=120)


def due(connection_id: int, now: datetime) -> QuerySet[OutboxMessage]:
    """The head message of every target whose time has come and that nobody works on."""
    earlier = OutboxMessage.objects.filter(
        connection=connection_id,
        target=OuterRef("target"),
        settled_at=None,
        pk__lt=OuterRef("pk"),
    )
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboxMessage.objects.filter(
        free, ~Exists(earlier), connection=connection_id, not_before__lte=now
    ).order_by("not_before", "pk")


def _with_due(now: datetime, busy: Sequence[int]) -> list[int]:
    """Connections that something may be due for: a seek in an index for each."""
    waiting = OutboxMessage.objects.filter(connection=OuterRef("pk"), not_before__lte=now)
    found = Connection.objects.filter(Exists(waiting)).exclude(pk__in=busy).order_by("pk")
    return list(found.values_list("pk", flat=True))


def claim(
    *, worker: str, now: datetime, most: int, busy: Sequence[int] = ()
) -> list[OutboxMessage]:
    """Take up to `most` due messages, spread over connections; another worker never gets the same.

    `busy` are connections of which this worker holds all that it may. A connection whose gate is
    closed gives nothing, and one whose gate is about to open gives one.
    """
    taken: list[OutboxMessage] = []
    # Asked without a transaction: an idle worker must not take SQLite's one write lock.
    if not (ids := _with_due(now, busy)):
        return taken
    with transaction.atomic():
        gates = open_gates(ids, now=now, most=most)
        for number, connection_id in enumerate(gates):
            share = -(-(most - len(taken)) // (len(gates) - number))
            allowed = min(share, gates[connection_id])
            if allowed > 0:
                taken += _take(connection_id, worker, now, allowed)
    return taken


def _take(connection_id: int, worker: str, now: datetime, most: int) -> list[OutboxMessage]:
    heads = due(connection_id, now)
    if database.features.has_select_for_update_skip_locked:
        heads = heads.select_for_update(skip_locked=True, of=("self",))
    chosen = list(heads.select_related("connection")[:most])
    until = now + LEASE
    of_dead = [message.pk for message in chosen if message.leased_until]
    rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in chosen])
    rows.update(leased_by=worker, leased_until=until)
    if of_dead:
        # Whoever had it may have written it, and died before it could say so.
        rows.filter(pk__in=of_dead).update(state=State.UNCERTAIN)
    for message in chosen:
        if message.leased_until:
            message.state = State.UNCERTAIN
        message.leased_by, message.leased_until = worker, until
    if chosen:
        spend(connection_id, len(chosen), now=now)
        probe(connection_id, now=now)
    return chosen
