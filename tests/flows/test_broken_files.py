"""Broken files through the whole pull: an issue or a clear refusal each, never a guess."""

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Cast
from tests.erp_files import erp_of, write
from tieback.connections.models import SyncIssue, SyncRun
from tieback.staging.models import Job
from tieback.staging.pull import pull

pytestmark = pytest.mark.django_db

HEADER = ["Job No", "Name", "Status", "Start", "Finish", "Contract"]
GOOD = ["24-1001", "Pier 4", "Active", "3/1/2026", "12/31/2026", "1,250,000.00"]
# What is wrong in the row → the column that the issue has to name.
TEN_BROKEN_ROWS = [
    (["", "No number", "Active", "", "", ""], "Job No"),
    (["24-1002", "", "Active", "", "", ""], "Name"),
    (["24-1003", "Status nobody knows", "Zzz", "", "", ""], "Status"),
    (["24-1004", "Year 0", "Active", "1/1/0000", "", ""], "Start"),
    (["24-1005", "Month 13", "Active", "", "13/13/2026", ""], "Finish"),
    (["24-1006", "Words", "Active", "", "", "one million"], "Contract"),
    (["24-1007", "Too many cells", "Active", "", "", "", "", "stray"], ""),
    (["24-1008", "Three decimals", "Active", "", "", "12.345"], "Contract"),
    (["24-1009", "Twice", "Active", "", "", ""], ""),
    (["24-1009", "Twice, and not the same", "Active", "", "", ""], ""),
]


def test_ten_broken_rows_are_ten_issues_with_row_column_and_mend(
    acme: Cast, now: datetime, tmp_path: Path
) -> None:
    write(tmp_path, "jobs.csv", HEADER, [GOOD, *(row for row, _ in TEN_BROKEN_ROWS)])

    done = pull(connection=erp_of(acme.company, tmp_path), by=acme.standard, clock=lambda: now)

    issues = {issue.row: issue for issue in SyncIssue.objects.all()}
    assert sorted(issues) == list(range(3, 13))
    assert [issues[row].column for row in sorted(issues)] == [c for _, c in TEN_BROKEN_ROWS]
    assert all(issue.source == "jobs.csv" and issue.mend for issue in issues.values())
    assert list(Job.objects.values_list("number", flat=True)) == ["24-1001"]
    assert (done.status, done.counts["job"]["refused"]) == (SyncRun.Status.WITH_ISSUES, 10)


def missing_column(folder: Path) -> None:
    write(folder, "jobs.csv", ["Job No", "Colour"], [["1", "red"]])


def doubled_column(folder: Path) -> None:
    write(folder, "jobs.csv", ["Job No", "Name", "Name"], [["1", "a", "b"]])


def two_encodings(folder: Path) -> None:
    text = "Job No,Name\n1,Żelazo\n2,".encode() + b"Caf\xe9\n"
    (folder / "jobs.csv").write_bytes(text)


def cell_of_fifty_megabytes(folder: Path) -> None:
    (folder / "jobs.csv").write_bytes(b"Job No,Name\n1," + b"x" * 50_000_000 + b"\n2,B\n")


def quotation_mark_left_open(folder: Path) -> None:
    (folder / "jobs.csv").write_text('Job No,Name\n1,"never closed\n' + "2,B\n" * 100_000)


def formula(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Job No", "Name"])
    sheet.append(["1", "=HYPERLINK(1)"])
    book.save(folder / "jobs.xlsx")


def zip_bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "jobs.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)


def not_a_workbook(folder: Path) -> None:
    (folder / "jobs.xlsx").write_bytes(b"PK\x03\x04 not really")


def zero_bytes(folder: Path) -> None:
    (folder / "jobs.csv").write_bytes(b"Job No,Name\n1,a\x00b\n")


def empty(folder: Path) -> None:
    (folder / "jobs.csv").write_bytes(b"")


@pytest.mark.parametrize(
    "spoil",
    [
        missing_column,
        doubled_column,
        two_encodings,
        cell_of_fifty_megabytes,
        quotation_mark_left_open,
        formula,
        zip_bomb,
        not_a_workbook,
        zero_bytes,
        empty,
    ],
    ids=lambda spoil: str(spoil.__name__),
)
def test_a_broken_file_is_refused_with_a_sentence_and_a_mend(
    acme: Cast, now: datetime, tmp_path: Path, spoil: object
) -> None:
    assert callable(spoil)
    spoil(tmp_path)

    done = pull(connection=erp_of(acme.company, tmp_path), by=acme.standard, clock=lambda: now)

    assert done.status in {SyncRun.Status.FAILED, SyncRun.Status.WITH_ISSUES}
    issue = SyncIssue.objects.first()
    assert issue is not None
    assert issue.source.startswith("jobs.")
    assert len(issue.message) > 10
    assert len(issue.mend) > 10
    assert "Traceback" not in issue.message + done.problem
    assert len(issue.message) < 1_000


@pytest.mark.parametrize(
    "name",
    [
        "مستشفى الملك فهد",
        "בית ספר",
        "Pier 🏗️ Rehab 👷‍♀️",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "O'Brien; DROP TABLE tieback_job;--",
        "Ｆｕｌｌｗｉｄｔｈ",
    ],
)
def test_strange_but_honest_names_come_through_unchanged(
    acme: Cast, now: datetime, tmp_path: Path, name: str
) -> None:
    write(tmp_path, "jobs.csv", HEADER, [["1", name, "Active", "", "", ""]])

    pull(connection=erp_of(acme.company, tmp_path), by=acme.standard, clock=lambda: now)

    assert Job.objects.get().name == name
