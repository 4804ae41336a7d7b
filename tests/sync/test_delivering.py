"""Several workers on several threads deliver a long queue, while the remote misbehaves."""

from collections import defaultdict
from random import Random
from threading import Event, Thread

import pytest
from django.utils import timezone

from tests.factories import make_connection
from tests.outbox.conftest import Debt, debt
from tests.outbox.remote import FAULTS
from tieback.outbox.models import OutboxMessage
from tieback.outbox.services import owe
from tieback.sync.delivering import Deliverer

State = OutboxMessage.State
__all__ = ["debt"]


def _owe(debt: Debt, number: int, targets: int) -> None:
    for step in range(number):
        debt.clock.at = timezone.now()
        debt.owe(f"P-{step % targets}", step=step)


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_everything_once_and_in_order(debt: Debt) -> None:
    _owe(debt, 60, targets=15)
    stop = Event()
    workers = [
        Deliverer(clock=timezone.now, name=f"w{n}", chance=Random(n), threads=4) for n in range(2)
    ]
    threads = [Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()

    owed = OutboxMessage.objects.exclude(state=State.DONE)
    for _ in range(600):
        if not owed.exists():
            break
        Event().wait(0.05)
    stop.set()
    for thread in threads:
        thread.join(20)

    assert not owed.exists()
    assert len(debt.ledger.writes) == 60
    by_target: dict[str, list[int]] = defaultdict(list)
    for write in debt.ledger.writes:
        by_target[write["target"]].append(write["step"])
    assert all(steps == sorted(steps) for steps in by_target.values())


@pytest.mark.django_db(transaction=True)
def test_faults_of_every_kind_end_in_the_state_of_a_clean_run(debt: Debt) -> None:
    _owe(debt, 40, targets=40)
    chance = Random(7)
    passing = [fault for fault in FAULTS if fault not in {"400", "timeout after"}]
    debt.ledger.faults = [chance.choice([*passing, ""]) for _ in range(60)]

    clock = debt.clock
    clock.at = timezone.now()
    worker = Deliverer(clock=clock, name="w", chance=Random(1), threads=4)
    for _ in range(60):
        worker.drain()
        clock.forward(minutes=1)
    worker.close()

    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.DONE}
    assert sorted(write["step"] for write in debt.ledger.writes) == list(range(40))


@pytest.mark.django_db(transaction=True)
def test_a_dead_remote_does_not_hold_the_others_up(debt: Debt) -> None:
    dead = make_connection(
        debt.acme.company, connector="ledger", settings={"url": "http://127.0.0.1:9", "limit": 9}
    )
    debt.clock.at = timezone.now()
    for number in range(20):
        owe(
            connection=dead,
            resource="project",
            target=f"D-{number}",
            title="D",
            payload={},
            by=debt.acme.admin,
            now=debt.clock(),
        )
    _owe(debt, 20, targets=20)
    worker = Deliverer(clock=debt.clock, name="w", chance=Random(1), threads=4)
    worker.drain()
    worker.close()

    states = OutboxMessage.objects.filter(connection=debt.connection)
    assert set(states.values_list("state", flat=True)) == {State.DONE}
    assert OutboxMessage.objects.filter(connection=dead, state=State.WAITING).count() == 20
