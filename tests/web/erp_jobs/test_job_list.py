"""The Projects tab: what its address lists, what each level is offered, what it costs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.stories import link
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Site, at
from tieback.access.models import Level
from tieback.connections.models import SyncRun

LIST = at("projects/")


def numbers(answer: Any) -> list[str]:
    return [row.job.number for row in answer.context["rows"]]


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.fixture
def listed(site: Site, rival_site: Site, acme: Cast, now: datetime) -> None:
    """One job of every kind that a filter tells apart, and one of another company."""
    site.job(number="1", name="Plain", customer="Zeta", contract_value=Decimal(30))
    site.job(number="2", name="Big", customer="Acme", contract_value=Decimal(90), status="Open")
    site.job(number="3", name="Asleep", is_active=False, start_date=date(2026, 1, 2))
    site.job(number="4", name="Put away", state="archived")
    site.job(number="5", name="Gone", state="orphaned", missing_since=now)
    for number in ("6", "7"):
        link(site.job(number=number, name="Tied"), site.project(), by=acme.admin, now=now)
    lost = site.job(number="8", name="Lost")
    link(lost, site.project(number="P-8", name="Kept"), by=acme.admin, now=now)
    lost.refresh_from_db()
    lost.missing_since = now
    lost.save()
    rival_site.job(number="9", name="Plain secret")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["1", "2"]),
        ("inactive=on", ["1", "2", "3"]),
        ("filter=ready&q=plain", ["1"]),
        ("filter=synced", ["6", "7", "8"]),
        ("filter=archived", ["4"]),
        ("filter=attention", ["5", "8"]),
        ("filter=odd&sort=odd&page=odd&size=odd", ["1", "2"]),
        ("sort=-number", ["2", "1"]),
        ("sort=name", ["2", "1"]),
        ("sort=customer", ["2", "1"]),
        ("sort=-value", ["2", "1"]),
        ("sort=-status", ["2", "1"]),
        ("sort=start&inactive=on&q=asl", ["3"]),
        ("q=", ["1", "2"]),
        ("q=secret", []),
    ],
)
def test_the_address_says_what_is_listed(
    listed: None, admin: Client, asked: str, found: list[str]
) -> None:
    assert numbers(admin.get(f"{LIST}?{asked}")) == found


def test_every_filter_carries_its_count(listed: None, admin: Client) -> None:
    answer = admin.get(LIST)

    assert [(tab.label, number) for tab, number, _ in answer.context["tabs"]] == [
        ("Ready to Import", 2),
        ("Synced", 3),
        ("Archived", 1),
        ("Needs attention", 2),
    ]
    assert answer.context["page"].paginator.count == 2
    assert admin.get(f"{LIST}?inactive=on").context["page"].paginator.count == 3


def test_needs_attention_says_why_and_what_to_do(listed: None, admin: Client) -> None:
    page = admin.get(f"{LIST}?filter=attention").content.decode()

    assert "No longer in the ERP since Mar 2, 2026. Archive it, or put it back in the ERP." in page
    assert "still linked to" in page
    assert "Unlink it, or put it back in the ERP." in page


def test_synced_says_to_which_project_and_by_whom(listed: None, admin: Client) -> None:
    page = admin.get(f"{LIST}?filter=synced&q=lost").content.decode()

    assert ">P-8</span> Kept" in page
    assert "Admin of Acme Builders" in page


def test_a_search_that_finds_nothing_here_says_where_it_would(listed: None, admin: Client) -> None:
    answer = admin.get(f"{LIST}?q=tied")

    assert [(other.label, number) for other, number, _ in answer.context["elsewhere"]] == [
        ("Synced", 2)
    ]


@pytest.mark.parametrize(
    ("level", "offered"),
    [
        (Level.READ_ONLY, set()),
        (Level.STANDARD, {"Archive"}),
        (Level.ADMIN, {"Archive", "Link to Existing Project"}),
    ],
)
def test_only_what_the_level_allows_is_offered(
    site: Site, sign_in: SignIn, level: Level, offered: set[str]
) -> None:
    site.job(number="1")

    page = sign_in(level).get(LIST).content.decode()

    assert {
        word for word in ("Archive", "Link to Existing Project") if f">{word}</" in page
    } == offered
    assert ("takes Admin" in page) == (level < Level.ADMIN)


def test_a_fragment_is_the_list_and_the_fresh_counts(listed: None, admin: Client) -> None:
    part = admin.get(
        f"{LIST}?q=plain", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    ).content.decode()

    assert "<html" not in part
    assert 'id="filters" hx-swap-oob="true"' in part


def test_without_a_connection_the_page_says_where_to_begin(
    acme: Cast, admin: Client, reader: Client
) -> None:
    assert "Add a connection in Settings" in admin.get(LIST).content.decode()
    assert "Ask an admin" in reader.get(LIST).content.decode()


def test_a_connection_that_was_never_read_says_to_refresh(site: Site, admin: Client) -> None:
    assert "No ERP project has been read yet" in admin.get(LIST).content.decode()


def test_a_run_that_refused_rows_is_said_above_the_list(site: Site, admin: Client) -> None:
    run = factories.make_run(site.connection, status=SyncRun.Status.WITH_ISSUES)
    factories.make_issue(run)

    page = admin.get(LIST).content.decode()

    assert "refused rows: 1 issue open" in page
    assert at("issues/") in page


def test_a_run_under_way_is_polled_and_one_that_went_silent_is_not(
    site: Site, admin: Client
) -> None:
    run = factories.make_run(
        site.connection,
        status=SyncRun.Status.RUNNING,
        started_at=timezone.now(),
        heartbeat_at=timezone.now(),
        finished_at=None,
        counts={"job": {"read": 1234}},
    )
    alive = admin.get(at("projects/standing/")).content.decode()

    run.heartbeat_at = timezone.now() - timedelta(minutes=5)
    run.save()
    silent = admin.get(at("projects/standing/")).content.decode()

    assert "1,234 job rows" in alive
    assert "every 2s" in alive
    assert "stopped before its end" in silent
    assert "every 2s" not in silent


@pytest.mark.parametrize("asked", ["", "filter=synced", "filter=attention", "q=job"])
def test_thirty_rows_cost_as_many_queries_as_one(
    site: Site, acme: Cast, admin: Client, now: datetime, asked: str
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            site.job(name="Job ready")
            tied = site.job(name="Job tied")
            link(tied, site.project(), by=acme.admin, now=now)
            lost = site.job(name="Job lost", missing_since=now)
            link(lost, site.project(), by=acme.admin, now=now)

    more(1)
    admin.get(LIST)
    one = queries_of(admin, f"{LIST}?{asked}")

    more(29)

    assert queries_of(admin, f"{LIST}?{asked}") == one


def test_no_second_count_without_a_search(site: Site, admin: Client) -> None:
    site.job()
    with CaptureQueriesContext(connection) as seen:
        admin.get(LIST)

    counts = [q["sql"] for q in seen if "COUNT(*)" in q["sql"] and "tieback_job" in q["sql"]]
    assert len(counts) == 1  # of those that need attention; the rest come grouped


def test_names_from_the_erp_are_text(site: Site, admin: Client) -> None:
    site.job(number='"><script>', name="<script>alert(1)</script>", customer="<img src=x>")

    page = admin.get(f"{LIST}?q=<script>alert").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page
