"""A schedule is set in a browser, with the reader's own time zone; work in line is followed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Open, SignIn, complaints_by_path
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.sync import tasks
from tieback.sync.models import Kind, Schedule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/c/acme/erp/settings/"


def test_a_daily_look_up_is_set_in_the_readers_own_zone(
    page: Page, sign_in: SignIn, acme: Cast
) -> None:
    factories.make_connection(acme.company, name="Sage")
    sign_in(acme.users[Level.ADMIN])
    page.goto(BASE)
    page.get_by_role("link", name="Change the schedule: Find matches").click()
    expect(page.get_by_label("in", exact=True)).to_have_value("America/New_York")

    # Typing a time says that it is to be daily.
    page.get_by_label("Time of day").fill("06:30")
    expect(page.get_by_label("Daily at")).to_be_checked()
    page.get_by_role("button", name="Save schedule").click()

    expect(page.locator("#messages")).to_contain_text("daily at 06:30, America/New_York")
    kept = Schedule.objects.get()
    assert kept.next_at
    next_time = page.locator("dt", has_text="Next").locator("+ dd")
    expect(next_time).to_contain_text("06:30 AM")


def test_work_in_line_is_followed_until_it_is_done(open_page: Open, acme: Cast) -> None:
    connection = factories.make_connection(acme.company, name="Sage")
    page = open_page(f"{BASE}{connection.pk}/")

    page.get_by_role("button", name="Start now Refresh from the ERP, Sage").click()
    row = page.locator("#tasks tbody tr")
    expect(row).to_contain_text("Waiting")
    held = tasks.take(worker="host:7:a", now=timezone.now())
    assert held
    expect(row).to_contain_text("At work", timeout=10_000)
    expect(row).to_contain_text("host:7")

    tasks.done(task=held, now=timezone.now())

    expect(row).to_have_count(0, timeout=10_000)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_schedules_and_work_have_nothing_serious_against_them(
    open_page: Open, acme: Cast, theme: str
) -> None:
    now = timezone.now()
    names = ("Waiting", "Held", "Left", "Failed")
    erps = {name: factories.make_connection(acme.company, name=name) for name in names}
    for name in ("Left", "Held", "Failed", "Waiting"):
        at = now - 2 * tasks.LEASE if name == "Left" else now
        tasks.want(kind=Kind.PULL, by=acme.admin, now=at, connection=erps[name])
        if name != "Waiting":
            held = tasks.take(worker=f"host:{name}:a", now=at)
            assert held
            if name == "Failed":
                tasks.failed(task=held, now=now, problem="Its worker died 5 times.")
    tasks.want(kind=Kind.PROPOSE, by=acme.admin, now=now + timedelta(hours=1))
    page = open_page(f"{BASE}matches/schedule/", theme=theme)

    page.get_by_label("Every", exact=True).check()
    page.get_by_label("Minutes").fill("1.5")
    page.locator("form.schedule-form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_role("alert")).to_contain_text("Minutes: write a whole number")

    paths = [BASE, f"{BASE}matches/schedule/", f"{BASE}{erps['Held'].pk}/", "/c/acme/erp/runs/"]
    assert complaints_by_path(page, paths) == {}
    expect(page.locator("#tasks tbody tr")).to_have_count(5)
