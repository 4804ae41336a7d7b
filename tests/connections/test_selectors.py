"""How connections, runs and issues are read."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import factories
from tests.conftest import Cast
from tieback.connections import selectors
from tieback.connections.models import SyncRun

COUNTS = {"read": 90, "added": 80, "changed": 0, "unchanged": 0, "refused": 10}


def test_health_has_the_last_run_and_the_open_issues(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    connection = factories.make_connection(acme.company, name="Sage")
    factories.make_run(connection, started_at=now - timedelta(days=2))
    last = factories.make_run(connection, started_at=now - timedelta(days=1))
    factories.make_issue(last)
    factories.make_issue(last, resolved_at=now)
    factories.make_issue(factories.make_run(factories.make_connection(rival.company)))

    [health] = selectors.healths(acme.company, now=now)

    assert (health.connection, health.open_issues, health.kind) == (
        connection,
        1,
        "CSV and Excel files",
    )
    assert health.last is not None
    assert health.last.run == last


def test_a_connection_whose_connector_is_gone_is_listed_all_the_same(
    acme: Cast, now: datetime
) -> None:
    factories.make_connection(acme.company, connector="abandoned")

    [health] = selectors.healths(acme.company, now=now)

    assert (health.kind, health.last) == ("", None)


@pytest.mark.parametrize("connections", [1, 6])
def test_health_costs_the_same_for_one_connection_and_for_many(
    acme: Cast,
    now: datetime,
    connections: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(connections):
        factories.make_issue(factories.make_run(factories.make_connection(acme.company)))

    with django_assert_num_queries(2):
        selectors.healths(acme.company, now=now)
    with django_assert_num_queries(3):
        selectors.health(acme.company, now=now)


def test_a_run_reports_its_span_and_its_rate(acme: Cast, now: datetime) -> None:
    run = factories.make_run(
        factories.make_connection(acme.company),
        started_at=now - timedelta(seconds=3),
        finished_at=now,
        counts={"job": COUNTS},
    )

    report = selectors.report(run, now=now + timedelta(hours=1))

    assert (report.seconds, report.rate, report.is_alive) == (3.0, 30.0, False)
    assert [(tally.resource, tally.met) for tally in report.tallies] == [("job", 90)]


@pytest.mark.parametrize(("silent", "status"), [(59, "running"), (61, "interrupted")])
def test_a_run_that_fell_silent_is_shown_as_interrupted(
    acme: Cast, now: datetime, silent: int, status: str
) -> None:
    run = factories.make_run(
        factories.make_connection(acme.company),
        status=SyncRun.Status.RUNNING,
        finished_at=None,
        heartbeat_at=now - timedelta(seconds=silent),
    )

    assert selectors.report(run, now=now).status == status


def test_a_run_expects_what_the_last_complete_one_met(acme: Cast, now: datetime) -> None:
    connection = factories.make_connection(acme.company)
    factories.make_run(connection, started_at=now - timedelta(days=3), counts={"job": COUNTS})
    unchanged = {"job": {"read": 0, "unchanged": 95}}
    before = factories.make_run(connection, started_at=now - timedelta(days=2), counts=unchanged)
    factories.make_run(connection, status="failed", started_at=now - timedelta(days=1))
    run = factories.make_run(connection, started_at=now, counts={"job": {"read": 40}})

    found = selectors.run_before(run)
    report = selectors.report(run, now=now, before=found)

    assert found == before
    assert (report.tallies[0].met, report.tallies[0].expected) == (40, 95)


def test_issues_are_narrowed_by_every_filter(acme: Cast, rival: Cast, now: datetime) -> None:
    run = factories.make_run(factories.make_connection(acme.company))
    other_run = factories.make_run(factories.make_connection(acme.company))
    wanted = factories.make_issue(run, source="jobs.csv", column="Start Date", message="Bad date")
    factories.make_issue(run, source="jobs.csv", message="Bad amount")
    factories.make_issue(run, resource="vendor", column="Start Date", message="Bad date")
    factories.make_issue(other_run, column="Start Date", message="Bad date")
    factories.make_issue(run, column="Start Date", message="Bad date", resolved_at=now)
    factories.make_issue(factories.make_run(factories.make_connection(rival.company)))

    found = selectors.issues(
        acme.company,
        connection_id=run.connection_id,
        run_id=run.pk,
        resource="job",
        query="JOBS date start",
    )

    assert list(found) == [wanted]
    assert selectors.issue_counts(acme.company) == (4, 1)
