"""The combobox module against its contract, with the options' address answered at the network."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import complaints
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MARK_UP = """<div class="combobox" data-combobox data-url="/options/">
  <label class="form-label" for="pick">Project</label>
  <input class="form-control" id="pick"><input type="hidden" name="project">
  <input type="hidden" name="refused" data-refused></div>"""
PLACE = """(html) => {
  document.querySelector("main").innerHTML = `<form id="form">${html}</form>`;
  window.heard = [];
  for (const input of document.querySelectorAll("main input[type=hidden]"))
    input.addEventListener("change", () => window.heard.push(`${input.name}=${input.value}`));
  document.querySelector("#form").addEventListener("submit", (event) => {
    event.preventDefault();
    window.heard.push("sent");
  });
  document.dispatchEvent(new Event("htmx:after:swap"));
}"""
ALL = {"1": "Mercy Clinic", "2": "Mercy Tower", "3": "Mercy School", "4": "Cedar Bridge"}


def answer(route: Route) -> None:
    """What a server would find; number 2 is never available."""
    [query] = parse_qs(urlsplit(route.request.url).query, keep_blank_values=True)["q"]
    found = [
        f'<li role="option" data-value="{value}" data-label="{name}"'
        + (' aria-disabled="true"' if value == "2" else "")
        + f">{name}{'<small>Inactive.</small>' if value == '2' else ''}</li>"
        for value, name in ALL.items()
        if name.lower().startswith(query.lower())
    ]
    note = "<p data-note>Type more to narrow it down.</p>" if len(found) == len(ALL) else ""
    route.fulfill(body="".join(found) + note, content_type="text/html")


@pytest.fixture
def form(admin: Page, acme: Cast) -> Page:
    admin.route("**/options/?*", answer)
    admin.goto("/c/acme/portfolio/cost-code-lists/")
    admin.evaluate(PLACE, MARK_UP)
    return admin


def heard(page: Page) -> list[str]:
    said: list[str] = page.evaluate("window.heard")
    return said


def test_typing_offers_options_and_keys_choose_one(form: Page) -> None:
    pick = form.get_by_role("combobox", name="Project")
    pick.press_sequentially("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    expect(pick).to_have_attribute("aria-expanded", "true")
    pick.press("ArrowDown")
    first = form.get_by_role("option", name="Mercy Clinic")
    expect(pick).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    expect(first).to_have_attribute("aria-selected", "true")
    pick.press("Enter")

    expect(pick).to_have_value("Mercy Clinic")
    expect(pick).to_have_attribute("aria-expanded", "false")
    assert heard(form) == ["project=1"]


def test_what_was_typed_before_the_script_was_there_is_searched_for(form: Page) -> None:
    form.evaluate("(html) => { document.querySelector('#form').innerHTML = html }", MARK_UP)
    form.locator("#pick").focus()
    form.keyboard.type("mercy c")

    form.evaluate("document.dispatchEvent(new Event('htmx:after:swap'))")

    expect(form.get_by_role("option")).to_have_text(["Mercy Clinic"])


def test_a_disabled_option_is_reached_and_explained_but_never_chosen(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    pick.press("ArrowDown")
    pick.press("ArrowDown")
    expect(form.get_by_role("option", name="Mercy Tower")).to_have_attribute(
        "aria-selected", "true"
    )
    pick.press("Enter")

    expect(form.get_by_role("status")).to_have_text("Not available: Mercy TowerInactive.")
    expect(pick).to_have_value("mercy")
    assert heard(form) == ["refused=2"]


def test_the_number_found_is_announced(form: Page) -> None:
    form.get_by_role("combobox").fill("mercy")

    expect(form.get_by_role("status")).to_have_text("3 found, 1 of them not available.")


def test_home_end_and_wrapping_move_among_the_options(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    reached = []
    for key in ("ArrowUp", "ArrowDown", "End", "Home"):
        pick.press(key)
        reached.append(form.locator("[aria-selected=true]").get_attribute("data-value"))

    assert reached == ["3", "1", "3", "1"]


def test_a_new_letter_clears_the_old_list_before_the_new_one_is_there(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    form.unroute("**/options/?*")
    form.route("**/options/?*", lambda route: None)
    pick.fill("cedar")
    pick.press("Enter")

    expect(form.get_by_role("option")).to_have_count(0)
    assert "project=1" not in heard(form)


def test_typing_after_a_choice_takes_it_back(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("cedar")
    form.get_by_role("option", name="Cedar Bridge").click()
    pick.press("Backspace")

    assert heard(form) == ["project=4", "project="]


def test_enter_on_an_open_list_sends_no_form(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    pick.press("Enter")

    assert heard(form) == []


def test_escape_closes_then_empties(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    pick.press("Escape")
    expect(form.get_by_role("listbox")).to_be_hidden()
    expect(pick).to_have_value("mercy")
    pick.press("Escape")

    expect(pick).to_have_value("")


def test_arrow_down_opens_the_whole_list_with_its_note(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.press("ArrowDown")

    expect(form.get_by_role("option")).to_have_count(4)
    expect(form.get_by_text("Type more to narrow it down.").first).to_be_visible()


def test_nothing_found_and_no_answer_say_different_things(form: Page) -> None:
    pick = form.get_by_role("combobox")
    pick.fill("zebra")
    expect(form.get_by_role("status")).to_have_text("Nothing found.")
    form.unroute("**/options/?*")
    form.route("**/options/?*", lambda route: route.fulfill(status=500, body="x"))
    pick.fill("mercy")

    expect(form.get_by_role("status")).to_have_text(
        "The search did not answer. Type again to repeat it."
    )


def test_an_open_list_is_free_of_complaints(form: Page, theme: str) -> None:
    form.evaluate("(theme) => document.documentElement.dataset.bsTheme = theme", theme)
    pick = form.get_by_role("combobox")
    pick.fill("mercy")
    expect(form.get_by_role("option")).to_have_count(3)
    pick.press("ArrowDown")

    assert complaints(form) == []


def test_the_list_stays_within_the_window_and_out_of_every_box(form: Page) -> None:
    form.evaluate("document.querySelector('#form').className = 'table-box'")
    form.set_viewport_size({"width": 600, "height": 320})
    pick = form.get_by_role("combobox")
    pick.press("ArrowDown")
    expect(form.get_by_role("option")).to_have_count(4)
    inside = form.locator(".combobox-popup").evaluate(
        """(popup) => { const at = popup.getBoundingClientRect();
          return at.top >= 0 && at.bottom <= innerHeight && at.height > 60; }"""
    )

    assert inside
