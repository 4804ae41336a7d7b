"""Issues: every broken row with its place and its mend, on the screen and as a file."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tieback.connections.models import SyncIssue, SyncRun
from tieback.staging.pull import pull
from tieback.web.erp.downloads import harmless

URL = "/c/acme/erp/issues/"
HEADER = "Job No,Job Name,Status,Start Date,Contract Amount\n"
# Ten rows with one mistake each; the first row of data is row 2.
BROKEN = [
    ("24-1,Clinic,Active,31/31/2024,1.00", "Start Date"),
    ("24-2,Clinic,Active,0/0/0000,1.00", "Start Date"),
    ("24-3,Clinic,Active,soon,1.00", "Start Date"),
    ("24-4,Clinic,Active,,a lot", "Contract Amount"),
    ("24-5,Clinic,Active,,1.2.3", "Contract Amount"),
    ("24-6,Clinic,Sleeping,,1.00", "Status"),
    (",Clinic,Active,,1.00", "Job No"),
    ("24-8,,Active,,1.00", "Job Name"),
    ("24-9,Clinic,Active,,1.00,more,cells", ""),
    ("24-10,Clinic", ""),
]


@pytest.fixture
def broken(acme: Cast, tmp_path: Path, now: datetime) -> SyncRun:
    """A pull of a file in which ten rows are broken and one is not."""
    rows = "\n".join(["24-0,Whole,Active,,1.00", *(row for row, _ in BROKEN)])
    (tmp_path / "jobs.csv").write_text(HEADER + rows + "\n")
    connection = factories.make_connection(
        acme.company, name="Sage", settings={"folder": str(tmp_path)}
    )
    return pull(connection=connection, by=acme.standard, clock=lambda: now)


def test_ten_broken_rows_are_ten_issues_with_row_column_and_mend(
    reader: Client, broken: SyncRun
) -> None:
    answer = reader.get(URL)

    page = answer.content.decode()
    issues = list(answer.context["page"])
    assert [(issue.row, issue.column) for issue in issues] == [
        (number, column) for number, (_, column) in enumerate(BROKEN, start=3)
    ]
    for issue in issues:
        assert f'<td class="num">{issue.row}</td>' in page
        assert issue.mend
    assert page.count("jobs.csv</td>") == 10
    assert broken.counts["job"]["refused"] == 10


def test_each_issue_leads_to_its_columns_and_its_run(reader: Client, broken: SyncRun) -> None:
    page = reader.get(URL).content.decode()

    columns = f"/c/acme/erp/settings/{broken.connection_id}/columns/job/"
    assert page.count(f'href="{columns}"') == 10
    assert page.count(f'href="/c/acme/erp/runs/{broken.pk}/"') == 10


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("q=sleeping", [8]),
        ("q=START+date", [3, 4, 5]),
        ("resource=vendor", []),
        ("resource=job", list(range(3, 13))),
        ("run=0", []),
        ("show=resolved", []),
        ("q=100%25", []),
    ],
)
def test_issues_are_narrowed_by_the_address(
    reader: Client, broken: SyncRun, query: str, rows: list[int]
) -> None:
    found = reader.get(f"{URL}?{query}").context["page"]

    assert [issue.row for issue in found] == rows


def test_a_mended_row_moves_to_resolved(
    reader: Client, acme: Cast, broken: SyncRun, tmp_path: Path, now: datetime
) -> None:
    whole = "\n".join(f"24-{n},Whole,Active,,1.00" for n in range(11))
    (tmp_path / "jobs.csv").write_text(HEADER + whole + "\n")

    pull(connection=broken.connection, by=acme.standard, clock=lambda: now)

    assert "No open issues" in reader.get(URL).content.decode()
    assert len(reader.get(f"{URL}?show=resolved").context["page"]) == 10


def test_what_stands_in_a_cell_cannot_carry_a_script(reader: Client, acme: Cast) -> None:
    evil = "<script>alert(1)</script>"
    run = factories.make_run(factories.make_connection(acme.company, name=evil))
    factories.make_issue(run, source=evil, column=evil, message=evil, mend=evil)

    page = reader.get(URL).content.decode()

    assert ("<script>alert" in page, page.count("&lt;script&gt;alert")) == (False, 6)


def test_lists_are_paged(reader: Client, acme: Cast) -> None:
    run = factories.make_run(factories.make_connection(acme.company))
    SyncIssue.objects.bulk_create(
        SyncIssue(
            company=acme.company,
            connection=run.connection,
            run=run,
            resource="job",
            row=number,
            message="Bad",
            mend="Mend",
            fingerprint=str(number),
            first_seen_at=run.started_at,
            last_seen_at=run.started_at,
        )
        for number in range(1, 121)
    )

    page = reader.get(f"{URL}?page=3").context["page"]

    assert [issue.row for issue in page] == list(range(101, 121))


def downloaded(client: Client, query: str = "") -> list[list[str]]:
    content = client.get(f"{URL}download/?{query}").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_download_has_every_issue_that_the_screen_has(reader: Client, broken: SyncRun) -> None:
    header, *rows = downloaded(reader)

    assert header[:5] == ["Connection", "Record", "File", "Row", "Column"]
    assert [row[3] for row in rows] == [str(number) for number in range(3, 13)]
    assert [row[3] for row in downloaded(reader, "q=sleeping")[1:]] == ["8"]


def test_the_download_is_a_file_for_nobody_elses_cache(reader: Client, broken: SyncRun) -> None:
    answer = reader.get(f"{URL}download/")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="issues-acme-')
    assert "no-store" in answer["Cache-Control"]


def test_nothing_in_the_download_runs_in_a_spreadsheet(reader: Client, acme: Cast) -> None:
    run = factories.make_run(factories.make_connection(acme.company, name="=cmd|' /C calc'!A0"))
    factories.make_issue(
        run, source="@SUM(1)", row=7, column="-2+3", message="\t=1", mend='+1"\n,=2'
    )

    [_, row] = downloaded(reader)

    assert row[:7] == [
        "'=cmd|' /C calc'!A0",
        "job",
        "'@SUM(1)",
        "7",
        "'-2+3",
        "'\t=1",
        "'+1\"\n,=2",
    ]


@pytest.mark.parametrize(
    "cell", ["=1", "+a", "-a", "@a", "\ta", "\ra", "\na", " =1", "\n=1", "＝1", "＠a", "=", "-"]
)
def test_what_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a", "1", "-1", "+1", "-1,234.50", "a=1", "é", -5, 0, None])
def test_numbers_and_plain_text_stay_as_they_are(cell: str | int | None) -> None:
    assert harmless(cell) == cell
