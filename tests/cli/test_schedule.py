"""Schedules from the command line: set, listed, refused in words that name the option."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.audit.models import AuditEvent
from tieback.sync import tasks
from tieback.sync.models import Kind, Schedule
from tieback.sync.seen import show_life
from tieback.sync.worker import do

pytestmark = pytest.mark.django_db


def test_a_refresh_by_minutes_is_set_and_listed(tieback: Run, site: Site) -> None:
    answer = tieback("schedule", "set", "pull", "--every", "30")

    assert (answer.exit_code, answer.stdout) == (
        0,
        "Refresh from the ERP, Books: every 30 minutes.\n",
    )
    kept = Schedule.objects.get()
    assert (kept.connection, kept.minutes) == (site.connection, 30)
    assert kept.next_at
    assert timedelta(minutes=29) < kept.next_at - datetime.now(UTC) <= timedelta(minutes=30)
    assert AuditEvent.objects.get().action == "schedule.set"
    assert "Books\tevery 30 minutes\t" in tieback("schedule", "list").stdout


def test_daily_is_a_time_of_day_in_a_zone(tieback: Run, site: Site) -> None:
    tieback("schedule", "set", "propose", "--daily", "06:30", "--zone", "America/Chicago")

    kept = Schedule.objects.get()

    assert (kept.kind, kept.connection, kept.at) == (Kind.PROPOSE, None, time(6, 30))
    assert kept.next_at
    assert kept.next_at.minute == 30
    assert kept.next_at.astimezone(UTC).hour in {11, 12}


def test_hourly_and_never(tieback: Run, site: Site) -> None:
    tieback("schedule", "set", "pull", "--hourly")
    assert Schedule.objects.get().words == "hourly"

    tieback("schedule", "set", "pull", "--never")

    assert (Schedule.objects.get().words, Schedule.objects.get().next_at) == ("never", None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "0"), "--every"),
        (("--every", "10081"), "10,080"),
        (("--daily", "25:00"), "--daily"),
        (("--daily", "06:00", "--zone", "Mars/Olympus"), "--zone"),
        (("--daily", "06:00", "--zone", "../../etc/passwd"), "--zone"),
        ((), "exactly one of"),
        (("--never", "--hourly"), "exactly one of"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_option(
    tieback: Run, site: Site, words: tuple[str, ...], said: str
) -> None:
    answer = tieback("schedule", "set", "propose", *words)

    assert (answer.exit_code, said in answer.stderr) == (2, True)
    assert not Schedule.objects.exists()


def test_setting_takes_admin_and_seeing_takes_read_only(tieback: Run, site: Site) -> None:
    refused = tieback("schedule", "set", "pull", "--hourly", "--as", "standard@acme.example")

    assert (refused.exit_code, "you need Admin" in refused.stderr) == (1, True)
    assert not Schedule.objects.exists()
    assert tieback("schedule", "list", "--as", "read_only@acme.example").exit_code == 0


def test_one_of_several_connections_has_to_be_named(tieback: Run, acme: Cast, site: Site) -> None:
    factories.make_connection(acme.company, name="Second")

    refused = tieback("schedule", "set", "pull", "--hourly")
    tieback("schedule", "set", "pull", "--hourly", "--connection", "Second")

    assert (refused.exit_code, "several connections" in refused.stderr) == (1, True)
    assert str(Schedule.objects.get().connection) == "Second"


def test_the_list_says_how_it_went_last_and_whether_anybody_would_do_it(
    tieback: Run, acme: Cast, site: Site
) -> None:
    now = datetime.now(UTC)
    tasks.want(kind=Kind.PULL, by=acme.standard, now=now, connection=site.connection)
    held = tasks.take(worker="host:1:a", now=now)
    assert held
    do(held, lambda: now)
    alone = tieback("schedule", "list")
    show_life(worker="host:1:a", started_at=now, now=now)

    found = json.loads(tieback("schedule", "list", "--json").stdout)

    assert "No worker is at work" in alone.stderr
    assert found["workers"] == 1
    refresh = found["schedules"][0]
    assert (refresh["every"], refresh["open"]) == ("never", None)
    assert (refresh["last"]["status"], refresh["last"]["wanted_by"]) == (
        "failed",
        "Standard of Acme Builders",
    )
    assert refresh["last"]["problem"] != ""
    assert "No worker" not in tieback("schedule", "list").stderr
