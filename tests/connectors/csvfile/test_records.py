"""Rows to records: ids, cost types, repeats, and the refusal of a cell with its place."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.connectors import export
from tieback.connectors.errors import RecordError
from tieback.connectors.records import (
    CostCodeRecord,
    JobRecord,
    Record,
    Resource,
    SourceRow,
    SubJobRecord,
    VendorRecord,
)

JOBS = [["Job #", "Name"], ["1", "A"]]


def records(folder: Path, name: str, rows: list[list[str]], resource: Resource) -> list[Record]:
    connector = export.reader(export.write_all(folder, {"jobs.csv": JOBS, name: rows}))
    return [one for one in connector.read(resource) if not isinstance(one, RecordError)]


def ids(folder: Path, content: str, **values: object) -> list[tuple[str, bool]]:
    """Id of each row of jobs, and whether it is refused."""
    return [
        (row.external_id, isinstance(row, RecordError))
        for row in export.of_jobs(folder, content, **values).rows(Resource.JOB)
    ]


def test_a_job_with_everything(tmp_path: Path) -> None:
    content = (
        "ERP ID,Job #,Name,Status,Customer,Address,City,State,Zip,Country,Start Date,End Date,"
        "Contract Value\n"
        'k1,24001,A,Closed,C,1 Main St,Queens,NY,01101,USA,3/24/2026,2027-01-31,"1,234.5"\n'
    )

    assert export.jobs(export.of_jobs(tmp_path, content)) == [
        JobRecord(
            external_id="k1",
            number="24001",
            name="A",
            status="Closed",
            is_active=False,
            customer="C",
            address="1 Main St",
            city="Queens",
            state_code="NY",
            zip="01101",
            country="USA",
            start_date=date(2026, 3, 24),
            end_date=date(2027, 1, 31),
            contract_value=Decimal("1234.50"),
        )
    ]


def test_what_is_not_said_is_not_made_up(tmp_path: Path) -> None:
    content = "Job #,Name,Status,City,Start Date,Contract Value\n1,A,, ,  ,\n"

    assert export.jobs(export.of_jobs(tmp_path, content)) == [JobRecord("1", "1", "A")]


def test_date_order_and_decimal_mark_are_followed(tmp_path: Path) -> None:
    content = "Job #;Name;Start Date;Contract Value\n1;A;3/4/2026;1.234\n"
    connector = export.of_jobs(tmp_path, content, date_order="DMY", decimal_mark=",")

    [job] = export.jobs(connector)
    assert (job.start_date, job.contract_value) == (date(2026, 4, 3), Decimal("1234.00"))


@pytest.mark.parametrize(
    ("column", "cell", "words", "mend"),
    [
        ("Start Date", "24/3/2026", "“24/3/2026” is not a date", "Order of dates"),
        ("Start Date", "0000-01-01", "year 0", "1900 to 2200"),
        ("Contract Value", "one million", "“one million” is not an amount", "digits"),
        ("Status", "Zombie", "“Zombie” says neither", "More words for active"),
        ("City", "x" * 101, "101 characters; 100 fit", "Shorten"),
        ("Name", "x\x07", "U+0007", "Type the value again"),
        ("Name", " ", "empty", "Fill it in"),
    ],
)
def test_a_refused_cell_says_where_and_how(
    column: str, cell: str, words: str, mend: str, tmp_path: Path
) -> None:
    headers = ["Job #", "Name", "Status", "City", "Start Date", "Contract Value"]
    cells = {"Job #": "1", "Name": "A", column: cell}
    export.write(
        tmp_path / "jobs.csv",
        [headers, ["2", "B", "", "", "", ""], [cells.get(h, "") for h in headers]],
    )

    good, refused = list(export.reader(tmp_path).read(Resource.JOB))
    assert good == JobRecord("2", "2", "B")
    assert isinstance(refused, RecordError)
    assert (refused.source, refused.row, refused.column) == ("jobs.csv", 3, column)
    assert refused.external_id == "1"
    assert words in refused.message
    assert mend in refused.mend


@pytest.mark.parametrize("number", ["", " ", "2\u200b4", "x" * 201, "a\x07"])
def test_a_row_that_names_no_record_is_refused(number: str, tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, f"Job #,Name\n{number},A\n1,B\n")

    assert [job.name for job in export.jobs(connector)] == ["B"]
    assert [(row, column) for row, column, _ in export.refusals(connector)] == [(2, "Job #")]


def test_a_missing_id_is_not_replaced_by_the_number(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "ERP ID,Job #,Name\n,1,A\nk,2,B\n")

    assert [job.external_id for job in export.jobs(connector)] == ["k"]
    assert [column for _, column, _ in export.refusals(connector)] == ["ERP ID"]


def test_rows_that_say_the_same_are_one(tmp_path: Path) -> None:
    assert ids(tmp_path, "Job #,Name\n1,A\n2,B\n1,A\n1,A\n") == [("1", False), ("2", False)]


def test_rows_that_contradict_each_other_are_all_refused(tmp_path: Path) -> None:
    content = "Job #,Name\n1,A\n2,B\n 1,C\n1,A\n"
    connector = export.of_jobs(tmp_path, content)

    assert ids(tmp_path, content) == [("1", True), ("2", False), ("1", True), ("1", True)]
    assert [(row, message[:30]) for row, _, message in export.refusals(connector)] == [
        (2, "“1” stands also in row 4, 5, w"),
        (4, "“1” stands also in row 2, 5, w"),
        (5, "“1” stands also in row 2, 4, w"),
    ]


def test_a_row_that_breaks_does_not_contradict(tmp_path: Path) -> None:
    assert ids(tmp_path, "Job #,Name\n1\n1,A\n") == [("1", True), ("1", False)]


def test_an_id_that_stands_in_every_row_names_only_a_few(tmp_path: Path) -> None:
    content = "Job #,Name\n" + "".join(f"1,{n}\n" for n in range(5_000))

    refused = export.refusals(export.of_jobs(tmp_path, content))

    assert len(refused) == 5_000
    assert "row 3, 4, 5, 6, 7 and 4,994 more" in refused[0][2]


def test_cost_types_in_one_cell_are_a_record_each(tmp_path: Path) -> None:
    rows = [
        ["Job", "Cost Code", "Name", "Types", "Parent", "Active"],
        ["1", "03-100", "Concrete", "L; M,S;;L", "03", "no"],
        ["1", "03|1", "Odd", "", "", ""],
    ]

    assert records(tmp_path / "x", "cost codes.csv", rows, Resource.COST_CODE) == [
        CostCodeRecord("1|03-100|L", "1", "03-100", "Concrete", "03", "L", False),
        CostCodeRecord("1|03-100|M", "1", "03-100", "Concrete", "03", "M", False),
        CostCodeRecord("1|03-100|S", "1", "03-100", "Concrete", "03", "S", False),
        CostCodeRecord("1|03\\|1", "1", "03|1", "Odd"),
    ]


def test_cost_types_on_rows_of_their_own_are_the_same_records(tmp_path: Path) -> None:
    header = ["Job", "Cost Code", "Name", "Type"]
    apart = [header, ["1", "03", "Concrete", "L"], ["1", "03", "Concrete", "M"]]
    together = [header, ["1", "03", "Concrete", "L;M"], ["1", "03", "Concrete", "M"]]

    assert records(tmp_path / "x", "phases.csv", apart, Resource.COST_CODE) == records(
        tmp_path / "y", "phases.csv", together, Resource.COST_CODE
    )


def test_ids_of_cost_codes_are_kept_and_parted_by_type(tmp_path: Path) -> None:
    rows = [
        ["ID", "Job", "Cost Code", "Name", "Type"],
        ["7", "1", "03", "Concrete", "L"],
        ["8", "1", "04", "Steel", "L;M"],
    ]

    read = records(tmp_path / "x", "cost_codes.csv", rows, Resource.COST_CODE)

    assert [record.external_id for record in read] == ["7", "8|L", "8|M"]


def test_parts_of_an_id_never_run_into_each_other(tmp_path: Path) -> None:
    rows = [["Job", "Sub Job", "Name"], ["1|2", "3", "A"], ["1", "2|3", "B"]]

    assert records(tmp_path / "x", "sub_jobs.csv", rows, Resource.SUB_JOB) == [
        SubJobRecord("1\\|2|3", "1|2", "3", "A"),
        SubJobRecord("1|2\\|3", "1", "2|3", "B"),
    ]


def test_a_composed_id_that_is_too_long_is_refused(tmp_path: Path) -> None:
    rows = [["Job", "Sub Job", "Name"], ["1" * 120, "2" * 90, "A"]]
    folder = export.write_all(tmp_path / "x", {"jobs.csv": JOBS, "sub_jobs.csv": rows})

    [(row, column, message)] = export.refusals(export.reader(folder), Resource.SUB_JOB)
    assert (row, column) == (2, "Job")
    assert "200 characters" in message


def test_a_vendor_with_everything(tmp_path: Path) -> None:
    rows = [
        ["Vendor ID", "Vendor", "Status", "Street", "City", "State", "ZIP", "Phone", "E-Mail"],
        ["V1", "Steel", "Inactive", "1 Main", "Queens", "NY", "011", "+1 5", "a@b.example"],
    ]

    assert records(tmp_path / "x", "vendors.csv", rows, Resource.VENDOR) == [
        VendorRecord(
            "V1", "V1", "Steel", False, "1 Main", "Queens", "NY", "011", "+1 5", "a@b.example"
        )
    ]


def test_the_digest_follows_cells_and_settings(tmp_path: Path) -> None:
    def digest(content: str, **values: object) -> str:
        [row] = export.of_jobs(tmp_path, content, **values).rows(Resource.JOB)
        assert isinstance(row, SourceRow)
        return row.digest

    content = "Job #,Name,Note\n1,A,x\n"
    same = digest(content)
    others = {
        digest("Job #,Name,Note\n1,A,y\n"),
        digest("Job #,Name,Note\n1,Ax,\n"),
        digest("Job #,Name,Remark\n1,A,x\n"),
        digest(content, date_order="DMY"),
        digest(content, decimal_mark=","),
        digest(content, active_words="on hold"),
        digest(content, mapping={"job": {"customer": "Note"}}),
    }

    assert digest("\n" + content) == digest(content, delimiter=",") == same
    assert len(others - {same}) == 7


def test_a_row_can_be_parsed_by_another_instance(tmp_path: Path) -> None:
    [row] = export.of_jobs(tmp_path, "Job #,Name\n1,A\n").rows(Resource.JOB)

    assert isinstance(row, SourceRow)
    assert export.reader(tmp_path).record(row) == JobRecord("1", "1", "A")


def test_a_broken_row_of_several_records_names_none_of_them(tmp_path: Path) -> None:
    header = ["Job", "Cost Code", "Name", "Type"]
    rows = [
        header,
        ["1", "03", "A\0", "L;M"],
        ["1", "04", "A", "L;M", "stray"],
        ["1", "05", "A\0", "L"],
    ]
    folder = export.write_all(tmp_path / "x", {"jobs.csv": JOBS, "cost_codes.csv": rows})

    refused = list(export.reader(folder).rows(Resource.COST_CODE))

    assert [(row.row, row.external_id) for row in refused] == [(2, ""), (3, ""), (4, "1|05|L")]
