"""Plans of many rows as a person works them: out to Excel and back, applied, undone, approved."""

from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import complaints
from tests.conftest import Cast
from tests.web.golive.lanes_site import BASE, Lanes, make_lanes
from tieback.linking.models import Link, Rejection
from tieback.plans.approving import set_approval_above
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan
from tieback.plans.services import apply, draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = 30


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    lanes = make_lanes(acme)
    for n in range(ROWS):
        pair = lanes.proposed(f"24-{n:02}", "Safe")
        factories.make_job_cost_code(pair.job, "03-100", "L", name="Concrete")
        factories.make_cost_code(pair.project, "99-900", name="Owner's own")
    lanes.proposed("26-1", project={"is_erp_integrated": False})
    lanes.proposed("26-2", project={"is_active": False})
    return lanes


@pytest.fixture
def plan(lanes: Lanes, acme: Cast, now: datetime) -> Plan:
    """Every pair of the lane, planned and not applied."""
    pairs = acme.company.candidates.filter(lane="Safe").order_by("job__number")
    decisions = [Decision(Action.LINK, pair.job_id, pair.project_id) for pair in pairs]
    return draft(decisions=decisions, title="Go-live", by=acme.admin, now=now)


def page_of(plan: Plan) -> str:
    return f"/c/acme/erp/plans/{plan.pk}/"


@pytest.mark.parametrize("path", ["plans/", "plans/?show=applied", "plans/upload/", "fixes/"])
def test_axe_finds_nothing_serious_around_plans(
    lanes: Lanes, plan: Plan, acme: Cast, admin: Page, theme: str, path: str, now: datetime
) -> None:
    pairs = acme.company.candidates.filter(lane="Look")
    decisions = [Decision(Action.ARCHIVE, pair.job_id) for pair in pairs]
    done = draft(decisions=decisions, title="Archive", by=acme.admin, now=now)
    apply(plan=done, by=acme.admin, clock=lambda: now)

    admin.goto(f"{BASE}{path}")

    assert complaints(admin) == []


def test_axe_finds_nothing_serious_on_a_plan_before_and_after(
    plan: Plan, acme: Cast, admin: Page, theme: str, now: datetime
) -> None:
    admin.goto(page_of(plan))
    admin.locator("details").first.locator("summary").click()
    expect(admin.locator(".row-effects").first.get_by_text("03-100")).to_be_attached()
    before = complaints(admin)
    apply(plan=plan, by=acme.admin, clock=lambda: now)
    admin.goto(page_of(plan))

    assert (before, complaints(admin)) == ([], [])


def test_a_plan_of_many_rows_is_applied_with_progress_and_undone(plan: Plan, admin: Page) -> None:
    admin.goto(page_of(plan))
    expect(admin.get_by_text("30 cost codes added")).to_be_visible()
    expect(admin.get_by_text("0 calls to a remote system")).to_be_visible()

    admin.get_by_role("button", name=f"Link {ROWS}").press("Enter")

    expect(admin.get_by_text(f"{ROWS} of {ROWS} done.")).to_be_visible(timeout=30_000)
    assert Link.objects.filter(unlinked_at=None).count() == ROWS
    admin.get_by_role("button", name="Undo", exact=True).click()
    expect(admin.get_by_text("30 cost codes put back")).to_be_visible()
    admin.get_by_role("button", name=f"Unlink {ROWS}").click()
    expect(admin.get_by_text(f"{ROWS} of {ROWS} done.")).to_be_visible(timeout=30_000)
    assert not Link.objects.filter(unlinked_at=None).exists()


def test_decisions_go_out_to_a_workbook_and_come_back(
    lanes: Lanes, plan: Plan, admin: Page, tmp_path: Path
) -> None:
    admin.goto(page_of(plan))
    with admin.expect_download() as download:
        admin.get_by_role("link", name="Excel").click()
    file = tmp_path / "plan.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    sheet = book["Decisions"]
    column = {cell.value: cell.column for cell in sheet[1]}["Decision"]
    sheet.cell(2, column).value = "not a match"
    sheet.cell(3, column).value = "leave"
    sheet.cell(4, column).value = "=1+1"
    sheet.row_dimensions[5].hidden = True
    book.save(file)

    admin.get_by_role("link", name="Upload one").click()
    admin.get_by_label("File").set_input_files(file)
    admin.get_by_role("button", name="Look at the file").click()

    expect(admin.get_by_text("1 hidden row was passed over.")).to_be_visible()
    refused = admin.get_by_role("region", name="Refused rows")
    expect(refused.get_by_text("the cell holds the formula")).to_be_visible()
    assert complaints(admin) == []
    admin.get_by_role("button", name="Plan 27 decisions").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("From plan.xlsx: 27 decisions")
    admin.get_by_role("button", name="Apply 27").click()
    expect(admin.get_by_text("27 of 27 done.")).to_be_visible(timeout=30_000)
    assert (Link.objects.count(), Rejection.objects.count()) == (26, 1)


def test_what_blocks_is_fixed_for_all_at_once(lanes: Lanes, admin: Page) -> None:
    admin.goto(f"{BASE}fixes/")

    admin.get_by_role("button", name="Show what the fixes would change").click()

    expect(admin.get_by_text("2 settings changed")).to_be_visible()
    admin.get_by_role("button", name="Change settings 2").click()
    expect(admin.get_by_text("2 of 2 done.")).to_be_visible()
    admin.goto(f"{BASE}fixes/")
    expect(admin.get_by_role("heading", name="Nothing blocks")).to_be_visible()


def test_a_large_plan_waits_for_a_second_admin(
    plan: Plan, acme: Cast, admin: Page, now: datetime
) -> None:
    set_approval_above(company=acme.company, rows=10, by=acme.admin, now=now)

    admin.goto(f"{BASE}plans/?show=approval")
    admin.get_by_role("link", name="Go-live", exact=True).last.click()

    expect(admin.get_by_text("a second Admin has to approve it")).to_be_visible()
    expect(admin.get_by_role("button", name=f"Link {ROWS}")).to_have_count(0)
    admin.get_by_role("button", name="Discard").click()
    expect(admin.get_by_text("It can be read, and never applied.")).to_be_visible()


def test_everything_since_a_time_on_the_readers_own_clock(
    plan: Plan, acme: Cast, admin: Page, now: datetime
) -> None:
    apply(plan=plan, by=acme.admin, clock=lambda: now)
    admin.goto(f"{BASE}plans/")
    expect(admin.get_by_text("your own clock")).to_be_visible()

    # The reader is in New York, five hours behind UTC on that day.
    local = now - timedelta(hours=5, minutes=1)
    admin.get_by_label("Day and time").fill(local.strftime("%Y-%m-%dT%H:%M:%S"))
    admin.get_by_role("button", name="Show what would come back").click()

    expect(admin.get_by_role("heading", level=1)).to_contain_text("Undo everything since")
    expect(admin.get_by_role("button", name=f"Unlink {ROWS}")).to_be_visible()
