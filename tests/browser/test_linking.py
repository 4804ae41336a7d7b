"""What stands in the way of a link and how it is mended; archiving; all of it by keyboard."""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.test_main_walk import serious
from tests.conftest import Cast
from tests.stories import link
from tests.web.erp_jobs.conftest import Pair, Site, make_site
from tieback.access.models import Level
from tieback.linking.models import Link
from tieback.plans.models import Batch
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


@pytest.fixture
def blocked(site: Site, acme: Cast) -> Pair:
    """A pair that only the portfolio stands between: inactive, switched off, on another list."""
    pair = site.pair()
    Project.objects.filter(pk=pair.project.pk).update(
        is_active=False, is_erp_integrated=False, cost_code_list=factories.make_list(acme.company)
    )
    return pair


def test_a_greyed_project_says_why_is_mended_and_linked_by_keyboard_alone(
    blocked: Pair, admin: Page
) -> None:
    page = admin
    page.goto("/c/acme/erp/projects/")
    page.get_by_role("link", name="Link to Existing Project: 24-101").press("Enter")
    page.wait_for_url("**/link/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("mercy")
    option = page.get_by_role("option")
    expect(option).to_have_attribute("aria-disabled", "true")
    expect(option).to_contain_text("is inactive.")
    expect(option).to_contain_text("ERP-integrated setting")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Cannot be linked yet")
    expect(heading).to_be_visible()
    assert serious(page) == []

    page.keyboard.press("Tab")  # the project's name
    for left in (2, 1, 0):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".blockers li")).to_have_count(left)
        expect(page.locator("#pair-heading")).to_be_focused()
        if left:
            page.keyboard.press("Tab")

    expect(page.get_by_role("heading", name="Preview: nothing is linked yet")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Link", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
    assert Link.objects.get().is_active


def test_a_double_click_on_link_links_once(site: Site, admin: Page) -> None:
    pair = site.pair()
    page = admin
    page.goto(f"/c/acme/erp/jobs/{pair.job.pk}/link/")
    page.get_by_role("combobox").fill("mercy")
    page.get_by_role("option").click()

    page.get_by_role("button", name="Link", exact=True).dblclick()

    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
    assert Link.objects.count() == Batch.objects.count() == 1


def test_typing_again_takes_the_preview_away(site: Site, admin: Page) -> None:
    pair = site.pair()
    page = admin
    page.goto(f"/c/acme/erp/jobs/{pair.job.pk}/link/")
    pick = page.get_by_role("combobox")
    pick.fill("mercy")
    page.get_by_role("option").click()
    expect(page.get_by_role("button", name="Link", exact=True)).to_be_visible()

    pick.press("x")

    expect(page.get_by_role("button", name="Link", exact=True)).to_have_count(0)
    expect(page.get_by_text("Choose a project to see what linking would do")).to_be_visible()


def test_facts_that_changed_are_looked_at_again(site: Site, admin: Page) -> None:
    pair = site.pair()
    page = admin
    page.goto(f"/c/acme/erp/jobs/{pair.job.pk}/link/")
    page.get_by_role("combobox").fill("mercy")
    page.get_by_role("option").click()
    expect(page.get_by_role("button", name="Link", exact=True)).to_be_visible()
    factories.make_job_cost_code(pair.job, "05-500", "L")

    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_role("heading", name="Held back", level=1)).to_be_visible()
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("2 added, 1 adopted")).to_be_visible()
    page.get_by_role("button", name="Link", exact=True).click()

    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()


def test_archiving_goes_down_the_list_by_keyboard_and_can_be_undone(
    site: Site, acme: Cast, page: Page, sign_in: SignIn
) -> None:
    for number in ("1", "2", "3"):
        site.job(number=number)
    sign_in(acme.users[Level.STANDARD])
    page.goto("/c/acme/erp/projects/")
    page.get_by_role("button", name="Archive 1").focus()

    page.keyboard.press("Enter")
    expect(page.locator("#jobs tbody tr")).to_have_count(2)
    expect(page.get_by_role("button", name="Archive 2")).to_be_focused()
    expect(page.get_by_role("link", name="Archived 1")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("Archived 1 ")
    assert serious(page) == []

    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#jobs tbody tr")).to_have_count(3)
    expect(page.locator("#messages")).to_contain_text("Restored 1 ")
    assert set(Job.objects.values_list("state", flat=True)) == {"ready"}


def test_all_inactive_ones_are_archived_beside_the_page_as_one_batch(
    site: Site, acme: Cast, page: Page, sign_in: SignIn
) -> None:
    for at in range(40):
        site.job(number=f"S-{at:02}", is_active=False)
    site.job(number="A-1")
    sign_in(acme.users[Level.STANDARD])
    page.goto("/c/acme/erp/projects/")
    page.get_by_label("Show inactive").check()
    expect(page.locator("#jobs tbody tr")).to_have_count(41)
    expect(page).to_have_url(re.compile("inactive=on"))

    page.get_by_role("button", name="Archive all inactive ERP projects (40)").click()
    expect(page.get_by_role("heading", name="Archive all inactive ERP projects")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Archive 40").click()

    expect(page.get_by_text("40 of 40 done")).to_be_visible(timeout=30_000)
    assert serious(page) == []
    assert Job.objects.filter(state="archived").count() == 40

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("40 of 40 done")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="Undo: Archive all inactive")).to_be_visible()
    assert not Job.objects.filter(state="archived").exists()


@pytest.mark.parametrize(
    "asked", ["", "?filter=synced", "?filter=archived", "?filter=attention", "?q=zz"]
)
def test_every_filter_is_accessible(
    site: Site, acme: Cast, admin: Page, now: datetime, asked: str
) -> None:
    link(site.job(), site.project(), by=acme.admin, now=now)
    site.job(state="archived")
    site.job(state="orphaned", missing_since=now)
    site.job(customer="", contract_value=None)
    factories.make_issue(factories.make_run(site.connection, status="with_issues"))
    factories.make_run(
        factories.make_connection(acme.company),
        status="running",
        finished_at=None,
        started_at=timezone.now(),
        heartbeat_at=timezone.now(),
    )
    page = admin

    page.goto(f"/c/acme/erp/projects/{asked}")

    assert serious(page) == []


def test_the_page_of_a_link_is_accessible(
    site: Site, acme: Cast, page: Page, sign_in: SignIn, now: datetime
) -> None:
    pair = site.pair()
    made = link(pair.job, pair.project, by=acme.admin, now=now).plan.rows.get().link
    assert made is not None
    sign_in(acme.users[Level.READ_ONLY])

    page.goto(f"/c/acme/erp/links/{made.pk}/")

    expect(page.get_by_role("heading", name="What the link did")).to_be_visible()
    assert serious(page) == []
