"""Adding, editing and importing in a browser: by hand, in both themes, narrow, without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser.conftest import complaints, complaints_by_path
from tests.conftest import PASSWORD, Cast
from tieback.portfolio.models import Project, StandardCostCodeList

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PORTFOLIO = "/c/acme/portfolio/"
CONTENT = """Project Number,Project Name,City,Value
24-101,Mercy Clinic,Troy,"1,250,000.00"
24-102,Harbor Library with a name that goes on for longer than its column is wide,Troy,
24-103,Depot,Troy,a lot
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "projects.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return str(path)


@pytest.fixture
def listed(acme: Cast) -> StandardCostCodeList:
    factories.make_project(acme.company, number="24-102", name="Harbor Library")
    return factories.make_list(acme.company, name="CSI codes")


def look_at(page: Page, file: str) -> None:
    page.goto(f"{PORTFOLIO}projects/")
    page.get_by_role("link", name="Import projects").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()


def test_every_screen_is_free_of_complaints(
    admin: Page, acme: Cast, listed: StandardCostCodeList, file: str, theme: str
) -> None:
    project = Project.objects.get()
    own = f"{PORTFOLIO}cost-code-lists/{listed.pk}/"
    screens = [f"{PORTFOLIO}projects/new/", f"{PORTFOLIO}projects/{project.pk}/edit/"]
    screens += [f"{PORTFOLIO}projects/import/", f"{PORTFOLIO}cost-code-lists/new/"]
    screens += [own, f"{own}codes/new/", f"{own}import/"]
    look_at(admin, file)
    expect(admin.get_by_role("heading", level=1)).to_have_text("What projects.csv would do")

    assert complaints(admin) == []
    assert complaints_by_path(admin, screens) == {}


def test_a_refused_form_is_free_of_complaints_and_names_the_field(
    admin: Page, acme: Cast, theme: str
) -> None:
    admin.goto(f"{PORTFOLIO}projects/new/")
    admin.get_by_label("Value").fill("a lot")
    admin.get_by_role("button", name="Add project").click()

    name = admin.get_by_label("Name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Name: It is empty. Fill it in.")
    expect(admin.get_by_label("Value")).to_have_value("a lot")
    assert complaints(admin) == []


def test_a_file_is_brought_looked_at_and_imported(
    admin: Page, listed: StandardCostCodeList, file: str
) -> None:
    look_at(admin, file)
    expect(admin.get_by_role("region", name="Refused rows")).to_contain_text("“a lot”")
    expect(admin.get_by_role("region", name="Changed rows")).to_contain_text("Harbor Library →")
    admin.get_by_role("button", name="Import 2 projects").click()

    expect(admin.get_by_text("1 added, 1 changed, 0 unchanged.")).to_be_visible()
    rows = admin.get_by_role("region", name="Projects found").locator("tbody tr")
    expect(rows).to_have_count(2)


def test_a_column_is_corrected_and_looked_at_again(
    admin: Page, listed: StandardCostCodeList, file: str
) -> None:
    look_at(admin, file)
    admin.get_by_label("Value", exact=True).select_option("Leave out")
    admin.get_by_role("button", name="Look again").click()

    expect(admin.get_by_role("button", name="Import 3 projects")).to_be_enabled()
    expect(admin.get_by_role("region", name="Refused rows")).to_have_count(0)


def test_from_an_empty_portfolio_to_the_erp_list(admin: Page, acme: Cast) -> None:
    admin.goto(f"{PORTFOLIO}projects/")
    admin.locator(".empty-note").get_by_role("link", name="New project").click()
    admin.get_by_label("Number").fill("24-101")
    admin.get_by_label("Name").fill("Clinic")
    admin.get_by_label("Start").fill("2026-03-02")
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("24-101 Clinic is added.")).to_be_visible()
    admin.goto(f"{PORTFOLIO}cost-code-lists/")
    admin.locator(".empty-note").get_by_role("link", name="New list").click()
    admin.get_by_label("Name").fill("CSI")
    admin.get_by_role("button", name="Add list").click()
    admin.get_by_role("button", name="Make this the ERP list").click()

    expect(admin.get_by_text("1 project takes codes from it now.")).to_be_visible()
    expect(admin.get_by_role("button", name="Make this the ERP list")).to_have_count(0)


def test_the_pages_fit_a_phone(admin: Page, listed: StandardCostCodeList, file: str) -> None:
    admin.set_viewport_size({"width": 390, "height": 800})
    look_at(admin, file)
    too_wide = "document.documentElement.scrollWidth > innerWidth"

    assert not admin.evaluate(too_wide)
    for path in ("projects/new/", "projects/import/", f"cost-code-lists/{listed.pk}/"):
        admin.goto(PORTFOLIO + path)
        assert not admin.evaluate(too_wide), path


def test_importing_works_without_scripts(
    browser: Browser, base_url: str, listed: StandardCostCodeList, file: str
) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=base_url).new_page()
    page.goto(f"{PORTFOLIO}projects/")
    page.get_by_label("E-mail").fill("admin@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    look_at(page, file)
    page.get_by_role("button", name="Import 2 projects").click()

    expect(page.get_by_text("1 added, 1 changed")).to_be_visible()
    page.context.close()
