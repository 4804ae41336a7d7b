"""Runs, issues, activity and the ERP's records before a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Open, complaints_by_path
from tests.conftest import Cast
from tieback.audit.services import record
from tieback.connections.models import SyncRun
from tieback.web.erp import activity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = "/c/acme/erp/"


@pytest.fixture
def alive(acme: Cast) -> SyncRun:
    """A run under way."""
    now = timezone.now()
    return factories.make_run(
        factories.make_connection(acme.company, name="Sage"),
        status=SyncRun.Status.RUNNING,
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
        counts={"job": {"read": 1000}},
    )


def finish(run: SyncRun, **said: object) -> None:
    SyncRun.objects.filter(pk=run.pk).update(
        **{"status": "done", "finished_at": timezone.now(), **said}
    )


def test_a_run_is_followed_to_its_end_and_then_left_alone(open_page: Open, alive: SyncRun) -> None:
    page = open_page(f"{BASE}runs/{alive.pk}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    expect(page.get_by_role("status")).to_contain_text("1,000 rows so far")
    SyncRun.objects.filter(pk=alive.pk).update(counts={"job": {"read": 2500}})
    expect(page.get_by_role("status")).to_contain_text("2,500 rows so far")
    finish(alive, counts={"job": {"read": 3000, "added": 3000}})
    expect(page.get_by_role("status")).to_contain_text("nothing was refused")
    expect(page.locator("#run-standing")).to_contain_text("3,000")

    before = len(asked)
    page.wait_for_timeout(2_500)
    assert len(asked) == before


def test_a_run_whose_process_dies_is_said_to_be_interrupted(
    open_page: Open, alive: SyncRun
) -> None:
    page = open_page(f"{BASE}runs/{alive.pk}/")

    SyncRun.objects.filter(pk=alive.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=61))

    expect(page.get_by_role("status")).to_contain_text("its process stopped")


def test_settings_follow_a_run_to_its_end(open_page: Open, alive: SyncRun) -> None:
    page = open_page(f"{BASE}settings/")
    card = page.locator("section.card").first

    expect(card.get_by_role("status")).to_contain_text("A refresh is running")
    finish(alive, counts={"job": {"read": 3000, "added": 3000}})

    expect(card).to_contain_text("3,000 jobs")
    expect(card.get_by_role("status")).not_to_contain_text("running")


def test_issues_are_searched_as_one_types(open_page: Open, acme: Cast) -> None:
    run = factories.make_run(factories.make_connection(acme.company))
    factories.make_issue(run, message="A date that does not exist", row=7)
    factories.make_issue(run, message="An amount in words", row=8)
    page = open_page(f"{BASE}issues/")

    page.get_by_label("Search issues").press_sequentially("amount")

    expect(page.locator("table.issues tbody tr")).to_have_count(1)
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=amount&connection=&resource=&size=50")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 1 as CSV").click()
    assert "An amount in words" in download.value.path().read_text()


def test_a_long_chain_is_proved_while_one_watches(
    open_page: Open, acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "PIECE", 3)
    for number in range(10):
        record(
            by=acme.admin,
            now=timezone.now(),
            action="job.archive",
            target=("job", number, "24-1 Clinic"),
        )
    page = open_page(f"{BASE}activity/")

    page.get_by_role("link", name="Verify chain").click()

    expect(page.get_by_role("status")).to_contain_text("All 10 events stand as they were written")
    expect(page.locator("progress")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_watching_screens_have_nothing_serious_against_them(
    open_page: Open, acme: Cast, theme: str
) -> None:
    connection = factories.make_connection(acme.company)
    job, project = factories.make_job(connection), factories.make_project(acme.company)
    factories.make_link(job, project)
    factories.make_cost_code(project, "03-100", origin_id="x")
    factories.make_job_cost_code(job, "03-100")
    factories.make_job_cost_code(job, "03-200", missing_since=factories.LONG_AGO)
    factories.make_job_sub_job(job, "A", is_active=False)
    factories.make_erp_vendor(connection)
    counts = {"job": {"read": 30, "added": 20, "refused": 1, "orphaned": 2}}
    run = factories.make_run(connection, status="with_issues", counts=counts)
    factories.make_run(connection, status="failed", problem="The folder is gone.")
    factories.make_issue(run, source="jobs.csv", row=3, column="Start Date")
    event = record(
        by=acme.admin,
        now=timezone.now(),
        action="job.archive",
        target=("job", job.pk, str(job)),
        before={"state": "ready"},
        after={"state": "archived"},
        note="A note",
    )
    live = factories.make_run(
        factories.make_connection(acme.company),
        status="running",
        finished_at=None,
        heartbeat_at=timezone.now(),
        counts=counts,
    )
    paths = [
        *("cost-codes/", "sub-jobs/", "vendors/", "vendors/?q=none", "issues/", "runs/"),
        *(f"runs/{run.pk}/", f"runs/{live.pk}/", "activity/", f"activity/{event.seq}/"),
        *("activity/chain/", "issues/?show=resolved"),
    ]

    page = open_page(BASE + "runs/", theme=theme)

    assert complaints_by_path(page, [BASE + path for path in paths]) == {}
