"""Finding matches and taking a suggestion, by keyboard, as axe and a person see it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_walk import serious
from tests.conftest import Cast
from tests.web.erp_jobs.conftest import Site, make_site
from tieback.linking.models import Link
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACE = {"address": "12 Main Street", "city": "Troy", "customer": "Mercy Health"}


@pytest.fixture
def site(acme: Cast) -> Site:
    site = make_site(acme)
    pair = site.pair("24-101", "Mercy Clinic")
    for record in (pair.job, pair.project):
        for name, value in PLACE.items():
            setattr(record, name, value)
        record.save()
    site.job(number="77-9", name="Quarry Hill Pump Station")
    return site


def test_matches_are_found_and_a_suggestion_is_linked_by_keyboard(site: Site, admin: Page) -> None:
    page = admin
    page.goto("/c/acme/erp/projects/")
    rows = page.get_by_role("region", name="ERP projects found").locator("tbody tr")
    expect(rows).to_contain_text(["Not looked up yet", "Not looked up yet"])

    page.get_by_role("button", name="Find matches").press("Enter")
    expect(rows.nth(0)).to_contain_text(re.compile(r"Suggested, .*\d+ %: P-24-101 Mercy Clinic"))
    expect(rows.nth(1)).to_contain_text("No match found")
    expect(page.locator("#matches")).to_contain_text("1 without a match")
    assert serious(page) == []

    page.get_by_role("link", name="Link to Existing Project: 24-101").press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"Suggested: .*%"))).to_be_visible()
    expect(page.get_by_text(Candidate.objects.get().sentence)).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Show what linking would do").press("Enter")
    expect(page.get_by_role("heading", name="Preview: nothing is linked yet")).to_be_visible()
    assert serious(page) == []
    assert not Link.objects.exists()
    suggested = Candidate.objects.get().project

    page.get_by_role("button", name="Link", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
    assert Link.objects.get().project == suggested


def test_a_blocked_suggestion_says_what_stands_in_the_way(site: Site, admin: Page) -> None:
    Project.objects.update(is_erp_integrated=False)
    page = admin
    page.goto("/c/acme/erp/projects/")
    page.get_by_role("button", name="Find matches").click()
    expect(page.get_by_text("Suggested,")).to_be_visible()
    page.get_by_role("link", name="Link to Existing Project: 24-101").click()

    page.get_by_role("button", name="Show what linking would do").press("Enter")

    expect(page.get_by_role("heading", name="Cannot be linked yet")).to_be_visible()
    expect(page.get_by_text("The ERP-integrated setting of P-24-101")).to_be_visible()
    assert not Link.objects.exists()
