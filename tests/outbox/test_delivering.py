"""What becomes of one message, whatever the remote does with it."""

from uuid import uuid4

import pytest

from tests.outbox.conftest import Debt
from tieback.connections.models import SyncIssue
from tieback.outbox.claiming import LEASE, claim
from tieback.outbox.delivering import deliver
from tieback.outbox.models import DeliveryAttempt, Gate, OutboxMessage, RateWindow
from tieback.outbox.services import NotOwedError, retry, retry_alike, set_aside
from tieback.outbox.settling import LOST_CLAIM

State = OutboxMessage.State
pytestmark = pytest.mark.django_db


def _tries(message: OutboxMessage) -> list[str]:
    return list(message.tries.values_list("outcome", flat=True))


def _once(debt: Debt, worker: str = "w1") -> list[str]:
    """Claim what is due and deliver it; the states afterwards."""
    taken = claim(worker=worker, now=debt.clock(), most=10)
    return [deliver(one, debt.connector, debt.delivery(worker)) for one in taken]


def _until_settled(debt: Debt, message: OutboxMessage) -> OutboxMessage:
    for _ in range(40):
        _once(debt)
        message.refresh_from_db()
        if message.state in {State.DONE, State.REFUSED}:
            return message
        debt.clock.forward(minutes=40)
    raise AssertionError(f"still {message.state} after 40 rounds: {message.problem}")


def test_a_write_arrives_and_leaves_the_remotes_id(debt: Debt) -> None:
    message = debt.owe(note="hello")

    assert _once(debt) == [State.DONE]

    message.refresh_from_db()
    assert message.external_id == debt.ledger.by_key[str(message.key)]["id"]
    assert (message.attempts, message.leased_by, _tries(message)) == (1, "", [])
    assert debt.ledger.writes[0]["note"] == "hello"


@pytest.mark.parametrize(
    "fault",
    ["429", "500", "503", "500 after", "timeout after", "reset", "reset after", "half after",
     "html after"],
)  # fmt: skip
def test_after_any_passing_fault_it_is_written_once(debt: Debt, fault: str) -> None:
    message = debt.owe()
    debt.ledger.faults = [fault]

    settled = _until_settled(debt, message)

    assert settled.state == State.DONE
    assert len(debt.ledger.writes) == 1
    assert _tries(message)
    assert not SyncIssue.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize("fault", ["timeout after", "reset after", "half after", "html after"])
def test_a_write_whose_answer_was_lost_is_looked_up_not_sent_again(debt: Debt, fault: str) -> None:
    message = debt.owe()
    debt.ledger.faults = [fault]

    assert _once(debt) == [State.UNCERTAIN]
    debt.clock.forward(minutes=1)
    assert _once(debt) == [State.DONE]

    assert _tries(message) == ["uncertain", "found"]
    assert debt.ledger.calls == {"write": 1, "read": 1}


def test_a_wait_that_the_remote_asks_for_is_kept(debt: Debt) -> None:
    debt.owe()
    debt.ledger.faults = ["429"]
    assert _once(debt) == [State.WAITING]

    debt.clock.forward(seconds=0.9)
    assert _once(debt) == []

    debt.clock.forward(seconds=2)
    assert _once(debt) == [State.DONE]


def test_a_refusal_is_an_issue_with_the_remotes_words_and_is_not_tried_again(debt: Debt) -> None:
    message = debt.owe()
    debt.ledger.faults = ["400"]

    assert _once(debt) == [State.REFUSED]
    debt.clock.forward(days=1)
    assert _once(debt) == []

    issue = SyncIssue.objects.get()
    assert "no such cost code" in issue.message
    assert message.title in issue.message
    assert issue.mend
    assert message.tries.get().said in OutboxMessage.objects.get().problem


def test_a_refused_write_that_is_tried_again_closes_its_issue(debt: Debt) -> None:
    message = debt.owe()
    debt.ledger.faults = ["400"]
    _once(debt)
    message.refresh_from_db()

    retry(message=message, by=debt.acme.standard, now=debt.clock())
    assert _once(debt) == [State.DONE]

    assert SyncIssue.objects.get().resolved_at == debt.clock()


def test_all_that_were_refused_alike_are_tried_again_together(debt: Debt) -> None:
    messages = [debt.owe(f"P-{number}") for number in range(3)]
    debt.ledger.faults = ["400", "400", "400"]
    _once(debt)

    again = OutboxMessage.objects.get(pk=messages[0].pk)
    assert retry_alike(message=again, by=debt.acme.standard, now=debt.clock()) == 3
    assert _once(debt) == [State.DONE] * 3


def test_it_is_given_to_a_person_after_many_tries(debt: Debt) -> None:
    message = debt.owe()
    debt.ledger.fault_of = lambda key: "500"

    settled = _until_settled(debt, message)

    assert settled.state == State.REFUSED
    assert "Tried 12 times" in settled.problem
    assert SyncIssue.objects.filter(resolved_at=None).count() == 1


def test_messages_to_one_record_keep_their_order(debt: Debt) -> None:
    first, second = debt.owe("P-1", step=1), debt.owe("P-1", step=2)
    other = debt.owe("P-2", step=1)
    debt.ledger.faults = ["400"]

    _once(debt)

    second.refresh_from_db()
    assert second.state == State.WAITING
    assert OutboxMessage.objects.get(pk=other.pk).state == State.DONE
    first.refresh_from_db()
    set_aside(message=first, by=debt.acme.admin, now=debt.clock(), why="done by hand")
    assert _once(debt) == [State.DONE]
    assert [write["step"] for write in debt.ledger.writes] == [1, 2]


def test_only_what_was_refused_can_be_decided_on(debt: Debt) -> None:
    message = debt.owe()

    with pytest.raises(NotOwedError, match="is waiting, not refused"):
        set_aside(message=message, by=debt.acme.admin, now=debt.clock(), why="")


def test_a_dead_workers_message_is_looked_up_by_the_next(debt: Debt) -> None:
    message = debt.owe()
    [held] = claim(worker="dead", now=debt.clock(), most=1)
    debt.connector.write(held.resource, held.payload, key=str(held.key))
    assert _once(debt) == []

    debt.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert _once(debt) == [State.DONE]

    assert debt.ledger.calls == {"write": 1, "read": 1}
    assert _tries(message) == ["found"]


def test_a_worker_that_comes_back_too_late_changes_nothing(debt: Debt) -> None:
    debt.owe()
    [late] = claim(worker="slow", now=debt.clock(), most=1)
    debt.clock.forward(seconds=LEASE.total_seconds() + 1)
    [held] = claim(worker="w2", now=debt.clock(), most=1)

    assert deliver(late, debt.connector, debt.delivery("slow")) == LOST_CLAIM

    message = OutboxMessage.objects.get()
    assert (message.state, message.leased_by) == (State.UNCERTAIN, "w2")
    assert deliver(held, debt.connector, debt.delivery("w2")) == State.DONE
    assert len(debt.ledger.writes) == 1


def test_a_remote_that_is_down_is_left_alone_and_tried_by_one(debt: Debt) -> None:
    for number in range(6):
        debt.owe(f"P-{number}")
    debt.ledger.fault_of = lambda key: "500"
    for _ in range(4):
        _once(debt)
        debt.clock.forward(seconds=70)
    gate = Gate.objects.get()
    assert gate.failures >= 3
    debt.clock.forward(hours=1)

    before = debt.ledger.calls["write"]
    _once(debt)
    assert debt.ledger.calls["write"] == before + 1

    debt.ledger.fault_of = None
    debt.clock.forward(hours=1)
    _once(debt)
    assert Gate.objects.get().failures == 0


def test_the_remotes_own_budget_is_kept(debt: Debt) -> None:
    for number in range(8):
        debt.owe(f"P-{number}")
    debt.ledger.limit = 5
    taken = claim(worker="w1", now=debt.clock(), most=1)
    deliver(taken[0], debt.connector, debt.delivery())
    assert RateWindow.objects.get().remaining == 4

    assert len(_once(debt)) == 4
    assert _once(debt) == []

    debt.clock.forward(hours=1, seconds=1)
    assert len(_once(debt)) == 3


def test_the_same_key_is_owed_once(debt: Debt) -> None:
    from django.db import IntegrityError, transaction

    message = debt.owe()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=debt.owe("P-2").pk).update(key=message.key)
    assert uuid4() != message.key


def test_attempts_name_the_worker_and_when(debt: Debt) -> None:
    debt.owe()
    debt.ledger.faults = ["500"]
    _once(debt, "w7")

    tried = DeliveryAttempt.objects.get()
    assert (tried.worker, tried.started_at, tried.ended_at) == ("w7", debt.clock(), debt.clock())
    assert "500" in tried.said
