"""The Portfolio's screens in a browser: by keyboard, in both themes, narrow, without scripts."""

from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser.conftest import SignIn, complaints
from tests.conftest import PASSWORD, Cast
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.portfolio.models import Project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/c/acme/portfolio/projects/"


@pytest.fixture
def project(acme: Cast, now: datetime) -> Project:
    """A project with something on every one of its pages, among sixty others."""
    company = acme.company
    erp = factories.make_erp_list(company, name="ERP codes")
    factories.make_list(company, name="Codes of 2019")
    for at in range(60):
        factories.make_project(
            company,
            number=f"25-{at:03}",
            name=f"Harbor Library {at} with a name that goes on for longer than its column is wide",
            city="Staten Island",
            stage=["Bidding", "Course of Construction"][at % 2],
            is_active=at % 3 > 0,
            is_template=at == 4,
            value=Decimal(at) * 1_000_000 if at % 5 else None,
            origin_id=f"x-{at}" if at % 4 == 0 else "",
            origin_code=f"J-{at}",
            cost_code_list=erp,
        )
    project = factories.make_project(
        company, number="24-101", name="Mercy Clinic", cost_code_list=erp, stage="Bidding"
    )
    labor = factories.make_cost_type(company, "L", name="Labor")
    top = factories.make_cost_code(
        project, "01", standard_code=factories.make_standard_code(erp, "01")
    )
    factories.make_cost_code(project, "01-100", labor, parent=top, origin_id="e-1")
    factories.make_cost_code(project, "01-200", parent=top, is_active=False, is_in_use=True)
    factories.make_sub_job(project, "A", origin_id="s-1")
    record(
        by=acme.admin,
        now=now,
        action="project.set_active",
        target=("project", project.pk, str(project)),
        before={"is_active": False},
        after={"is_active": True},
    )
    return project


@pytest.fixture
def screens(project: Project) -> list[str]:
    own = f"{LIST}{project.pk}/"
    lists = "/c/acme/portfolio/cost-code-lists/"
    return [
        LIST,
        f"{LIST}?q=nothing+like+it",
        *(own + page for page in ("", "cost-codes/", "sub-jobs/", "history/")),
        lists,
        f"{lists}{project.cost_code_list_id}/",
        f"{LIST}999999/",
        "/",
    ]


def test_every_screen_is_free_of_complaints(admin: Page, screens: list[str], theme: str) -> None:
    found = {}
    for screen in screens:
        admin.goto(screen)
        expect(admin.locator("html")).to_have_attribute("data-bs-theme", theme)
        found[screen] = complaints(admin)

    assert {screen: problems for screen, problems in found.items() if problems} == {}


def test_the_login_is_free_of_barriers_also_after_a_mistake(
    page: Page, acme: Cast, theme: str
) -> None:
    page.goto("/login/")
    before = complaints(page)
    page.get_by_label("E-mail").fill("admin@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    assert before + complaints(page) == []


def test_the_barriers_are_really_looked_for(admin: Page, project: Project) -> None:
    admin.goto(LIST)
    admin.evaluate("document.querySelector('#q').labels[0].remove()")
    admin.evaluate("document.querySelector('#q').placeholder = ''")

    assert [problem.split(":")[0] for problem in complaints(admin)] == ["label"]


def test_a_person_logs_in_and_out_by_keyboard(page: Page, acme: Cast) -> None:
    page.goto(LIST)
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("admin@acme.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_the_first_tab_stop_skips_the_navigation(admin: Page, project: Project) -> None:
    admin.goto(LIST)
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="Skip to the content")).to_be_focused()
    admin.keyboard.press("Enter")
    admin.keyboard.press("Tab")

    first_in_the_content = admin.locator("main a, main button, main input").first
    expect(first_in_the_content).to_be_focused()


def test_typing_searches_the_address_can_be_shared_and_back_goes_back(
    admin: Page, project: Project
) -> None:
    admin.goto(LIST)
    admin.get_by_role("searchbox").press_sequentially("mercy cl", delay=20)
    rows = admin.get_by_role("region", name="Projects found").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(admin.get_by_role("searchbox")).to_be_focused()
    shared = admin.url

    admin.goto(shared)
    expect(rows).to_have_count(1)
    expect(admin.get_by_role("searchbox")).to_have_value("mercy cl")
    admin.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(50)
    admin.go_back()
    expect(rows).to_have_count(1)
    expect(admin.get_by_role("heading", level=1)).to_have_text("Projects")


def test_a_filter_applies_when_it_is_chosen_and_joins_the_others(
    admin: Page, project: Project
) -> None:
    admin.goto(LIST)
    admin.get_by_label("Any status").select_option("Template")
    expect(admin.locator("tbody tr")).to_have_count(1)
    admin.get_by_label("Any stage").select_option("Course of Construction")

    expect(admin.get_by_role("heading", name="No project matches")).to_be_visible()
    assert "status=template" in admin.url
    assert "stage=Course" in admin.url


def test_columns_sort_by_keyboard(admin: Page, project: Project) -> None:
    admin.goto(LIST)
    admin.get_by_role("link", name="Value").press("Enter")
    admin.get_by_role("link", name="Value").press("Enter")

    expect(admin.get_by_role("columnheader", name="Value")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(admin.locator("tbody tr").first).to_contain_text("$59,000,000.00")


def test_pages_are_turned_by_keyboard(admin: Page, project: Project) -> None:
    admin.goto(LIST)
    admin.get_by_role("link", name="Page 2").press("Enter")

    expect(admin.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    expect(admin.locator("tbody tr")).to_have_count(11)


def test_a_setting_is_switched_by_keyboard_and_the_answer_is_announced(
    admin: Page, project: Project
) -> None:
    admin.goto(f"{LIST}{project.pk}/")
    admin.get_by_role("button", name="Switch off ERP-integrated").press("Enter")

    expect(admin.locator("#messages")).to_contain_text(
        "ERP-integrated is off for 24-101 Mercy Clinic."
    )
    expect(admin.get_by_role("button", name="Switch on ERP-integrated")).to_be_enabled()
    admin.get_by_role("button", name="Dismiss this message").press("Enter")
    expect(admin.locator("#messages .alert")).to_have_count(0)


def test_the_lock_in_is_shown_after_codes_of_another_list_came_in(admin: Page, acme: Cast) -> None:
    old = factories.make_list(acme.company, name="Codes of 2019")
    factories.make_standard_code(old, "01")
    project = factories.make_project(acme.company, is_erp_integrated=False, cost_code_list=old)
    admin.goto(f"{LIST}{project.pk}/cost-codes/")
    copy = admin.locator("form", has_text="Codes of 2019")
    copy.get_by_role("button", name="Copy").click()
    expect(admin.locator("tbody tr")).to_have_count(0)
    copy.get_by_label("I know that codes of this list keep the project out").check()
    copy.get_by_role("button", name="Copy").click()
    expect(admin.locator("tbody tr")).to_have_count(1)
    admin.get_by_role("link", name="Overview").click()

    expect(admin.get_by_text("Locked. Cost codes were copied")).to_be_visible()
    expect(admin.get_by_role("button", name="Switch on ERP-integrated")).to_be_disabled()


def test_moments_are_shown_in_the_readers_own_time(admin: Page, project: Project) -> None:
    admin.goto(f"{LIST}{project.pk}/history/")
    moment = admin.locator("time.moment")

    expect(moment).to_have_text("Mar 2, 2026, 05:15 AM")
    expect(moment).to_have_attribute("title", "Mar 2, 2026, 10:15 UTC")


def test_the_theme_is_chosen_kept_and_auto_follows_the_system(
    admin: Page, project: Project
) -> None:
    html = admin.locator("html")
    admin.goto(LIST)
    admin.get_by_role("button", name="Dark").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    admin.goto(f"{LIST}{project.pk}/")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    admin.get_by_role("button", name="Auto").click()
    expect(html).to_have_attribute("data-bs-theme", "light")
    admin.emulate_media(color_scheme="dark")

    expect(html).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("width", [1440 // 2, 1024, 390])
def test_a_narrow_window_scrolls_tables_in_their_own_box_only(
    admin: Page, screens: list[str], width: int
) -> None:
    admin.set_viewport_size({"width": width, "height": 700})
    wider = []
    for screen in screens:
        admin.goto(screen)
        if admin.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wider.append(screen)
        for box in admin.locator(".table-box").all():
            scrolls = box.evaluate("(box) => box.scrollWidth > box.clientWidth")
            assert box.evaluate("(box) => box.tabIndex") == (0 if scrolls else -1)

    assert wider == []


def test_a_slow_answer_shows_a_progress_line_a_quick_one_does_not(
    admin: Page, project: Project
) -> None:
    admin.goto(LIST)
    line = admin.locator("#progress")
    expect(line).to_have_css("opacity", "0")
    admin.route("**/projects/?*", lambda route: None)
    admin.get_by_role("searchbox").fill("mercy")
    admin.wait_for_timeout(300)
    early = line.evaluate("(line) => getComputedStyle(line).opacity")

    assert early == "0"
    expect(line).to_have_css("opacity", "1")


def test_a_refusal_to_a_fragment_is_shown_in_the_page_that_is_there(
    page: Page, acme: Cast, project: Project, sign_in: SignIn
) -> None:
    sign_in(acme.users[Level.READ_ONLY])
    page.goto(LIST)
    acme.company.memberships.update(level=Level.NONE)
    page.get_by_role("searchbox").fill("mercy")

    expect(page.get_by_role("alert")).to_contain_text("you need Read Only")
    expect(page.locator("tbody tr")).to_have_count(50)


def test_an_ended_session_leads_to_the_login_and_back(
    admin: Page, acme: Cast, project: Project
) -> None:
    admin.goto(LIST)
    admin.context.clear_cookies()
    admin.get_by_role("searchbox").fill("mercy")

    expect(admin.get_by_role("heading", level=1)).to_have_text("Log in")


def test_the_list_works_without_scripts(
    browser: Browser, admin: Page, project: Project, base_url: str
) -> None:
    bare = browser.new_context(java_script_enabled=False, base_url=base_url)
    bare.add_cookies(admin.context.cookies())
    page = bare.new_page()
    page.goto(LIST)
    page.get_by_role("searchbox").fill("mercy")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("tbody tr")).to_have_count(1)
    bare.close()
