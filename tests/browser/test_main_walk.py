"""The walk that every release has to make: from the login to a link, its cost codes, and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import complaints
from tests.conftest import PASSWORD, Cast
from tests.web.erp_jobs.conftest import Site, make_site
from tieback.access.models import Level
from tieback.linking.models import Link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(acme: Cast) -> Site:
    site = make_site(acme)
    for at in range(60):
        site.job(number=f"30-{at:03}", name=f"Harbor Pier {at}")
    site.pair("24-101", "Mercy Clinic")
    site.pair("24-102", "Mercy Garage")
    site.project(number="A-1", name="Mercy Annex", is_active=False)
    return site


def test_the_main_walk(site: Site, acme: Cast, page: Page) -> None:
    log_in(page, acme.users[Level.ADMIN].email)
    page.get_by_role("navigation", name="Screens").get_by_role(
        "link", name="Projects"
    ).first.click()
    expect(page.get_by_role("heading", name="Projects", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Ready to Import 62")).to_have_attribute(
        "aria-current", "page"
    )

    search_for_the_job(page)
    assert serious(page) == []
    choose_its_project_by_keyboard(page)
    assert serious(page) == []
    assert not Link.objects.exists()

    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
    codes = page.get_by_role("region", name="Cost codes on the project now")
    expect(codes.get_by_role("row")).to_have_text(
        [re.compile("Code"), re.compile("03-100"), re.compile("03-200"), re.compile("99-900")]
    )
    assert serious(page) == []
    assert Link.objects.get().is_active

    unlink(page)
    assert not Link.objects.get().is_active


def log_in(page: Page, email: str) -> None:
    page.goto("/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def search_for_the_job(page: Page) -> None:
    search = page.get_by_label("Search ERP projects")
    search.press_sequentially("mercy cl")
    expect(page.locator("#jobs tbody tr")).to_have_count(1)
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=mercy\+cl|q=mercy%20cl"))
    expect(page.get_by_role("link", name="MERCY CLINIC")).to_be_visible()


def choose_its_project_by_keyboard(page: Page) -> None:
    page.get_by_role("link", name="Link to Existing Project: 24-101").click()
    pick = page.get_by_role("combobox")
    expect(pick).to_be_focused()
    page.keyboard.type("mercy")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(pick).to_have_value("P-24-101 Mercy Clinic")
    expect(page.get_by_role("heading", name="Preview: nothing is linked yet")).to_be_visible()
    expect(page.get_by_text("1 added, 1 adopted, 1 renamed")).to_be_visible()


def unlink(page: Page) -> None:
    page.get_by_role("link", name="24-101").first.click()
    expect(page.get_by_role("heading", name="MERCY CLINIC")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Unlink 24-101").click()
    expect(page.get_by_role("heading", name="Unlink", level=1)).to_be_visible()
    expect(page.get_by_text("Removed again")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Unlink", exact=True).click()
    expect(page.get_by_role("heading", name="Unlinked", level=1)).to_be_visible()


def serious(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in both themes."""
    found = []
    for theme in ("light", "dark"):
        page.evaluate(
            """theme => {
                document.documentElement.dataset.bsTheme = theme;
                for (const one of document.getAnimations())
                    if (one instanceof CSSTransition) one.finish();
            }""",
            theme,
        )
        found += complaints(page)
    return found
