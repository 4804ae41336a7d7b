"""Which column is which: guessed, corrected, and refused where it cannot be known."""

from pathlib import Path

import pytest

from tests.connectors import export
from tieback.connectors.csvfile.inspection import Inspection, Problem
from tieback.connectors.csvfile.mapping import column_letter, plain_header
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import JobRecord, Resource


@pytest.mark.parametrize(
    "header",
    [
        "Job #,Job Name",
        "JOB NO.,Job Description",
        "job_number,name",
        "Project ID,Project Title",
        '"Job\nNumber", Name ',
        "Code,Description",
    ],
)
def test_common_headers_are_known(header: str, tmp_path: Path) -> None:
    [job] = export.jobs(export.of_jobs(tmp_path, f"{header}\n1,A\n"))

    assert job == JobRecord("1", "1", "A")


def test_the_likelier_of_two_headers_wins(tmp_path: Path) -> None:
    [job] = export.jobs(export.of_jobs(tmp_path, "Description,Job Name,No,Job #\nx,A,y,1\n"))

    assert (job.number, job.name) == ("1", "A")


def test_a_person_chooses_other_columns(tmp_path: Path) -> None:
    connector = export.of_jobs(
        tmp_path,
        "Job #,Job Name,Auftrag,Key\n1,A,B,k\n",
        mapping={"job": {"name": "Auftrag", "external_id": "Key"}},
    )

    assert export.jobs(connector) == [JobRecord("k", "1", "B")]


def test_a_person_leaves_a_column_out(tmp_path: Path) -> None:
    connector = export.of_jobs(
        tmp_path, "Job #,Name,Status\n1,A,Zombie\n", mapping={"job": {"status": ""}}
    )

    assert export.jobs(connector) == [JobRecord("1", "1", "A")]


def test_a_chosen_header_serves_no_other_field(tmp_path: Path) -> None:
    connector = export.of_jobs(
        tmp_path, "Job #,Name,Owner\n1,A,B\n", mapping={"job": {"name": "Owner"}}
    )

    assert export.jobs(connector) == [JobRecord("1", "1", "B")]


@pytest.mark.parametrize(
    ("content", "mapping", "words"),
    [
        ("Job #,Nom\n1,A\n", {}, "“Name”; its header has “Job #”, “Nom”"),
        ("Foo,Bar\n1,A\n", {}, "“Number”"),
        ("Job #,Name,Name\n1,A,B\n", {}, "“Name” 2 times: in B and C"),
        ("Job #,Name,JOB NO\n1,A,B\n", {"number": "Job"}, "no column “Job”"),
        ("Job #,Name,City,city,CITY\n1,A,B,C,D\n", {}, "“City” 3 times: in C, D and E"),
        ("Job #,Name\n1,A\n", {"name": ""}, "“Name”"),
        ("Job #,Name\n1,A\n", {"city": "Town"}, "no column “Town”"),
    ],
)
def test_columns_that_do_not_do_refuse_the_file(
    content: str, mapping: dict[str, str], words: str, tmp_path: Path
) -> None:
    connector = export.of_jobs(tmp_path, content, mapping={"job": mapping})

    with pytest.raises(ConfigError) as refusal:
        list(connector.rows(Resource.JOB))
    assert words in refusal.value.message
    assert (refusal.value.source, refusal.value.row) == ("jobs.csv", 1)
    assert refusal.value.column
    assert refusal.value.mend


def test_a_doubled_column_that_nobody_needs_is_fine(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #,Name,Note,Note\n1,A,x,y\n")

    assert export.jobs(connector) == [JobRecord("1", "1", "A")]


def test_headers_that_differ_in_case_can_be_told_apart_by_a_person(tmp_path: Path) -> None:
    connector = export.of_jobs(
        tmp_path, "Job #,Name,NAME\n1,A,B\n", mapping={"job": {"name": "NAME"}}
    )

    assert export.jobs(connector) == [JobRecord("1", "1", "B")]


def test_the_screen_sees_what_was_understood(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #;Job Name;Foreman\n1;A;Ed\n2;B;\n".encode("utf-16"))

    assert connector.inspect(Resource.JOB) == Inspection(
        resource=Resource.JOB,
        file="jobs.csv",
        format="UTF-16, semicolon",
        encoding="utf-16",
        delimiter=";",
        headers=("Job #", "Job Name", "Foreman"),
        mapping={"number": "Job #", "name": "Job Name"},
        unmapped=("Foreman",),
        first_rows=(("1", "A", "Ed"), ("2", "B", "")),
    )


def test_the_screen_sees_problems_in_place_of_errors(tmp_path: Path) -> None:
    inspection = export.of_jobs(tmp_path, "Job #,Nom\n1,A\n").inspect(Resource.JOB)

    assert inspection.headers == ("Job #", "Nom")
    assert inspection.mapping == {"number": "Job #"}
    assert inspection.problems == (
        Problem(
            "jobs.csv has no column that we know as “Name”; its header has “Job #”, “Nom”.",
            "Say in the settings which column holds “Name”, or name one “Job name”.",
            "Name",
        ),
    )


def test_the_screen_sees_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    inspection = export.of_jobs(tmp_path, b"").inspect(Resource.JOB)

    assert inspection.file == "jobs.csv"
    assert [problem.message for problem in inspection.problems] == ["jobs.csv is empty."]


def test_the_screen_sees_five_rows_of_short_cells(tmp_path: Path) -> None:
    content = "Job #,Name\n" + "".join(f"{n},{'x' * 1_000}\n" for n in range(9))

    rows = export.of_jobs(tmp_path, content).inspect(Resource.JOB).first_rows

    assert [(row[0], len(row[1])) for row in rows] == [(str(n), 200) for n in range(5)]


def test_the_screen_sees_that_there_is_no_file(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #,Name\n")

    assert connector.inspect(Resource.VENDOR) == Inspection(Resource.VENDOR)


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_in_a_spreadsheet(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_headers_are_compared_by_letters_and_digits() -> None:
    assert plain_header(" JOB  #") == plain_header("job-number") == "jobnumber"
