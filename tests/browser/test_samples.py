"""Judging a sample by letters, and the team's page, as a person and axe see them."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, complaints
from tests.conftest import Cast
from tests.review.conftest import Site, site
from tieback.access.models import Level
from tieback.plans.models import Plan
from tieback.review.assigning import assign
from tieback.review.models import Assignment, Sample
from tieback.review.samples import draw
from tieback.staging.models import Job

__all__ = ["site"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/c/acme/go-live"


@pytest.fixture
def plan(site: Site, now: datetime) -> Plan:
    return site.plan(5, now)


def test_a_sample_is_drawn_and_judged_by_keyboard(plan: Plan, admin: Page, theme: str) -> None:
    page = admin
    page.goto(f"{BASE}/plans/{plan.pk}/samples/")
    assert complaints(page) == []

    page.get_by_label("Draw so many of the 5 rows").fill("3")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Row 1 of 3: is this the same project?")
    ).to_be_visible()
    assert complaints(page) == []

    page.keyboard.press("r")
    expect(page.get_by_role("heading", name=re.compile("Row 2 of 3"))).to_be_focused()
    expect(page.locator("#judged-says")).to_contain_text("Row 1: right. Now row 2 of 3, ")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name=re.compile("Row 3 of 3"))).to_be_focused()
    page.keyboard.press("w")

    done = "1 of 3 wrong, and 1 that nobody could say, which count as not shown right"
    expect(page.locator("#judging .strip")).to_contain_text(done)
    expect(page.locator("#judged-says")).to_contain_text(done)
    expect(page.get_by_role("heading", name="Its rows")).to_be_focused()
    assert complaints(page) == []
    sample = Sample.objects.get()
    assert list(sample.rows.values_list("verdict", flat=True)) == ["right", "unsure", "wrong"]


def test_a_verdict_is_changed_by_mouse_and_letters_can_be_switched_off(
    plan: Plan, acme: Cast, admin: Page, now: datetime
) -> None:
    page, sample = admin, draw(plan=plan, size=2, by=acme.admin, now=now)
    page.goto(f"{BASE}/samples/{sample.pk}/")

    page.get_by_label("Letters judge").uncheck()
    page.get_by_role("heading", name=re.compile("Row 1 of 2")).click()
    page.keyboard.press("w")
    page.reload()
    expect(page.get_by_label("Letters judge")).not_to_be_checked()
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_role("heading", name=re.compile("Row 2 of 2"))).to_be_visible()
    expect(page.get_by_label("Letters judge")).not_to_be_checked()
    page.get_by_role("listitem").filter(has_text="Wrong").get_by_role("link").click()
    expect(page.get_by_role("button", name="Wrong", pressed=True)).to_be_visible()
    page.get_by_role("button", name="Right").click()

    expect(page.get_by_role("heading", name=re.compile("Row 2 of 2"))).to_be_visible()
    assert sample.rows.get(position=1).verdict == "right"


def test_letters_with_a_modifier_stay_the_browsers(
    plan: Plan, acme: Cast, admin: Page, now: datetime
) -> None:
    sample = draw(plan=plan, size=2, by=acme.admin, now=now)
    admin.goto(f"{BASE}/samples/{sample.pk}/")

    admin.keyboard.press("Alt+w")
    admin.keyboard.press("Control+u")
    admin.keyboard.press("x")

    expect(admin.get_by_role("heading", name=re.compile("Row 1 of 2"))).to_be_visible()
    assert set(sample.rows.values_list("verdict", flat=True)) == {""}


def test_judging_fits_at_200_per_cent(plan: Plan, acme: Cast, admin: Page, now: datetime) -> None:
    sample = draw(plan=plan, size=2, by=acme.admin, now=now)
    admin.set_viewport_size({"width": 720, "height": 450})

    admin.goto(f"{BASE}/samples/{sample.pk}/")

    assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth")
    admin.get_by_role("button", name="Right").scroll_into_view_if_needed()
    expect(admin.get_by_role("button", name="Right")).to_be_in_viewport()
    assert complaints(admin) == []


def test_rows_are_handed_out_by_filter(site: Site, acme: Cast, admin: Page, theme: str) -> None:
    for number in range(3):
        site.pair(f"27-{number}")
    page = admin
    page.goto(f"{BASE}/team/")
    assert complaints(page) == []

    page.get_by_label("Lane").select_option("not-looked-up")
    page.get_by_label("With these words").fill("27")
    page.get_by_role("button", name="Count the rows").press("Enter")
    expect(page.get_by_text("3 rows fit; nobody holds 3 of them.")).to_be_visible()
    assert complaints(page) == []
    page.get_by_label("To", exact=True).select_option("Standard of Acme Builders")
    page.get_by_role("button", name="Hand them out").press("Enter")

    expect(page.get_by_text("3 rows are now Standard of Acme Builders's.")).to_be_visible()
    held = Assignment.objects.filter(user=acme.users[Level.STANDARD])
    assert held.count() == 3
    page.get_by_role("link", name="Standard of Acme Builders").click()
    expect(page.get_by_role("heading", name="Standard of Acme Builders")).to_be_visible()
    assert complaints(page) == []


def test_two_people_at_one_row_are_told_of_each_other(
    site: Site, acme: Cast, open_page: Open, now: datetime
) -> None:
    job: Job = site.pair("1")[0]
    assign(jobs=[job.pk], user=acme.users[Level.STANDARD], by=acme.standard, now=now)
    around = f"{BASE}/jobs/{job.pk}/notes/"
    part = f"""htmx.ajax('GET', '{BASE}/jobs/{job.pk}/beside/', {{target: '#main .card-body'}})"""

    first = open_page(around, level=Level.STANDARD)
    first.evaluate(part)
    expect(first.get_by_text("You hold this row.")).to_be_visible()
    expect(first.get_by_text("is looking at this row too")).to_have_count(0)
    second = open_page(around, level=Level.ADMIN)
    second.evaluate(part)

    expect(
        second.get_by_text("Standard of Acme Builders is looking at this row too.")
    ).to_be_visible()
    expect(second.get_by_text("Standard of Acme Builders holds this row.")).to_be_visible()
    second.get_by_label("Write a note for the team").fill("Ask Kim.")
    second.get_by_role("button", name="Add the note").press("Enter")
    expect(second.get_by_text("Ask Kim.")).to_be_visible()
    assert complaints(second) == []
