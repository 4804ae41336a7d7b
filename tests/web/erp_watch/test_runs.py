"""Runs: what each met, in words; a live one asks again and stops when it is done."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tieback.connections.models import Connection, SyncRun

COUNTS = {
    "job": {"read": 1405, "added": 1399, "changed": 2, "unchanged": 1, "refused": 3},
    "cost_code": {"read": 0, "unchanged": 64_000},
}


@pytest.fixture
def sage(acme: Cast) -> Connection:
    return factories.make_connection(acme.company, name="Sage")


def alive(connection: Connection, *, silent: int = 0, **said: object) -> SyncRun:
    """A run under way that said something `silent` seconds ago."""
    now = timezone.now()
    return factories.make_run(
        connection,
        status=SyncRun.Status.RUNNING,
        finished_at=None,
        started_at=now - timedelta(seconds=silent + 5),
        heartbeat_at=now - timedelta(seconds=silent),
        **said,
    )


def test_the_list_says_who_when_what_and_how_fast(
    reader: Client, sage: Connection, now: datetime
) -> None:
    factories.make_run(
        sage,
        status="with_issues",
        started_by="Ann",
        started_at=now - timedelta(seconds=200),
        finished_at=now,
        counts=COUNTS,
    )

    page = reader.get("/c/acme/erp/runs/").content.decode()

    for words in ("Sage", "Ann", "Done, with issues", "3 min 20 s", "64,000 cost codes"):
        assert words in page
    assert "1,405 jobs, <b>1,399</b> new, <b>2</b> changed" in page


def test_a_failed_run_says_why(reader: Client, sage: Connection) -> None:
    run = factories.make_run(sage, status="failed", problem="/srv/erp is not there.")

    pages = [reader.get(f"/c/acme/erp/runs/{end}").content.decode() for end in ("", f"{run.pk}/")]

    assert all("/srv/erp is not there." in page for page in pages)


def test_a_run_that_is_alive_is_asked_again(reader: Client, sage: Connection) -> None:
    factories.make_run(sage, counts={"job": {"read": 1500}})
    run = alive(sage, counts={"job": {"read": 1000}})

    page = reader.get(f"/c/acme/erp/runs/{run.pk}/").content.decode()

    assert f'hx-get="/c/acme/erp/runs/{run.pk}/progress/"' in page
    assert 'role="status"' in page
    assert "Reading jobs: 1,000 of about 1,500 rows so far." in page
    assert 'max="1500" value="1000"' in page


@pytest.mark.parametrize("status", ["done", "with_issues", "failed", "interrupted"])
def test_a_run_that_has_ended_is_not_asked_again(
    reader: Client, sage: Connection, status: str
) -> None:
    run = factories.make_run(sage, status=status, counts=COUNTS)

    answer = reader.get(f"/c/acme/erp/runs/{run.pk}/progress/").content.decode()

    assert "hx-get" not in answer
    assert 'hx-swap-oob="innerHTML:#run-says"' in answer


def test_a_run_whose_process_died_is_shown_as_interrupted(reader: Client, sage: Connection) -> None:
    run = alive(sage, silent=61)

    page = reader.get(f"/c/acme/erp/runs/{run.pk}/").content.decode()

    assert "Interrupted" in page
    assert "its process stopped. What it had read is kept; refresh again." in page
    assert "hx-get" not in page


def test_a_run_leads_to_the_issues_that_it_met(reader: Client, sage: Connection) -> None:
    run = factories.make_run(sage, status="with_issues", counts=COUNTS)
    factories.make_issue(run)

    page = reader.get(f"/c/acme/erp/runs/{run.pk}/").content.decode()

    assert f'href="/c/acme/erp/issues/?run={run.pk}&amp;resource=job"' in page
    assert "1 issue to mend" in page


def test_without_runs_the_screen_says_what_to_do(reader: Client, acme: Cast) -> None:
    without = reader.get("/c/acme/erp/runs/").content.decode()
    factories.make_connection(acme.company)
    waiting = reader.get("/c/acme/erp/runs/").content.decode()

    assert "There is no connection yet that could be read." in without
    assert "Start the first with “Refresh ERP project list”" in waiting
