"""The board as a person works it: lanes, choosing rows, saved views, in both themes."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import complaints
from tests.conftest import Cast
from tests.web.golive.lanes_site import BASE, Lanes, make_lanes
from tieback.plans.models import Plan
from tieback.review.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    lanes = make_lanes(acme)
    for number in ("24-1", "24-2", "24-3", "25-4"):
        lanes.proposed(number, "Safe", job={"contract_value": Decimal(1_200_000)})
    lanes.proposed("24-9")
    lanes.proposed("26-1", project={"is_erp_integrated": False})
    lanes.job("27-1")
    lanes.job("27-2", state="archived")
    return lanes


@pytest.mark.parametrize("lane", ["safe", "blocked", "only-in-portfolio", "archived", "twins"])
def test_axe_finds_nothing_serious_on_a_lane(
    lanes: Lanes, admin: Page, theme: str, lane: str
) -> None:
    admin.goto(f"{BASE}?lane={lane}")
    expect(admin.locator(".causes li")).to_have_count(1)

    assert complaints(admin) == []


def test_the_whole_lane_is_planned_by_keyboard(lanes: Lanes, admin: Page) -> None:
    admin.goto(BASE)
    admin.get_by_label("All 4 of this lane, not this page only").press("Space")
    expect(admin.get_by_text("The whole lane is chosen.")).to_be_visible()

    admin.get_by_role("button", name="Plan these links").press("Enter")

    expect(admin.get_by_role("heading", level=1)).to_contain_text("Link 4 of the lane Safe")
    assert Plan.objects.get().rows.count() == 4


def test_rows_are_ticked_with_a_count_and_with_shift_in_a_stretch(
    lanes: Lanes, admin: Page
) -> None:
    admin.goto(BASE)
    admin.get_by_label("Choose 24-1 Clinic 24-1").check()
    expect(admin.get_by_text("1 chosen.")).to_be_visible()

    admin.get_by_label("Choose 24-3 Clinic 24-3").click(modifiers=["Shift"])
    expect(admin.get_by_text("3 chosen.")).to_be_visible()
    admin.get_by_label("Choose every row of this page").check()
    expect(admin.get_by_text("4 chosen.")).to_be_visible()
    admin.get_by_label("Choose every row of this page").uncheck()

    expect(admin.get_by_text("Tick rows, or take the whole lane.")).to_be_visible()


def test_typing_narrows_the_lane_and_the_address_keeps_it(lanes: Lanes, admin: Page) -> None:
    admin.goto(BASE)

    admin.get_by_label("Search this lane").fill("25")

    rows = admin.get_by_role("region", name="Safe").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(admin).to_have_url(re.compile(r"q=25"))
    admin.reload()
    expect(rows).to_have_count(1)
    # The other lanes keep the search.
    admin.locator(".lane-look").click()
    expect(admin.get_by_text("Nothing in “Look” matches “25”")).to_be_visible()


def test_a_view_is_saved_opened_and_deleted(lanes: Lanes, admin: Page) -> None:
    admin.goto(f"{BASE}?lane=safe&sort=-value")
    admin.get_by_label("Search this lane").fill("24")
    expect(admin.get_by_role("region", name="Safe").locator("tbody tr")).to_have_count(3)
    admin.get_by_text("Views", exact=True).click()
    admin.get_by_label("Keep what is shown now as").fill("This year")
    assert complaints(admin) == []
    admin.get_by_role("button", name="Save this view").click()
    expect(admin.get_by_text("The view “This year” is kept.")).to_be_visible()

    admin.goto(BASE)
    admin.locator("summary", has_text="Views").click()
    admin.get_by_role("link", name="This year").click()

    expect(admin).to_have_url(re.compile(r"lane=safe&q=24&sort=-value"))
    admin.locator("summary", has_text="Views").click()
    admin.get_by_text("Change", exact=True).click()
    admin.get_by_role("button", name="Delete the view This year").click()
    expect(admin.get_by_text("The view “This year” is deleted.")).to_be_visible()
    assert not SavedView.objects.exists()


def test_escape_closes_what_dropped_down_and_gives_the_focus_back(
    lanes: Lanes, admin: Page
) -> None:
    admin.goto(BASE)
    summary = admin.locator("summary", has_text="Columns")
    summary.press("Enter")
    box = admin.get_by_role("button", name="Show these")
    box.focus()

    box.press("Escape")

    expect(box).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.parametrize("path", [BASE, f"{BASE}?lane=blocked"])
def test_at_200_percent_nothing_runs_out_of_the_page(lanes: Lanes, admin: Page, path: str) -> None:
    # Zooming a window of 1440 by 900 to 200 % leaves half of it in each direction.
    admin.set_viewport_size({"width": 720, "height": 450})
    admin.goto(path)

    assert admin.evaluate("document.documentElement.scrollWidth") <= 720
    expect(admin.get_by_role("button", name="Plan these links")).to_be_visible()
