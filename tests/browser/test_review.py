"""The review by keyboard, mouse and finger: what each key does, and how soon."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, complaints
from tests.conftest import Cast
from tests.web.golive.lanes_site import REVIEW, Lanes, make_lanes
from tieback.access.models import Level
from tieback.linking.models import Link, Rejection
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# From the key's own event to the next job in the page, as the browser's clock has it.
CLOCK = """
() => {
  window.took = [];
  let at = 0;
  document.addEventListener("keydown", (event) => (at = event.timeStamp), true);
  new MutationObserver(() => window.took.push(performance.now() - at))
    .observe(document.getElementById("review"), { childList: true });
}
"""


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    lanes = make_lanes(acme, looked_up=False)
    for at in range(1, 6):
        held = lanes.proposed(f"24-{at}")
        lanes.second(held.job, f"P-24-{at}-b")
    return lanes


def heading(page: Page, number: str) -> None:
    """Wait until this job is the one under review."""
    expect(page.locator("#review h2")).to_contain_text(number)


def begin(page: Page, asked: str = "?lane=look") -> None:
    page.goto(f"{REVIEW}{asked}")
    # The next one is here before it is wanted.
    page.wait_for_load_state("networkidle")


def states() -> dict[str, str]:
    return dict(Job.objects.order_by("number").values_list("number", "state"))


def test_a_lane_is_decided_by_keyboard_alone(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    heading(admin, "24-1")

    admin.keyboard.press("j")
    heading(admin, "24-2")
    admin.keyboard.press("k")
    heading(admin, "24-1")
    admin.keyboard.press("Enter")
    heading(admin, "24-2")
    admin.keyboard.press("a")
    heading(admin, "24-3")
    admin.keyboard.press("2")
    expect(admin.locator(".review-choice:visible h3")).to_contain_text("P-24-3-b")
    admin.keyboard.press("Enter")
    heading(admin, "24-4")
    expect(admin.locator("#deeds li")).to_have_count(3)
    expect(admin.locator("#left")).to_have_text("2")

    linked = dict(Link.objects.values_list("job__number", "project__number"))
    assert linked == {"24-1": "P-24-1", "24-3": "P-24-3-b"}
    assert states()["24-2"] == "archived"


def test_z_takes_back_decision_by_decision_and_goes_there(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    admin.keyboard.press("Enter")
    heading(admin, "24-2")
    admin.keyboard.press("a")
    heading(admin, "24-3")

    admin.keyboard.press("z")
    heading(admin, "24-2")
    expect(admin.locator("#deeds li").first).to_contain_text("Taken back")
    admin.keyboard.press("z")
    heading(admin, "24-1")
    expect(admin.locator("#left")).to_have_text("5")

    assert set(states().values()) == {"ready"}


def test_x_says_no_to_one_candidate_then_the_next_stands_there(lanes: Lanes, admin: Page) -> None:
    begin(admin)

    admin.keyboard.press("x")
    expect(admin.locator(".review-choice:visible h3")).to_contain_text("P-24-1-b")
    heading(admin, "24-1")
    admin.keyboard.press("x")
    heading(admin, "24-2")
    expect(admin.locator("#deeds li")).to_have_count(2)

    assert Rejection.objects.filter(job__number="24-1").count() == 2


def test_every_key_answers_within_a_tenth_of_a_second(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    admin.evaluate(CLOCK)

    for key, number in (("j", "24-2"), ("k", "24-1"), ("Enter", "24-2"), ("a", "24-3")):
        admin.keyboard.press(key)
        heading(admin, number)
        admin.wait_for_load_state("networkidle")

    took = admin.evaluate("window.took")
    assert len(took) == 4
    assert max(took) < 100


def test_a_slow_server_keeps_nobody_waiting_and_loses_nothing(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    held: list[Route] = []
    admin.route("**/decide/", lambda route: held.append(route))

    for number in ("24-2", "24-3"):
        admin.keyboard.press("Enter")
        heading(admin, number)
    expect(admin.locator("#deeds li")).to_have_count(0)
    # What was held goes on its way.
    admin.unroute("**/decide/")
    expect(admin.locator("#deeds li")).to_have_count(2)

    assert [number for number, state in states().items() if state == "linked"] == ["24-1", "24-2"]


def test_a_refused_decision_comes_back_with_its_reason(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    Project.objects.filter(number="P-24-1").update(is_active=False)

    admin.keyboard.press("Enter")
    heading(admin, "24-2")

    trouble = admin.locator("#troubles [role=alert]")
    expect(trouble).to_contain_text("P-24-1 Clinic 24-1 is inactive.")
    assert complaints(admin) == []
    trouble.get_by_role("link", name="Go back to it").click()
    heading(admin, "24-1")
    expect(admin.get_by_role("button", name="Make the project active")).to_be_visible()
    assert not Link.objects.exists()


def test_a_server_that_does_not_answer_is_tried_again(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    admin.route("**/decide/", lambda route: route.abort())
    admin.keyboard.press("a")
    heading(admin, "24-2")
    trouble = admin.locator("#troubles [role=alert]")
    expect(trouble).to_contain_text("The server did not answer.")
    admin.unroute("**/decide/")

    trouble.get_by_role("button", name="Try again").click()

    expect(admin.locator("#deeds li")).to_contain_text(["Archived"])
    expect(trouble).to_have_count(0)
    assert states()["24-1"] == "archived"


def test_a_blocked_pair_is_not_linked_but_explained_and_mended(lanes: Lanes, admin: Page) -> None:
    Project.objects.filter(number="P-24-1").update(is_erp_integrated=False)
    begin(admin, "?lane=blocked")

    admin.keyboard.press("Enter")
    expect(admin.locator("#said")).to_contain_text("It cannot be linked yet.")
    expect(admin.locator("[data-why]:visible")).to_be_focused()
    admin.get_by_role("button", name="Switch the ERP-integrated setting on").press("Enter")
    expect(admin.locator("[data-why]")).to_have_count(0)
    expect(admin.locator("#deeds li")).to_have_count(1)
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("heading", name="Nothing is left in “Blocked”")).to_be_visible()

    assert Link.objects.get().project.number == "P-24-1"


def test_another_project_is_searched_for_and_linked_by_keyboard(lanes: Lanes, admin: Page) -> None:
    lanes.project("P-77", name="Quarry Hill")
    begin(admin)

    admin.keyboard.press("/")
    expect(admin.locator("#pick")).to_be_focused()
    admin.keyboard.type("quarry")
    expect(admin.get_by_role("option")).to_contain_text(["Quarry Hill"])
    admin.keyboard.press("ArrowDown")
    admin.keyboard.press("Enter")
    expect(admin.locator(".review-choice:visible h3")).to_contain_text("P-77 Quarry Hill")
    heading(admin, "24-1")
    assert not Link.objects.exists()
    admin.keyboard.press("Enter")
    heading(admin, "24-2")
    expect(admin.locator("#deeds li")).to_have_count(1)

    assert Link.objects.get().project.number == "P-77"


def test_a_reload_comes_back_to_the_same_place(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    admin.keyboard.press("j")
    heading(admin, "24-2")
    admin.keyboard.press("Enter")
    heading(admin, "24-3")
    expect(admin.locator("#deeds li")).to_have_count(1)

    admin.reload()

    heading(admin, "24-3")
    expect(admin.locator("#deeds li")).to_have_count(1)
    # What was decided is passed by, and one step of undoing away.
    admin.keyboard.press("k")
    heading(admin, "24-1")
    admin.keyboard.press("z")
    heading(admin, "24-2")


def test_keys_rest_while_one_types_and_with_modifiers_and_when_switched_off(
    lanes: Lanes, admin: Page
) -> None:
    begin(admin)
    note = admin.get_by_label("Write a note for the team")
    note.fill("")
    note.press_sequentially("ajxz1? /")
    expect(note).to_have_value("ajxz1? /")
    note.press("Escape")
    expect(admin.locator("#review h2")).to_be_focused()
    admin.keyboard.press("Control+a")
    admin.keyboard.press("Alt+j")
    heading(admin, "24-1")
    admin.keyboard.press("?")
    dialog = admin.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    admin.keyboard.press("j")
    assert complaints(admin) == []
    dialog.get_by_label("Use these keys on this device").uncheck()
    admin.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    admin.keyboard.press("a")
    admin.reload()
    admin.keyboard.press("a")
    heading(admin, "24-1")

    assert set(states().values()) == {"ready"}


def test_a_key_held_down_decides_once(lanes: Lanes, admin: Page) -> None:
    begin(admin)

    for _ in range(4):
        admin.keyboard.down("Enter")
    admin.keyboard.up("Enter")
    heading(admin, "24-2")
    button = admin.get_by_role("button", name="Archive")
    button.focus()
    for _ in range(4):
        admin.keyboard.down("Enter")
    admin.keyboard.up("Enter")
    heading(admin, "24-3")
    expect(admin.locator("#deeds li")).to_have_count(2)

    assert list(states().values()) == ["linked", "archived", "ready", "ready", "ready"]


def test_what_comes_up_and_what_is_chosen_is_read_out(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    said = admin.locator("#said")

    admin.keyboard.press("j")
    expect(said).to_contain_text("24-2 Clinic 24-2. Is it P-24-2 Clinic 24-2? 93 %.")
    expect(said).to_contain_text("1 more to choose from.")
    admin.keyboard.press("2")
    expect(said).to_contain_text("Candidate 2: P-24-2-b Other P-24-2-b. 4 %.")
    admin.keyboard.press("7")
    expect(said).to_contain_text("There is no candidate 7.")
    for number in ("24-3", "24-4", "24-5"):
        admin.keyboard.press("j")
        heading(admin, number)
    admin.keyboard.press("j")
    expect(said).to_contain_text("This is the last one of the lane.")


def test_the_end_of_the_lane_goes_back_to_what_was_passed_over(lanes: Lanes, admin: Page) -> None:
    begin(admin)
    for number in ("24-2", "24-3", "24-4", "24-5"):
        admin.keyboard.press("j")
        heading(admin, number)

    admin.keyboard.press("Enter")
    heading(admin, "24-1")
    for number in ("24-2", "24-3", "24-4"):
        admin.keyboard.press("a")
        heading(admin, number)
    admin.keyboard.press("a")

    expect(admin.get_by_role("heading", name="Nothing is left in “Look”")).to_be_visible()
    expect(admin.locator("#left")).to_have_text("0")
    assert sorted(states().values()) == ["archived"] * 4 + ["linked"]


def test_a_project_that_has_just_gone_to_another_is_no_longer_offered(
    lanes: Lanes, admin: Page
) -> None:
    first, second = Job.objects.order_by("number")[:2]
    rival = Project.objects.get(number="P-24-1")
    lanes.second(second, "P-x").delete()
    type(lanes.second(second, "P-y")).objects.filter(project__number="P-y").update(project=rival)
    begin(admin)

    admin.keyboard.press("Enter")
    heading(admin, "24-2")

    expect(admin.locator(".review-candidate")).to_have_count(2)
    expect(admin.locator(".review-candidate", has_text="P-24-1 ")).to_have_count(0)
    assert first.number == "24-1"


@pytest.mark.parametrize("level", [Level.STANDARD, Level.READ_ONLY])
def test_below_admin_enter_says_why_it_does_nothing(
    lanes: Lanes, open_page: Open, level: Level
) -> None:
    page = open_page(f"{REVIEW}?lane=look", level=level)

    page.keyboard.press("Enter")
    heading(page, "24-1")
    expect(page.locator("#said")).to_contain_text("Linking takes Admin")
    page.keyboard.press("j")
    heading(page, "24-2")

    assert not Link.objects.exists()


def test_mouse_and_finger_do_the_same_and_every_target_is_large_enough(
    lanes: Lanes, admin: Page
) -> None:
    admin.set_viewport_size({"width": 820, "height": 1180})
    begin(admin)
    sizes = admin.locator(".review-bar :is(button, a), .review-candidate").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect())"
        ".map(box => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 40

    admin.locator(".review-candidate").nth(1).click()
    expect(admin.locator(".review-choice:visible h3")).to_contain_text("P-24-1-b")
    admin.get_by_role("button", name=re.compile("Link these two")).click()
    heading(admin, "24-2")
    admin.get_by_role("link", name=re.compile("Next")).click()
    heading(admin, "24-3")
    admin.get_by_role("button", name=re.compile("Undo my last")).click()
    heading(admin, "24-1")

    assert not Link.objects.filter(unlinked_at=None).exists()


def test_axe_finds_nothing_serious_on_any_state_of_it(
    lanes: Lanes, admin: Page, theme: str
) -> None:
    Project.objects.filter(number="P-24-2").update(is_erp_integrated=False)
    found = {}
    for asked in ("?lane=look", "?lane=blocked", "?lane=twins", "?lane=archived"):
        begin(admin, asked)
        found[asked] = complaints(admin)
    begin(admin)
    admin.get_by_text("Why 93 %").first.click()
    found["why"] = complaints(admin)
    admin.keyboard.press("?")
    found["keys"] = complaints(admin)

    assert {asked: said for asked, said in found.items() if said} == {}


def test_look_alikes_are_decided_by_keyboard(lanes: Lanes, admin: Page, theme: str) -> None:
    made = [
        lanes.proposed(
            f"30-{letter}",
            "Twins",
            twins=4,
            job={"name": f"RIVER TOWER {letter}"},
            project={"name": f"River Tower {letter}"},
        )
        for letter in "AB"
    ]
    admin.goto("/c/acme/go-live/twins/")
    assert complaints(admin) == []

    admin.get_by_label("Project of 30-B RIVER TOWER B").select_option("Decide later")
    admin.get_by_role("button", name="Decide this group").press("Enter")

    expect(admin.locator("#deeds li")).to_have_count(1)
    assert Link.objects.get().job_id == made[0].job_id


def test_at_200_percent_nothing_runs_out_of_the_page(lanes: Lanes, admin: Page) -> None:
    admin.set_viewport_size({"width": 720, "height": 450})
    begin(admin)

    assert admin.evaluate("document.documentElement.scrollWidth") <= 720
    expect(admin.get_by_role("button", name=re.compile("Link these two"))).to_be_visible()
