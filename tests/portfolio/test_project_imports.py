"""Projects from a file: what is added, what is changed, what nobody may guess."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.portfolio.conftest import Bring
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.connectors.csvfile.listing import Listing, Notation
from tieback.connectors.errors import ConfigError
from tieback.portfolio import importing
from tieback.portfolio.fields import PROJECT_FILE_FIELDS
from tieback.portfolio.models import Project
from tieback.portfolio.project_imports import import_projects, read_projects
from tieback.portfolio.refusals import RefusedError
from tieback.portfolio.selectors import projects

pytestmark = pytest.mark.django_db

HEADER = ["Project Number", "Project Name", "City", "Project Value", "Start Date", "Status"]


def rows_of(company: Any) -> list[dict[str, Any]]:
    return list(Project.objects.filter(company=company).order_by("pk").values())


def refusals(found: Any) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in found.refused]


def test_a_file_fills_an_empty_portfolio(acme: Cast, projects_file: Bring, now: datetime) -> None:
    erp = factories.make_erp_list(acme.company)
    listing = projects_file(
        HEADER,
        ["24-101", "Clinic", "Troy", "$1,200.50", "3/2/2026", "Active"],
        ["24-102", "Pier", "", "", "", "Inactive"],
        ["", "Nameless pier", "", "", "", ""],
    )

    found = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    assert found.counts == {"added": 3, "changed": 0, "unchanged": 0, "refused": 0}
    clinic, pier, third = Project.objects.order_by("pk")
    assert (clinic.number, clinic.name, clinic.city) == ("24-101", "Clinic", "Troy")
    assert (clinic.value, clinic.start_date) == (Decimal("1200.50"), date(2026, 3, 2))
    assert [one.is_active for one in (clinic, pier, third)] == [True, False, True]
    assert {one.cost_code_list for one in (clinic, pier, third)} == {erp}
    assert all(one.is_erp_integrated for one in (clinic, pier, third))
    assert list(projects(acme.company, query="24101")) == [clinic]


def test_looking_changes_nothing(acme: Cast, projects_file: Bring) -> None:
    factories.make_project(acme.company, number="1", name="Old")
    before = rows_of(acme.company)

    found = read_projects(
        company=acme.company,
        listing=projects_file(["Number", "Name"], ["1", "New"], ["2", "Other"]),
    )

    assert found.counts == {"added": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert rows_of(acme.company) == before
    assert not AuditEvent.objects.exists()


def test_the_number_finds_the_project_and_a_blank_cell_leaves_its_value(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    project = factories.make_project(acme.company, number="1", name="Old", city="Troy")
    same = factories.make_project(acme.company, number="2", name="Same", is_active=False)
    listing = projects_file(
        ["Number", "Name", "City", "Customer"], ["1", "New", "", "Owner"], ["2", "Same", "", ""]
    )

    found = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    project.refresh_from_db()
    assert (project.name, project.city, project.customer) == ("New", "Troy", "Owner")
    assert found.counts == {"added": 0, "changed": 1, "unchanged": 1, "refused": 0}
    assert list(projects(acme.company, query="own new")) == [project]
    same.refresh_from_db()
    assert not same.is_active


def test_each_project_s_history_and_the_whole_are_kept(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    factories.make_project(acme.company, number="1", name="Old")
    listing = projects_file(["Number", "Name"], ["1", "New"], ["2", "Other"], ["3", ""])

    import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    events = AuditEvent.objects.order_by("seq").values_list("action", "before", "after")
    counts = {"added": 1, "changed": 1, "unchanged": 0, "refused": 1}
    assert list(events) == [
        ("project.create", {}, {"number": "2", "name": "Other"}),
        ("project.change", {"name": "Old"}, {"name": "New"}),
        ("portfolio.import_projects", {}, {"file": "projects.csv", **counts}),
    ]
    assert list(breaks(acme.company)) == []


def test_the_same_file_again_changes_nothing(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    listing = projects_file(HEADER, ["1", "Clinic", "Troy", "5.00", "2026-03-02", "Active"])
    import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)
    before = rows_of(acme.company)

    again = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    assert again.counts == {"added": 0, "changed": 0, "unchanged": 1, "refused": 0}
    assert rows_of(acme.company) == before


def test_rows_that_nobody_can_tell_apart_are_refused_with_row_and_column(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    for name in ("One", "Two"):
        factories.make_project(acme.company, number="9", name=name)
    factories.make_project(acme.company, number="", name="Known")
    listing = projects_file(
        ["Project Number", "Project Name"],
        ["1", "Doubled"],
        ["1", "Doubled differently"],
        ["9", "Which"],
        ["", "Known"],
        ["", "Twice"],
        ["", "Twice"],
        ["2", "Good"],
    )

    found = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    number, name = "Column “Project Number”: ", "Column “Project Name”: "
    who = "so nobody can tell which one counts."
    assert refusals(found) == [
        (2, "Project Number", f"{number}“1” stands also in row 3, {who}"),
        (3, "Project Number", f"{number}“1” stands also in row 2, {who}"),
        (
            4,
            "Project Number",
            f"{number}2 projects have the number “9”, so nobody can tell which one is meant.",
        ),
        (
            5,
            "Project Name",
            f"{name}There is a project “Known” without a number already, so nobody can tell "
            "whether this is another one.",
        ),
        (6, "Project Name", f"{name}“Twice” stands also in row 7, {who}"),
        (7, "Project Name", f"{name}“Twice” stands also in row 6, {who}"),
    ]
    assert all(error.mend for error in found.refused)
    assert [row.record.name for row in found.rows] == ["Good"]
    assert Project.objects.filter(company=acme.company).count() == 4


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["1", "", "", "", "", ""], "Project Name"),
        (["1", "A", "", "a lot", "", ""], "Project Value"),
        (["1", "A", "", "", "0000-01-01", ""], "Start Date"),
        (["1", "A", "", "", "24/3/2026", ""], "Start Date"),
        (["1", "A", "", "", "", "Perhaps"], "Status"),
        (["1\u200b", "A", "", "", "", ""], "Project Number"),
        (["1", "A", "c" * 101, "", "", ""], "City"),
        (["1", "A"], ""),
    ],
)
def test_a_broken_cell_is_refused_with_its_column_and_the_rest_goes_on(
    acme: Cast, projects_file: Bring, now: datetime, row: list[str], column: str
) -> None:
    listing = projects_file(HEADER, row, ["2", "Good", "", "", "", ""])

    found = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    (error,) = found.refused
    assert (error.row, error.column, error.source) == (2, column, "projects.csv")
    assert error.mend
    assert "settings" not in error.mend
    assert [one.name for one in Project.objects.all()] == ["Good"]


def test_an_end_before_the_start_is_refused_also_against_what_is_there(
    acme: Cast, projects_file: Bring
) -> None:
    factories.make_project(acme.company, number="1", start_date=date(2026, 3, 2))
    listing = projects_file(
        ["Number", "Name", "Start Date", "End Date"],
        ["1", "A", "", "2026-03-01"],
        ["2", "B", "2026-03-02", "2026-03-01"],
    )

    found = read_projects(company=acme.company, listing=listing)

    assert [(error.row, error.column) for error in found.refused] == [
        (2, "End Date"),
        (3, "End Date"),
    ]


def test_a_file_without_a_column_of_names_is_refused_in_words(
    acme: Cast, projects_file: Bring
) -> None:
    listing = projects_file(["Number", "Town"], ["1", "Troy"])

    with pytest.raises(ConfigError) as refusal:
        read_projects(company=acme.company, listing=listing)

    assert refusal.value.message == (
        "projects.csv has no column that we know as “Name”; its header has “Number”, “Town”."
    )
    assert refusal.value.mend == "Name the column “Project name”, or choose another column for it."


def test_columns_and_notation_can_be_corrected(
    acme: Cast, projects_file: Bring, tmp_path: Path
) -> None:
    projects_file(["Nr", "Was", "Name", "Start"], ["1", "Clinic", "Ann", "3.4.2026"])
    listing = Listing(
        tmp_path / "projects.csv",
        PROJECT_FILE_FIELDS,
        chosen={"number": "Nr", "name": "Was", "customer": "Name"},
        notation=Notation(date_order="DMY"),
    )

    (row,) = read_projects(company=acme.company, listing=listing).rows

    assert row.after == {
        "number": "1",
        "name": "Clinic",
        "customer": "Ann",
        "start_date": date(2026, 4, 3),
    }


def test_formulas_and_dates_in_a_workbook_are_not_taken_for_values(
    acme: Cast, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Number", "Name", "Value"],
        ["1", '=HYPERLINK("http://x","y")', 5],
        [date(2024, 1, 1), "A date as a number", 5],
        ["007", "Good", 5.5],
    ):
        sheet.append(row)
    book.save(tmp_path / "projects.xlsx")
    listing = Listing(tmp_path / "projects.xlsx", PROJECT_FILE_FIELDS)

    found = read_projects(company=acme.company, listing=listing)

    assert [(error.row, error.column) for error in found.refused] == [(2, "Name"), (3, "Number")]
    assert [row.after for row in found.rows] == [
        {"number": "007", "name": "Good", "value": Decimal("5.50")}
    ]


def test_what_was_seen_is_what_is_done_or_nothing(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    listing = projects_file(["Number", "Name"], ["1", "New"])
    seen = read_projects(company=acme.company, listing=listing).digest
    factories.make_project(acme.company, number="1", name="Old")

    with pytest.raises(RefusedError, match="has changed since you looked"):
        import_projects(company=acme.company, listing=listing, by=acme.admin, now=now, seen=seen)

    assert Project.objects.get().name == "Old"
    seen = read_projects(company=acme.company, listing=listing).digest
    import_projects(company=acme.company, listing=listing, by=acme.admin, now=now, seen=seen)
    assert Project.objects.get().name == "New"


def test_another_company_s_numbers_are_not_met(
    acme: Cast, rival: Cast, projects_file: Bring, now: datetime
) -> None:
    theirs = factories.make_project(rival.company, number="1", name="Theirs")
    factories.make_project(rival.company, number="", name="Mine")
    listing = projects_file(["Number", "Name"], ["1", "Mine too"], ["", "Mine"])

    found = import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)

    theirs.refresh_from_db()
    assert (found.counts["added"], theirs.name) == (2, "Theirs")


def test_importing_takes_admin_and_the_own_company(
    acme: Cast, rival: Cast, projects_file: Bring, now: datetime
) -> None:
    listing = projects_file(["Number", "Name"], ["1", "A"])

    for actor, refusal in ((acme.standard, NotAllowedError), (rival.admin, NotOfCompanyError)):
        with pytest.raises(refusal):
            import_projects(company=acme.company, listing=listing, by=actor, now=now)

    assert not Project.objects.exists()


def test_a_file_that_is_too_long_is_refused_as_a_whole(
    acme: Cast, projects_file: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    listing = projects_file(["Number", "Name"], *([str(at), "A"] for at in range(4)))

    with pytest.raises(ConfigError, match="more than 3 rows"):
        read_projects(company=acme.company, listing=listing)


def test_three_hundred_rows_take_few_queries(
    acme: Cast, projects_file: Bring, now: datetime
) -> None:
    def queries(first: int, rows: int) -> int:
        listing = projects_file(
            ["Number", "Name"], *([str(at), f"P {at}"] for at in range(first, first + rows))
        )
        with CaptureQueriesContext(connection) as seen:
            import_projects(company=acme.company, listing=listing, by=acme.admin, now=now)
        return len(seen)

    # SQLite takes no more than so many values in one statement.
    assert queries(1000, 300) < queries(2000, 3) + 20
