"""A sheet that was tampered with, went stale or never was ours does nothing but explain."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import factories
from tests.conftest import Cast
from tests.plans.conftest import Yard
from tests.plans.roundtrip.conftest import AT, Desk
from tieback.access.actors import NotAllowedError
from tieback.connectors.errors import ConfigError
from tieback.linking.models import Rejection
from tieback.plans.models import Plan
from tieback.plans.roundtrip import reading
from tieback.plans.roundtrip.columns import COLUMNS
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
Rows = list[dict[str, Any]]


def link_all(rows: Rows) -> None:
    for row in rows:
        row["decision"] = "link"


def problems(desk: Desk, change: Any, kind: str = "json") -> dict[int, tuple[str, str]]:
    """Row → (column, reason) of what is refused; nothing is ever written."""
    checked = desk.returned(lambda rows: (link_all(rows), change(rows)), kind)
    assert not Plan.objects.exists()
    assert {one.row for one in checked.verdicts if one.decision}.isdisjoint(
        one.row for one in checked.refused
    )
    return {
        one.row: (one.problem.column, one.problem.reason)
        for one in checked.refused
        if one.problem and one.problem.mend
    }


def test_swapped_keys_are_found_by_the_texts_beside_them(desk: Desk) -> None:
    def swap(rows: Rows) -> None:
        rows[0]["key"], rows[1]["key"] = rows[1]["key"], rows[0]["key"]

    found = problems(desk, swap)

    job = desk.pairs[1][0]
    assert set(found) == {1, 2}
    assert found[1] == (
        "ERP number",
        f"it says “{desk.pairs[0][0].number}”, but its key belongs to “{job.number}”.",
    )


def test_a_sorted_column_is_found_too(desk: Desk) -> None:
    def sort_names(rows: Rows) -> None:
        names = [row["project_name"] for row in rows]
        for row, name in zip(rows, reversed(names), strict=True):
            row["project_name"] = name

    assert set(problems(desk, sort_names)) == {1, 3}


@pytest.mark.parametrize(
    "forged",
    ["", "1.2.3.x.leave", "1.2.3.0123456789abcdef.leave:forged", "x" * 100_000, "a.b:c", "=A1"],
)
def test_a_key_that_is_not_ours_is_refused(desk: Desk, forged: str) -> None:
    found = problems(desk, lambda rows: rows[1].update(key=forged[:500]), "json")

    assert list(found) == [2]


def test_the_ids_in_a_key_cannot_be_changed(desk: Desk) -> None:
    def another_project(rows: Rows) -> None:
        company, job, _, facts = rows[0]["key"].split(".", 3)
        rows[0]["key"] = ".".join([company, job, str(desk.pairs[1][1].pk), facts])

    assert problems(desk, another_project)[1][1] == "its key is missing or was changed."


def test_the_rows_of_another_company_are_refused(desk: Desk, rival: Cast) -> None:
    yard = Yard(
        rival, factories.make_connection(rival.company), factories.make_erp_list(rival.company)
    )
    foreign = Desk(yard, desk.folder, yard.pairs(1))

    checked = desk.checked(foreign.exported("json"), "json")

    [refused] = checked.refused
    assert refused.problem is not None
    assert refused.problem.reason == "its key is not of this company."
    assert (refused.job, checked.decisions) == (None, [])


def test_a_number_finds_no_project_of_another_company(desk: Desk, rival: Cast) -> None:
    factories.make_project(rival.company, number="SECRET-1")

    found = problems(desk, lambda rows: rows[0].update(other_project="SECRET-1"))

    assert found == {1: ("Other project (its number)", "no project has the number “SECRET-1”.")}


def test_a_number_that_two_projects_share_is_not_guessed(desk: Desk) -> None:
    for _ in range(2):
        desk.yard.project(number="24-7")

    found = problems(desk, lambda rows: rows[0].update(other_project="24-7"))

    assert found[1][1] == "2 projects have the number “24-7”."


@pytest.mark.parametrize("what", ["job", "archived", "project", "rejected", "gone"])
def test_a_row_whose_facts_changed_since_the_export_is_stale(desk: Desk, what: str) -> None:
    job, project = desk.pairs[1]
    content = desk.exported("json")

    if what == "job":
        Job.objects.filter(pk=job.pk).update(digest="f" * 32)
    elif what == "archived":
        Job.objects.filter(pk=job.pk).update(state="archived")
    elif what == "project":
        Project.objects.filter(pk=project.pk).update(name="Renamed")
    elif what == "rejected":
        Rejection.objects.create(
            company=job.company, job=job, project=project, rejected_at=job.changed_at
        )
    else:
        job.candidates.all().delete()
        project.cost_codes.all().delete()
        project.delete()

    [stale] = desk.checked(content, "json").refused
    assert (stale.row, stale.job) == (2, job)
    assert stale.problem is not None
    assert stale.problem.reason.endswith("changed since the export.")


def test_doubled_rows_and_jobs_with_two_fates_are_refused(desk: Desk) -> None:
    other = desk.pairs[1][1]
    factories.make_candidate(desk.pairs[0][0], other, is_proposed=False, lane="", rank=2)

    def double(rows: Rows) -> None:
        rows.append(dict(rows[0]))
        rows.append({**rows[0], "decision": "archive"})

    found = problems(desk, double)

    assert {row: reason for row, (_, reason) in found.items()} == {
        4: "the same row stands in row 1 already.",
        5: "the same row stands in row 1 already.",
    }


@pytest.mark.parametrize("word", ["yes", "LINK!", "delete everything", "=1+1", "x" * 400])
def test_another_word_is_no_decision(desk: Desk, word: str) -> None:
    found = problems(desk, lambda rows: rows[2].update(decision=word))

    assert found[3][0] == "Decision"
    assert "is no decision" in found[3][1]


def test_a_project_beside_another_word_than_link_is_refused(desk: Desk) -> None:
    change = {"decision": "archive", "other_project": "P-1"}

    found = problems(desk, lambda rows: rows[0].update(change))

    assert found[1][1] == "a project is named, but the decision is “archive”."


def test_formulas_are_refused_wherever_they_stand(desk: Desk) -> None:
    def put(sheet: Any) -> None:
        sheet.cell(2, AT["decision"] + 1).value = '=IF(1,"link","leave")'
        sheet.cell(3, AT["decision"] + 1).value = "link"
        sheet.cell(3, AT["customer"] + 1).value = "=A1"
        sheet.cell(4, AT["decision"] + 1).value = "link"

    checked = desk.checked(desk.workbook(put), "xlsx")

    assert [one.row for one in checked.refused] == [2, 3]
    assert all("formula" in one.problem.reason for one in checked.refused if one.problem)
    assert len(checked.decisions) == 1


def test_hidden_rows_are_passed_over_and_that_is_said(desk: Desk) -> None:
    def put(sheet: Any) -> None:
        for row in (2, 3, 4):
            sheet.cell(row, AT["decision"] + 1).value = "link"
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[4].hidden = True

    checked = desk.checked(desk.workbook(put), "xlsx")

    assert [one.row for one in checked.verdicts] == [3]
    assert checked.notes[0].startswith("2 hidden rows were passed over.")


def test_a_sheet_of_another_name_is_refused(desk: Desk) -> None:
    content = desk.workbook(lambda sheet: setattr(sheet, "title", "Table1"))

    with pytest.raises(ConfigError, match="has no sheet “Decisions” that can be seen"):
        desk.checked(content, "xlsx")


def test_a_hidden_sheet_does_not_count(desk: Desk) -> None:
    def hide(sheet: Any) -> None:
        sheet.sheet_state = "hidden"

    with pytest.raises(ConfigError, match="that can be seen"):
        desk.checked(desk.workbook(hide), "xlsx")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_missing_columns_are_named(desk: Desk, kind: str) -> None:
    if kind == "xlsx":
        content = desk.workbook(lambda sheet: sheet.delete_cols(AT["key"] + 1))
    else:
        content = b"ERP number;Decision\n1;link\n"

    with pytest.raises(ConfigError, match="“Row key"):
        desk.checked(content, kind)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"rows": 1}', b"\xff\xfe\x00", b"[" * 100_000),
        *(b'{"rows": {"key": 1}}', b"null", b'"rows"', b"NaN"),
    ],
)
def test_json_that_is_no_plan_file_is_refused(desk: Desk, content: bytes) -> None:
    with pytest.raises(ConfigError, match="is no plan file"):
        desk.checked(content, "json")


@pytest.mark.parametrize("row", [1, None, [], {}, {"key": []}, {"key": {"a": 1}}, "link"])
def test_json_rows_of_any_shape_are_refused_one_by_one(desk: Desk, row: object) -> None:
    rows = [*desk.rows(), {**desk.rows()[0], **row} if isinstance(row, dict) and row else row]
    rows[0]["decision"] = "link"

    checked = desk.checked(json.dumps({"rows": rows}).encode(), "json")

    assert [one.row for one in checked.refused] == [4]
    assert len(checked.decisions) == 1


def test_more_rows_than_any_sheet_of_ours_are_refused_without_reading_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    for kind in ("json", "csv", "xlsx"):
        with pytest.raises(ConfigError, match="more than 2 rows"):
            desk.checked(desk.exported(kind), kind)


def test_a_million_rows_are_refused_in_a_moment(desk: Desk) -> None:
    line = b",".join(b"x" for _ in COLUMNS) + b"\n"
    header = desk.exported("csv").split(b"\r\n", 1)[0] + b"\n"

    with pytest.raises(ConfigError, match="more than"):
        desk.checked(header + line * 1_000_000, "csv")


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(desk: Desk) -> None:
    book = BytesIO(desk.exported("xlsx"))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * (300 << 20))

    with pytest.raises(ConfigError, match="too large"):
        desk.checked(book.getvalue(), "xlsx")


def test_what_is_no_workbook_at_all_is_said(desk: Desk, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(ConfigError):
            desk.checked(content, "xlsx")


def test_a_workbook_of_somebody_else_is_refused(desk: Desk) -> None:
    book = openpyxl.Workbook()
    file = BytesIO()
    book.save(file)

    with pytest.raises(ConfigError, match="has no sheet “Decisions”"):
        desk.checked(file.getvalue(), "xlsx")


def test_a_reader_may_not_upload(desk: Desk, acme: Cast) -> None:
    with pytest.raises(NotAllowedError, match="you need Standard"):
        desk.checked(desk.exported("json"), "json", acme.reader)
