"""Nobody delivers what another delivers, whatever the order in which they come."""

import pytest

from tests.concurrency import at_once
from tests.outbox.conftest import Debt
from tieback.outbox.claiming import claim


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_the_messages_out(debt: Debt) -> None:
    for number in range(40):
        debt.owe(f"P-{number % 20}")

    results = at_once(
        *(lambda name=f"w{n}": claim(worker=name, now=debt.clock(), most=12) for n in range(4))
    )

    taken: list[int] = []
    for result in results:
        assert not isinstance(result, Exception), result
        taken += [message.pk for message in result]
    assert len(taken) == len(set(taken))
    assert len(taken) == 20


@pytest.mark.django_db
def test_connections_get_their_share_however_long_one_queue_is(debt: Debt) -> None:
    from tests.factories import make_connection
    from tieback.outbox.services import owe

    for number in range(50):
        debt.owe(f"P-{number}")
    other = make_connection(
        debt.acme.company, connector="ledger", settings=debt.connection.settings
    )
    for number in range(3):
        owe(
            connection=other,
            resource="project",
            target=f"Q-{number}",
            title="Q",
            payload={},
            by=debt.acme.admin,
            now=debt.clock(),
        )

    taken = claim(worker="w1", now=debt.clock(), most=10)

    assert sum(message.connection_id == other.pk for message in taken) == 3
    assert len(taken) >= 8


@pytest.mark.django_db
def test_a_connection_that_is_busy_gives_nothing(debt: Debt) -> None:
    debt.owe()

    assert claim(worker="w1", now=debt.clock(), most=5, busy=[debt.connection.pk]) == []
