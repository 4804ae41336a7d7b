"""A whole worker: what is owed and what is due is done while it runs, and it stops when told to."""

import time
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.outbox.conftest import Debt, debt
from tieback.outbox.models import OutboxMessage
from tieback.proposing.models import Proposal
from tieback.sync.models import Kind, Task
from tieback.sync.tasks import want
from tieback.sync.worker import Worker

__all__ = ["debt"]


def _until(there: Callable[[], bool]) -> None:
    for _ in range(400):
        if there():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@pytest.mark.django_db(transaction=True)
def test_a_worker_delivers_and_does_tasks_and_stops(debt: Debt) -> None:
    debt.clock.at = timezone.now()
    message = debt.owe()
    want(kind=Kind.PROPOSE, by=debt.acme.admin, now=debt.clock())
    worker = Worker(clock=timezone.now, task_threads=1, delivery_threads=2)

    worker.start()
    _until(lambda: not OutboxMessage.objects.exclude(state=OutboxMessage.State.DONE).exists())
    _until(lambda: not Task.objects.exclude(state=Task.State.DONE).exists())
    worker.stop()

    assert str(message.key) in debt.ledger.by_key
    assert Proposal.objects.get().status == Proposal.Status.DONE
    assert not any(thread.is_alive() for thread in worker._threads)
