"""A worker that is killed at any step: nothing lost, nothing twice, and somebody else goes on."""

import pytest

from tests.kill import killed_at
from tests.outbox.conftest import Debt
from tieback.outbox.claiming import LEASE, claim
from tieback.outbox.delivering import deliver
from tieback.outbox.models import OutboxMessage

State = OutboxMessage.State


def _round(debt: Debt, worker: str) -> None:
    for message in claim(worker=worker, now=debt.clock(), most=2):
        deliver(message, debt.connector, debt.delivery(worker))


@pytest.mark.django_db(transaction=True)
def test_killed_before_any_statement_a_message_is_still_delivered_once(debt: Debt) -> None:
    step = 0
    while True:
        step += 1
        message = debt.owe(f"P-{step}")
        was_killed = killed_at(step, lambda n=step: _round(debt, f"w{n}"))
        debt.clock.forward(seconds=LEASE.total_seconds() + 1)
        _round(debt, f"next{step}")

        message.refresh_from_db()
        assert message.state == State.DONE, f"killed before statement {step}"
        written = [write for write in debt.ledger.writes if write["key"] == str(message.key)]
        assert len(written) == 1, f"killed before statement {step}"
        if not was_killed:
            break
    assert step > 5
