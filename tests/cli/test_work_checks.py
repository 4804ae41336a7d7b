"""The doctor and the engine: who is at work, what is stuck, what remote does not answer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.connections.models import Connection
from tieback.outbox.models import Gate, OutboxMessage
from tieback.outbox.services import owe
from tieback.sync import tasks
from tieback.sync.models import Kind
from tieback.sync.schedules import every_minutes, set_schedule
from tieback.sync.seen import SILENCE, show_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(tieback: Run) -> Any:
    def finding(about: str) -> dict[str, Any]:
        document = json.loads(tieback("doctor", "--json").stdout)
        (found,) = [one for one in document["findings"] if one["about"] == about]
        return dict(found)

    return finding


def owed(
    acme: Cast, connection: Connection, target: str = "P-1", minutes: int = 0
) -> OutboxMessage:
    return owe(
        connection=connection,
        resource="project",
        target=target,
        title=f"Write {target}",
        payload={},
        by=acme.admin,
        now=timezone.now() - timedelta(minutes=minutes),
    )


def test_nobody_at_work_is_missed_only_where_something_waits(
    finding: Any, acme: Cast, site: Site
) -> None:
    quiet = finding("workers")
    now = timezone.now()
    set_schedule(kind=Kind.PROPOSE, fields=every_minutes(5), by=acme.admin, now=now)
    missed = finding("workers")
    show_life(worker="host:1:a", started_at=now, now=now - SILENCE - timedelta(seconds=5))
    silent = finding("workers")

    show_life(worker="host:1:a", started_at=now, now=now)

    assert quiet["is_ok"]
    assert (missed["is_ok"], "1 schedules" in missed["found"]) == (False, True)
    assert "tieback worker" in missed["mend"]
    assert not silent["is_ok"]
    assert finding("workers")["found"] == "1 at work, on host"


def test_a_task_that_nobody_took_up_is_stuck_after_five_minutes(
    finding: Any, acme: Cast, site: Site
) -> None:
    now = timezone.now()
    ago = now - timedelta(minutes=6)
    task = tasks.want(kind=Kind.PULL, by=acme.admin, now=ago, connection=site.connection)
    stuck = finding("tasks")
    tasks.take(worker="host:1:a", now=now)

    assert (stuck["is_ok"], str(task) in stuck["found"]) == (False, True)
    # However long it takes: its worker lives.
    assert finding("tasks")["is_ok"]


def test_a_task_of_a_moment_ago_is_not_stuck(finding: Any, acme: Cast, site: Site) -> None:
    tasks.want(kind=Kind.PULL, by=acme.admin, now=timezone.now(), connection=site.connection)

    assert finding("tasks") == {
        "about": "tasks",
        "is_ok": True,
        "found": "1 in line, none of them stuck",
        "mend": "",
    }


def test_writes_that_did_not_go_are_found(finding: Any, acme: Cast, site: Site) -> None:
    owed(acme, site.connection, minutes=1)
    fresh = finding("outbox")
    owed(acme, site.connection, "P-2", minutes=7)

    late = finding("outbox")

    assert fresh["is_ok"]
    assert (late["is_ok"], late["found"].startswith("1 writes are due since")) == (False, True)


def test_a_refused_write_waits_for_a_person_and_so_does_what_stands_behind_it(
    finding: Any, acme: Cast, site: Site
) -> None:
    refused = owed(acme, site.connection, minutes=9)
    owed(acme, site.connection, minutes=8)
    OutboxMessage.objects.filter(pk=refused.pk).update(
        state="refused", not_before=None, problem="The name is too long."
    )

    found = finding("outbox")

    assert found["is_ok"]
    assert found["found"] == "no write is late; 1 refused, which people decide on under Issues"


def test_a_remote_that_does_not_answer_is_named_with_its_reason(
    finding: Any, acme: Cast, site: Site
) -> None:
    owed(acme, site.connection, minutes=9)
    until = timezone.now() + timedelta(minutes=3)
    Gate.objects.create(
        connection=site.connection, failures=6, closed_until=until, reason="It answered 503."
    )

    found = finding("remotes")

    assert not found["is_ok"]
    assert "“Books” until" in found["found"]
    assert "after 6 failures: It answered 503." in found["found"]
    # Said once: its writes are late for this very reason.
    assert finding("outbox")["is_ok"]
