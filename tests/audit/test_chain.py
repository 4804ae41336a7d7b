from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.audit.forging import TABLE, without_triggers
from tests.concurrency import at_once
from tests.conftest import Cast
from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.chain import Break, breaks
from tieback.audit.models import AuditEvent, AuditHead
from tieback.audit.services import record


def write(by: Actor, now: datetime, **said: Any) -> AuditEvent:
    return record(
        by=by, now=now, **{"action": "job.archive", "target": ("job", 7, "J-7 Bridge"), **said}
    )


def run_behind_the_triggers(*statements: tuple[str, list[object]]) -> None:
    with without_triggers(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)


def test_an_event_says_who_what_when_and_how_it_looked(acme: Cast, now: datetime) -> None:
    written = write(
        acme.admin, now, before={"state": "ready"}, after={"state": "archived"}, note="closed"
    )

    event = AuditEvent.objects.get(pk=written.pk)
    assert {
        "company": event.company,
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "actor_name": event.actor_name,
        "door": event.door,
        "action": event.action,
        "target": (event.target_type, event.target_id, event.target_label),
        "before": event.before,
        "after": event.after,
        "note": event.note,
        "previous_hash": event.previous_hash,
    } == {
        "company": acme.company,
        "seq": 1,
        "at": now,
        "actor": acme.users[Level.ADMIN],
        "actor_name": "Admin of Acme Builders",
        "door": "test",
        "action": "job.archive",
        "target": ("job", "7", "J-7 Bridge"),
        "before": {"state": "ready"},
        "after": {"state": "archived"},
        "note": "closed",
        "previous_hash": "",
    }


def test_a_chain_that_was_only_added_to_holds(acme: Cast, now: datetime) -> None:
    events = [write(acme.admin, now + timedelta(seconds=at)) for at in range(5)]

    assert [e.seq for e in events] == [1, 2, 3, 4, 5]
    assert [e.previous_hash for e in events] == ["", *(e.hash for e in events[:-1])]
    assert list(breaks(acme.company)) == []


def test_a_company_without_events_has_a_whole_chain(acme: Cast) -> None:
    assert list(breaks(acme.company)) == []


def test_each_company_has_a_chain_of_its_own(acme: Cast, rival: Cast, now: datetime) -> None:
    write(acme.admin, now)
    write(rival.admin, now)
    write(acme.admin, now)

    assert AuditHead.objects.get(company=acme.company).seq == 2
    assert AuditHead.objects.get(company=rival.company).seq == 1
    assert list(breaks(acme.company)) == list(breaks(rival.company)) == []


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param({"value": Decimal("12500000.10")}, id="money"),
        pytest.param({"on": datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)}, id="moment"),
        pytest.param({"name": "Brücke 🌉 \u202eשלום"}, id="any script"),
        pytest.param({"b": 1, "a": [True, None, {"z": 1.5}]}, id="nested, keys out of order"),
    ],
)
def test_the_seal_holds_for_what_the_database_gives_back(
    acme: Cast, now: datetime, fact: dict[str, Any]
) -> None:
    write(acme.admin, now, before=fact, after=fact)

    assert list(breaks(acme.company)) == []


def test_the_seal_does_not_depend_on_the_zone_of_the_clock(acme: Cast, now: datetime) -> None:
    write(acme.admin, now.astimezone(timezone(timedelta(hours=-5))))

    assert list(breaks(acme.company)) == []


def test_labels_longer_than_their_column_are_cut_before_they_are_sealed(
    acme: Cast, now: datetime
) -> None:
    write(acme.admin, now, target=("job", 7, "x" * 400))

    assert AuditEvent.objects.get().target_label == "x" * 300
    assert list(breaks(acme.company)) == []


@pytest.mark.parametrize(
    "statement", [f"UPDATE {TABLE} SET note = 'forged'", f"DELETE FROM {TABLE}"]
)
def test_the_database_itself_refuses_to_change_or_delete(
    acme: Cast, now: datetime, statement: str
) -> None:
    write(acme.admin, now, note="true")

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEvent.objects.get().note == "true"


def test_the_models_cannot_change_or_delete_either(acme: Cast, now: datetime) -> None:
    event = write(acme.admin, now, note="true")

    event.note = "forged"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()

    assert AuditEvent.objects.get().note == "true"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00+00:00"),
        ("actor_id", None),
        ("actor_name", "Somebody else"),
        ("door", "api"),
        ("action", "job.restore"),
        ("target_id", "8"),
        ("target_label", "J-8 Tunnel"),
        ("before", '{"state": "linked"}'),
        ("after", '{"state": "linked"}'),
        ("note", "nothing happened"),
    ],
)
def test_every_column_that_is_forged_behind_the_triggers_is_found(
    acme: Cast, now: datetime, column: str, value: object
) -> None:
    for _ in range(3):
        write(acme.admin, now)

    run_behind_the_triggers((f"UPDATE {TABLE} SET {column} = %s WHERE seq = 2", [value]))

    assert list(breaks(acme.company)) == [Break(2, "was changed after it was written")]


def test_an_event_taken_out_of_the_middle_is_found(acme: Cast, now: datetime) -> None:
    for _ in range(3):
        write(acme.admin, now)

    run_behind_the_triggers((f"DELETE FROM {TABLE} WHERE seq = 2", []))

    assert list(breaks(acme.company)) == [
        Break(3, "event 2 is missing"),
        Break(3, "does not follow from the event before it"),
    ]


def test_events_cut_off_the_end_are_found(acme: Cast, now: datetime) -> None:
    for _ in range(3):
        write(acme.admin, now)

    run_behind_the_triggers((f"DELETE FROM {TABLE} WHERE seq = 3", []))

    assert list(breaks(acme.company)) == [Break(2, "the chain ends here, but its head stands at 3")]


def test_a_chain_wiped_out_whole_is_found(acme: Cast, now: datetime) -> None:
    write(acme.admin, now)

    run_behind_the_triggers((f"DELETE FROM {TABLE}", []))

    assert list(breaks(acme.company)) == [Break(0, "the chain ends here, but its head stands at 1")]


def test_two_events_that_changed_places_are_found(acme: Cast, now: datetime) -> None:
    for note in ("first", "second", "third"):
        write(acme.admin, now, note=note)

    run_behind_the_triggers(
        (f"UPDATE {TABLE} SET seq = 99 WHERE seq = 1", []),
        (f"UPDATE {TABLE} SET seq = 1 WHERE seq = 2", []),
        (f"UPDATE {TABLE} SET seq = 2 WHERE seq = 99", []),
    )

    assert {b.seq for b in breaks(acme.company)} == {1, 2, 3}


def test_forging_one_company_leaves_the_other_whole(acme: Cast, rival: Cast, now: datetime) -> None:
    write(acme.admin, now)
    write(rival.admin, now)

    run_behind_the_triggers(
        (f"UPDATE {TABLE} SET note = 'x' WHERE company_id = %s", [acme.company.pk])
    )

    assert [b.seq for b in breaks(acme.company)] == [1]
    assert list(breaks(rival.company)) == []


def test_an_act_that_was_rolled_back_leaves_no_event_and_no_hole(acme: Cast, now: datetime) -> None:
    write(acme.admin, now, note="first")

    with transaction.atomic():
        write(acme.admin, now, note="never happened")
        transaction.set_rollback(True)
    write(acme.admin, now, note="second")

    assert list(AuditEvent.objects.order_by("seq").values_list("seq", "note")) == [
        (1, "first"),
        (2, "second"),
    ]
    assert list(breaks(acme.company)) == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_stand_in_one_line(acme: Cast, now: datetime) -> None:
    admin = acme.admin

    def write_ten() -> list[int]:
        return [write(admin, now).seq for _ in range(10)]

    written = at_once(*[write_ten] * 6)

    assert sorted(seq for seqs in written for seq in seqs) == list(range(1, 61))  # type: ignore[union-attr]
    assert list(breaks(acme.company)) == []


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_in_tests_that_commit(acme: Cast, now: datetime) -> None:
    write(acme.admin, now)

    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.all().delete()
