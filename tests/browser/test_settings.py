"""From a file on somebody's desk to counts and issues, without touching a mouse."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Open, complaints_by_path
from tests.conftest import Cast
from tieback.connections.folders import own_folder
from tieback.connections.models import Connection
from tieback.staging.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = [f"24-{number},Clinic {number},Active,1.00" for number in range(1, 41)]
FILE = "\n".join(["Nr,Bezeichnung,Status,Contract Amount", *ROWS, "24-99,Bad,Active,a lot", ""])


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(120):
        if page.evaluate("(s) => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not reach {selector}.")


def choose_file(page: Page, selector: str, path: Path) -> None:
    tab_to(page, selector)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)


def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    """Activate a button or a link by keyboard, wait for the page that follows."""
    page.get_by_role(role, name=name, exact=True).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture
def uploaded(acme: Cast) -> Connection:
    """A connection with a file whose required columns nobody could guess."""
    connection = factories.make_connection(acme.company, name="Sage")
    folder = own_folder(connection)
    folder.mkdir(parents=True)
    (folder / "job.csv").write_text(FILE)
    connection.settings = {"folder": str(folder)}
    connection.save()
    return connection


def test_a_file_is_uploaded_mapped_and_read_by_keyboard(open_page: Open, tmp_path: Path) -> None:
    export = tmp_path / "Job List.csv"
    export.write_text(FILE)
    page = open_page("/c/acme/erp/settings/")

    press(page, "Add a connection", "link")
    tab_to(page, "#id_name")
    page.keyboard.type("Sage 300")
    choose_file(page, "#file-job", export)
    press(page, "Add connection")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sage 300")
    expect(page.locator("#messages")).to_contain_text("Sage 300 is added")

    press(page, "Columns of jobs", "link")
    expect(page.get_by_role("alert").first).to_contain_text("has no column that we know as")
    for field, header in (("number", "Nr"), ("name", "Bezeichnung")):
        tab_to(page, f"#column-{field}")
        page.keyboard.type(header)
    press(page, "Save columns")
    expect(page.locator("#messages")).to_contain_text("The columns are saved")
    expect(page.locator("tr", has=page.locator("#column-name"))).to_contain_text("Clinic 1")

    press(page, "Refresh ERP project list")
    expect(page.locator("#run-says")).to_contain_text("1 issue to mend", timeout=20_000)
    expect(page.get_by_role("row", name="Jobs 41 40 0 0 1 0")).to_be_visible()
    assert Job.objects.count() == 40

    press(page, "See each with its mend", "link")
    row = page.locator("table.issues tbody tr")
    expect(row).to_have_count(1)
    for words in ("job.csv", "42", "Contract Amount", "not an amount", "leave the cell empty"):
        expect(row).to_contain_text(words)


def test_a_file_of_the_wrong_kind_is_refused_on_the_page(
    open_page: Open, uploaded: Connection, tmp_path: Path
) -> None:
    wrong = tmp_path / "plan.pdf"
    wrong.write_bytes(b"%PDF-1.7")
    page = open_page(f"/c/acme/erp/settings/{uploaded.pk}/")

    page.set_input_files("#file-job", wrong)
    press(page, "Upload")

    expect(page.get_by_role("alert")).to_contain_text("“plan.pdf” is of a kind")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_settings_screens_have_nothing_serious_against_them(
    open_page: Open, uploaded: Connection, theme: str
) -> None:
    run = factories.make_run(uploaded, status="failed", problem="The folder is gone.")
    factories.make_issue(run)
    base = "/c/acme/erp/settings/"
    paths = [
        base,
        f"{base}add/",
        f"{base}add/?way=settings",
        f"{base}{uploaded.pk}/",
        f"{base}{uploaded.pk}/columns/job/",
        f"{base}{uploaded.pk}/columns/vendor/",
    ]

    page = open_page(base, theme=theme)

    assert complaints_by_path(page, paths) == {}
