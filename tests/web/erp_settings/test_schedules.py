"""When things are done by themselves: set by an admin, seen by everybody, refused by field."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_settings.conftest import MakeConnection
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection
from tieback.sync import tasks
from tieback.sync.models import Kind, Schedule, Task
from tieback.sync.seen import show_life
from tieback.sync.worker import do

BASE = "/c/acme/erp/settings/"
MATCHES = f"{BASE}matches/schedule/"
RUNS = "/c/acme/erp/runs/"


def text(answer: object) -> str:
    """The page without its markup's line breaks."""
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def done_once(cast: Cast, connection: Connection) -> Task:
    now = timezone.now()
    tasks.want(kind=Kind.PULL, by=cast.standard, now=now, connection=connection)
    held = tasks.take(worker="host:7:a", now=now)
    assert held
    do(held, lambda: now)
    return Task.objects.get(pk=held.pk)


def test_an_admin_sets_a_refresh_by_minutes(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of()

    answer = admin.post(
        f"{BASE}{connection.pk}/schedule/set/", {"every": "minutes", "minutes": "30"}, follow=True
    )

    kept = Schedule.objects.get()
    assert (kept.kind, kept.connection, kept.minutes) == (Kind.PULL, connection, 30)
    assert answer.redirect_chain[-1][0] == f"{BASE}{connection.pk}/schedule/"
    page = text(answer)
    assert "Refresh from the ERP, Sage: every 30 minutes." in page
    assert kept.next_at
    assert f'datetime="{kept.next_at.astimezone(UTC).isoformat(timespec="seconds")}"' in page
    assert "Admin of Acme Builders" in page
    assert AuditEvent.objects.get().action == "schedule.set"


def test_daily_takes_a_time_and_a_zone_and_is_shown_as_it_was_set(
    admin: Client, acme: Cast
) -> None:
    given = {"every": "day", "at": "06:30", "time_zone": "America/Chicago", "minutes": ""}

    admin.post(f"{MATCHES}set/", given)

    kept = Schedule.objects.get()
    assert (kept.kind, kept.at, kept.time_zone) == (Kind.PROPOSE, time(6, 30), "America/Chicago")
    page = text(admin.get(MATCHES))
    assert 'value="06:30"' in page
    assert 'value="America/Chicago"' in page
    # Somebody has said which zone: the browser's own does not take its place.
    assert "data-zone-here" not in page


@pytest.mark.parametrize(
    ("every", "words"), [("hour", "hourly"), ("never", "never"), ("minutes", "every 45 minutes")]
)
def test_what_is_chosen_counts_and_the_other_fields_are_not_looked_at(
    admin: Client, acme: Cast, every: str, words: str
) -> None:
    given = {"every": every, "minutes": "45", "at": "nonsense", "time_zone": "Mars"}

    admin.post(f"{MATCHES}set/", given)

    assert Schedule.objects.get().words == words


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({}, "every", "How often: choose one."),
        ({"every": "yearly"}, "every", "How often: choose one of those shown."),
        ({"every": "minutes"}, "minutes", "Minutes: write a whole number"),
        ({"every": "minutes", "minutes": "1e3"}, "minutes", "Minutes: write a whole number"),
        ({"every": "minutes", "minutes": "٣"}, "minutes", "Minutes: write a whole number"),
        ({"every": "minutes", "minutes": "0"}, "minutes", "Minutes: choose between 1 and 10,080."),
        ({"every": "minutes", "minutes": "10081"}, "minutes", "between 1 and 10,080."),
        ({"every": "minutes", "minutes": "9" * 400}, "minutes", "Minutes: write a whole number"),
        ({"every": "day", "time_zone": "UTC"}, "at", "Time: “” is no time of day"),
        ({"every": "day", "at": "24:00", "time_zone": "UTC"}, "at", "Time: “24:00” is no"),
        ({"every": "day", "at": "06:00"}, "time_zone", "Time zone: say which"),
        ({"every": "day", "at": "06:00", "time_zone": "Mars"}, "time_zone", "nobody knows “Mars”"),
        (
            {"every": "day", "at": "06:00", "time_zone": "../../etc/passwd"},
            "time_zone",
            "Time zone: nobody knows",
        ),
    ],
)
def test_a_refusal_names_its_field_and_keeps_what_was_typed(
    admin: Client, acme: Cast, given: dict[str, str], field: str, said: str
) -> None:
    answer = admin.post(f"{MATCHES}set/", given)

    page = text(answer)
    assert answer.status_code == 422
    assert f'id="{field}_error" role="alert">' in page
    assert said in page
    assert not Schedule.objects.exists()


def test_what_was_typed_comes_back_as_text(admin: Client, acme: Cast) -> None:
    answer = admin.post(
        f"{MATCHES}set/", {"every": "day", "at": "06:00", "time_zone": '"><script>x</script>'}
    )

    assert "<script>x" not in text(answer)
    assert "&lt;script&gt;x" in text(answer)


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_below_admin_a_schedule_is_seen_and_not_set(
    sign_in: SignIn, acme: Cast, files_of: MakeConnection, level: Level
) -> None:
    connection = files_of()
    client = sign_in(level)

    page = text(client.get(f"{BASE}{connection.pk}/schedule/"))
    refused = client.post(f"{BASE}{connection.pk}/schedule/set/", {"every": "hour"})

    assert "Save schedule" not in page
    assert "Changing it takes Admin" in page
    assert ("Start now" in page) == (level == Level.STANDARD)
    assert refused.status_code == 403
    assert not Schedule.objects.exists()


def test_without_a_level_nothing_is_seen(sign_in: SignIn, acme: Cast) -> None:
    assert sign_in(Level.NONE).get(MATCHES).status_code == 403


def test_another_companys_schedules_are_not_there(admin: Client, rival: Cast) -> None:
    theirs = factories.make_connection(rival.company, name="Secret name")

    for path, given in (("schedule/set/", {"every": "hour"}), ("start/", {})):
        assert admin.post(f"{BASE}{theirs.pk}/{path}", given).status_code == 404
    assert admin.get(f"{BASE}{theirs.pk}/schedule/").status_code == 404
    assert "Secret name" not in text(admin.get(BASE))
    assert not Schedule.objects.exists()
    assert not Task.objects.exists()


def test_settings_say_how_each_went_last_and_that_nobody_is_at_work(
    admin: Client, acme: Cast, files_of: MakeConnection
) -> None:
    good, bad = files_of("Good"), files_of("Bad")
    bad.settings = {"folder": "/nowhere/at/all"}
    bad.save()
    done_once(acme, good)
    failed = done_once(acme, bad)
    assert failed.run

    page = text(admin.get(BASE))
    of_bad = text(admin.get(f"{BASE}{bad.pk}/schedule/"))

    assert "Refresh from the ERP, Good" in page
    assert "Find matches" in page
    assert "Nobody is at work" in page
    assert failed.run.problem.split(".")[0] in of_bad.replace("&quot;", '"')
    now = timezone.now()
    show_life(worker="host:7:a", started_at=now, now=now)
    assert "Nobody is at work" not in text(admin.get(BASE))


def test_the_list_of_schedules_costs_the_same_for_one_connection_and_for_many(
    admin: Client, acme: Cast, files_of: MakeConnection
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as caught:
            assert admin.get(BASE).status_code == 200
        return len(caught)

    done_once(acme, files_of("One"))
    few = queries()
    for number in range(4):
        done_once(acme, files_of(f"More {number}"))

    assert queries() == few


def test_start_now_puts_the_work_in_line_once(
    sign_in: SignIn, acme: Cast, files_of: MakeConnection
) -> None:
    connection = files_of()
    client = sign_in(Level.STANDARD)

    for _ in range(2):
        answer = client.post(f"{BASE}{connection.pk}/start/", follow=True)
    client.post(f"{BASE}matches/start/")

    assert answer.redirect_chain[-1][0] == RUNS
    assert "it waits, for no worker is at work now" in text(answer)
    found = Task.objects.order_by("pk").values_list("kind", "connection", "wanted_by_name")
    name = "Standard of Acme Builders"
    assert list(found) == [("pull", connection.pk, name), ("propose", None, name)]


def test_start_now_brings_forward_what_waits_for_later(
    admin: Client, acme: Cast, files_of: MakeConnection
) -> None:
    connection = files_of()
    later = timezone.now() + timedelta(hours=1)
    task = tasks.want(kind=Kind.PULL, by=acme.admin, now=later, connection=connection)

    admin.post(f"{BASE}{connection.pk}/start/")

    task.refresh_from_db()
    assert task.due_at
    assert task.due_at < later


def test_starting_takes_standard(sign_in: SignIn, acme: Cast, files_of: MakeConnection) -> None:
    reader = sign_in(Level.READ_ONLY)

    assert reader.post(f"{BASE}{files_of().pk}/start/").status_code == 403
    assert reader.post(f"{BASE}matches/start/").status_code == 403
    assert not Task.objects.exists()


def held(cast: Cast, connection: Connection, now: datetime) -> Task:
    tasks.want(kind=Kind.PULL, by=cast.standard, now=now, connection=connection)
    found = tasks.take(worker="host:7:a", now=now)
    assert found
    return found


def test_runs_show_who_has_the_work_since_when_and_how_often_it_was_started(
    reader: Client, acme: Cast, files_of: MakeConnection
) -> None:
    held(acme, files_of(), timezone.now())

    page = text(reader.get(RUNS))

    for words in ("Work in line", "At work", "host:7", "once", "Standard of Acme Builders"):
        assert words in page
    assert 'hx-get="/c/acme/erp/runs/tasks/"' in page
    assert "Start now" not in page


def test_runs_show_that_a_worker_died(admin: Client, acme: Cast, files_of: MakeConnection) -> None:
    held(acme, files_of(), timezone.now() - tasks.LEASE - timedelta(seconds=1))

    page = text(admin.get(f"{RUNS}tasks/"))

    assert "Worker died" in page
    assert "The next free worker takes it over" in page


def test_runs_keep_what_was_given_up_until_it_is_asked_for_again(
    admin: Client, acme: Cast, files_of: MakeConnection
) -> None:
    connection = files_of()
    task = held(acme, connection, timezone.now())
    tasks.failed(task=task, now=timezone.now(), problem="Its worker died 5 times.")

    page = text(admin.get(RUNS))
    admin.post(f"{BASE}{connection.pk}/start/")

    assert "Its worker died 5 times." in page
    assert "hx-trigger" not in page.split('id="tasks"')[1].split(">")[0]
    assert "Its worker died 5 times." not in text(admin.get(RUNS))


def test_runs_show_nobody_elses_work(admin: Client, rival: Cast) -> None:
    held(rival, factories.make_connection(rival.company, name="Secret"), timezone.now())

    assert "Secret" not in text(admin.get(RUNS))
    assert "Work in line" not in text(admin.get(RUNS))
