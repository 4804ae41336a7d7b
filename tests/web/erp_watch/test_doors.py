"""Who may open which watching screen, what belongs to others, and what a list costs."""

from datetime import datetime

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.models import Connection
from tieback.staging.models import Job

BASE = "/c/acme/erp/"
LISTS = [
    "cost-codes/",
    "sub-jobs/",
    "vendors/",
    "issues/",
    "issues/download/",
    "runs/",
    "activity/",
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD, Level.ADMIN])
def test_lists_are_open_from_read_only_on(sign_in: SignIn, path: str, level: Level) -> None:
    assert sign_in(level).get(BASE + path).status_code == 200


@pytest.mark.parametrize("path", [*LISTS, "runs/1/", "runs/1/progress/", "activity/1/"])
def test_a_member_without_a_level_is_refused(sign_in: SignIn, path: str) -> None:
    assert sign_in(Level.NONE).get(BASE + path).status_code == 403


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_verifying_the_chain_takes_admin(sign_in: SignIn, level: Level) -> None:
    assert sign_in(level).get(f"{BASE}activity/chain/").status_code == 403


@pytest.mark.parametrize("path", [*LISTS, "activity/chain/"])
def test_nothing_is_changed_through_a_watching_screen(admin: Client, path: str) -> None:
    assert admin.post(BASE + path).status_code == 405


@pytest.mark.parametrize("path", LISTS)
def test_another_companys_screens_are_not_there(admin: Client, rival: Cast, path: str) -> None:
    assert admin.get(f"/c/rival/erp/{path}").status_code == 404


def fill(connection: Connection, job: Job, now: datetime, times: int) -> None:
    for number in range(times):
        factories.make_job_cost_code(job, f"03-{connection.pk}{number}", name="Theirs")
        factories.make_job_sub_job(job, f"S{number}", name="Theirs")
        factories.make_erp_vendor(connection, name="Theirs")
        factories.make_issue(factories.make_run(connection), message="Theirs")


def test_lists_hold_nothing_of_another_company(admin: Client, rival: Cast, now: datetime) -> None:
    connection = factories.make_connection(rival.company, name="Theirs")
    fill(connection, factories.make_job(connection, name="Theirs"), now, 1)
    record(by=rival.admin, now=now, action="job.archive", target=("job", 1, "Theirs"))

    pages = [admin.get(BASE + path).content.decode() for path in LISTS]

    assert not [page for page in pages if "Theirs" in page]


def test_runs_and_events_of_another_company_are_not_there(
    admin: Client, rival: Cast, now: datetime
) -> None:
    run = factories.make_run(factories.make_connection(rival.company))
    event = record(by=rival.admin, now=now, action="job.archive", target=("job", 1, "Theirs"))
    paths = [f"runs/{run.pk}/", f"runs/{run.pk}/progress/", f"activity/{event.seq}/"]

    # The refused tries are events of Acme's own, so the event is asked for first.
    answers = [admin.get(BASE + path).status_code for path in reversed(paths)]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize("path", LISTS[:-1])
def test_filters_by_another_companys_connection_find_nothing(
    admin: Client, rival: Cast, path: str
) -> None:
    connection = factories.make_connection(rival.company)
    run = factories.make_run(connection)
    factories.make_issue(run, message="Theirs")

    answer = admin.get(f"{BASE}{path}?connection={connection.pk}&run={run.pk}")

    assert (answer.status_code, "Theirs" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "connection=x&run=-1&resource=invoice&page=x&size=7&before=x&after=9e9",
        "connection=99999999999999999999&run=99999999999999999999&before=99999999999999999999",
        "since=yesterday&until=2026-13-45&q=%01&who=x&action=x&type=x",
        "since=0001-01-01&until=9999-12-31&page=99999999999999999999",
        "q=%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E%25_",
        "connection=%D9%A3",
    ],
)
def test_nonsense_in_an_address_is_shrugged_off(admin: Client, path: str, query: str) -> None:
    answer = admin.get(f"{BASE}{path}?{query}")

    assert (answer.status_code, "<script>alert" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(
    admin: Client, acme: Cast, now: datetime, path: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as caught:
            assert admin.get(BASE + path).status_code == 200
        return len(caught)

    def grow(jobs: int) -> None:
        for _ in range(jobs):
            job = factories.make_job(connection, state="linked")
            project = factories.make_project(acme.company)
            link = factories.make_link(job, project)
            fill(connection, job, now, 2)
            for kind, pk in (("job", job.pk), ("project", project.pk), ("link", link.pk)):
                record(by=acme.admin, now=now, action="x.y", target=(kind, pk, "Something"))

    connection = factories.make_connection(acme.company)
    grow(1)
    few = queries()
    grow(5)

    assert queries() == few
