"""Excel workbooks: typed cells, and everything that a workbook can be made to do to us."""

import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.connectors import export
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import ConfigError, RecordError
from tieback.connectors.records import JobRecord, Resource

HEAD = ["Job #", "Name", "Start Date", "Contract Value"]
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(folder: Path, rows: Sequence[Sequence[object]], name: str = "jobs.xlsx") -> Path:
    """A workbook as Excel would save it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def of_jobs(folder: Path, *rows: Sequence[object], **values: object) -> CsvFileConnector:
    """The connector over a workbook with these jobs."""
    workbook(folder, [HEAD, *rows])
    return export.reader(folder, **values)


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Change the parts of a workbook from within."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def shown_as(folder: Path, shape: str, value: float) -> CsvFileConnector:
    """The connector over a job whose start is this number, shown in this format."""
    book = openpyxl.Workbook()
    for row in (HEAD, ["1", "A", None, None]):
        book.active.append(row)
    book.active["C2"].value = value
    book.active["C2"].number_format = shape
    book.save(folder / "jobs.xlsx")
    return export.reader(folder)


def share_texts(path: Path, texts: Sequence[str]) -> None:
    """Give the workbook a part of shared texts, as Excel writes them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{TEXTS}" ContentType="{kind}"/>'
    end = "</Types>"

    def refer(name: str, data: bytes) -> bytes:
        is_list = name == "[Content_Types].xml"
        return data.replace(end.encode(), (override + end).encode()) if is_list else data

    rewrite(path, refer)
    with zipfile.ZipFile(path, "a") as archive:
        items = "".join(f"<si>{text}</si>" for text in texts)
        archive.writestr(TEXTS, f"<sst {NAMESPACE}>{items}</sst>")


def with_sheet(folder: Path, xml: str) -> CsvFileConnector:
    """The connector over a workbook whose first sheet is this XML."""
    path = workbook(folder, [HEAD])
    rewrite(path, lambda name, data: xml.encode() if name == SHEET else data)
    return export.reader(folder)


def sheet_of(rows: str) -> str:
    header = "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{title}</t></is></c>'
        for column, title in zip("ABCD", HEAD, strict=True)
    )
    data = f'<sheetData><row r="1">{header}</row>{rows}</sheetData>'
    return f"<worksheet {NAMESPACE}>{data}</worksheet>"


def refused(connector: CsvFileConnector) -> ConfigError:
    """The refusal of the file, the same from `check` and from `rows`."""
    with pytest.raises(ConfigError) as from_check:
        connector.check()
    with pytest.raises(ConfigError) as from_rows:
        list(connector.rows(Resource.JOB))
    assert from_check.value.message == from_rows.value.message
    assert from_check.value.mend
    return from_check.value


def test_cells_keep_their_types(tmp_path: Path) -> None:
    connector = of_jobs(
        tmp_path,
        [24001.0, "PS 118 🏗️", datetime(2026, 3, 4), 1234.5],  # noqa: DTZ001
        ["00123", "مشروع", date(2026, 3, 4), 12],
        [24001.5, 77, "2026-03-04", "1.234,50"],
        decimal_mark=",",
        date_order="DMY",
    )

    assert export.jobs(connector) == [
        JobRecord(number, number, name, start_date=date(2026, 3, 4), contract_value=Decimal(value))
        for number, name, value in [
            ("24001", "PS 118 🏗️", "1234.50"),
            ("00123", "مشروع", "12.00"),
            ("24001.5", "77", "1234.50"),
        ]
    ]
    assert connector.check() == "Found jobs.xlsx: 3 rows, Excel, sheet “Sheet”."


def test_texts_that_cells_share_are_read(tmp_path: Path) -> None:
    cells = '<c r="A2"><v>1</v></c><c r="B2" t="s"><v>1</v></c>'
    connector = with_sheet(tmp_path, sheet_of(f'<row r="2">{cells}</row>'))
    share_texts(
        tmp_path / "jobs.xlsx",
        ["<t>other</t>", "<r><t>Pier </t></r><r><rPr><b/></rPr><t>40</t></r>"],
    )

    assert [job.name for job in export.jobs(connector)] == ["Pier 40"]


def test_a_sheet_with_prefixed_tags_is_read(tmp_path: Path) -> None:
    cell = '<x:c t="str"><x:v>{}</x:v></x:c>'
    rows = "".join(
        f"<x:row>{cell.format(number)}{cell.format(name)}</x:row>"
        for number, name in [("Job #", "Name"), ("7", "A")]
    )
    namespace = NAMESPACE.replace("xmlns", "xmlns:x")
    data = f"<x:worksheet {namespace}><x:sheetData>{rows}</x:sheetData></x:worksheet>"

    assert [job.number for job in export.jobs(with_sheet(tmp_path, data))] == ["7"]


def test_zeros_that_the_format_shows_are_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Job #", "Name"])
    book.active.append([123, "A"])
    book.active["A2"].number_format = "00000"
    book.save(tmp_path / "jobs.xlsx")

    assert [job.number for job in export.jobs(export.reader(tmp_path))] == ["00123"]


@pytest.mark.parametrize(
    ("shape", "value", "day"),
    [
        ("mm-dd-yy", 46085, date(2026, 3, 4)),
        ('yyyy"/"mm"/"dd', 46085, date(2026, 3, 4)),
        ("[$-409]d-mmm-yy;@", 46085, date(2026, 3, 4)),
        ("m/d/yy h:mm", 46085.75, date(2026, 3, 4)),
        ("yyyy-mm-dd", 46085.9999999, date(2026, 3, 5)),
        ("yyyy-mm-dd", 61, date(1900, 3, 1)),
    ],
)
def test_a_number_shown_as_a_date_is_that_date(
    shape: str, value: float, day: date, tmp_path: Path
) -> None:
    assert export.jobs(shown_as(tmp_path, shape, value))[0].start_date == day


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("General", 46085),
        ("#,##0.00", 46085),
        ('0 "days"', 46085),
        ("[Red]0", 46085),
        ("[h]:mm", 46085),
        ("yyyy-mm-dd", 60),
        ("yyyy-mm-dd", 59),
        ("yyyy-mm-dd", 1),
        ("yyyy-mm-dd", 0),
        ("yyyy-mm-dd", 0.5),
        ("yyyy-mm-dd", -1),
        ("yyyy-mm-dd", 2_958_466),
        ("yyyy-mm-dd", 1e300),
    ],
)
def test_a_number_that_is_no_day_is_refused(shape: str, value: float, tmp_path: Path) -> None:
    connector = shown_as(tmp_path, shape, value)

    assert [(row, column) for row, column, _ in export.refusals(connector)] == [(2, "Start Date")]


def test_a_workbook_may_count_its_days_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (HEAD, ["1", "A", date(2026, 3, 4), None]):
        book.active.append(row)
    book.save(tmp_path / "jobs.xlsx")

    assert [job.start_date for job in export.jobs(export.reader(tmp_path))] == [date(2026, 3, 4)]


def test_what_a_float_has_beyond_15_digits_is_noise(tmp_path: Path) -> None:
    connector = of_jobs(tmp_path, ["1", "A", None, 0.1 + 0.2])

    assert [job.contract_value for job in export.jobs(connector)] == [Decimal("0.30")]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["1", "=A1", None, None], "Name", "formula =A1"),
        (["=1+1", "A", None, None], "Job #", "formula =1+1"),
        (["1", "A", None, "=SUM(D1:D9)"], "Contract Value", "formula =SUM(D1:D9)"),
        (["1", "A", None, "#REF!"], "Contract Value", "error #REF!"),
        (["1", "A", 45375, None], "Start Date", "number 45375, not a date"),
        (["1", "A", clock_time(8, 30), None], "Start Date", "without a day"),
        (["1", "A", timedelta(days=2), None], "Start Date", "span of time"),
        (["1", "A", date(2400, 1, 1), None], "Start Date", "2400-01-01"),
        (["1", "A", None, date(2026, 3, 4)], "Contract Value", "not an amount"),
        ([date(2024, 3, 1), "A", None, None], "Job #", "2024-03-01"),
        (["1", "A", None, 0.125], "Contract Value", "two decimals"),
        (["1", "A", None, 1e300], "Contract Value", "1e+300"),
        (["1", "x" * 301, None, None], "Name", "300 fit"),
        (["1", "x" * 32_767, None, None], "Name", "300 fit"),
        (["1", "A\nB", None, None], "Name", "more than one line"),
    ],
)
def test_a_cell_that_holds_no_value_is_refused(
    row: list[object], column: str, words: str, tmp_path: Path
) -> None:
    connector = of_jobs(tmp_path, ["9", "Z", None, None], row)

    assert [job.number for job in export.jobs(connector)] == ["9"]
    [(number, refused_column, message)] = export.refusals(connector)
    assert (number, refused_column) == (3, column)
    assert words in message


def test_formulas_where_nobody_reads_are_fine(tmp_path: Path) -> None:
    workbook(tmp_path, [["Job #", "Name", "Margin"], ["1", "A", "=1/0"]])

    [row] = export.reader(tmp_path).rows(Resource.JOB)
    assert not isinstance(row, RecordError)
    assert row.raw == {"Job #": "1", "Name": "A", "Margin": "=1/0"}


def test_blank_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    connector = of_jobs(tmp_path, [], ["1", "A"], [" "], [], ["2", "B", "soon"])

    assert [job.number for job in export.jobs(connector)] == ["1"]
    assert [row for row, _, _ in export.refusals(connector)] == [6]


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Jobs").append(["Job #", "Name"])
    book["Jobs"].append(["1", "A"])
    book.create_sheet("Notes").append(["anything"])
    book.save(tmp_path / "jobs.xlsx")

    assert "sheet “Jobs”" in export.reader(tmp_path).check()


def test_rows_that_repeat_are_compared_by_what_they_hold(tmp_path: Path) -> None:
    connector = of_jobs(
        tmp_path,
        [1, "A", date(2026, 3, 4), None],
        ["1", "A", date(2026, 3, 4), None],
        [2, "B", None, None],
        [2, "B", None, None],
    )

    assert [(row, message[:8]) for row, _, message in export.refusals(connector)] == [
        (2, "“1” stan"),
        (3, "“1” stan"),
    ]
    assert [job.number for job in export.jobs(connector)] == ["2"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"Job #,Name\n1,A\n", "jobs.xlsx", "no Excel workbook"),
        (b"", "jobs.xlsx", "empty"),
        (b"PK\x03\x04 and nothing else", "jobs.xlsx", "damaged"),
        (b"PK\x03\x04" + b"\0" * 500, "jobs.csv", "packed file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "jobs.xlsx", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "jobs.csv", "old kind"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    content: bytes, name: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    assert words in refused(export.reader(tmp_path)).message


def test_a_workbook_with_a_name_of_text_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path, [HEAD]).rename(tmp_path / "jobs.csv")

    assert "jobs.xlsx" in refused(export.reader(tmp_path)).mend


@pytest.mark.parametrize("rows", [[], [[]], [[None, None]]])
def test_an_empty_workbook_is_refused(rows: list[list[object]], tmp_path: Path) -> None:
    workbook(tmp_path, rows)

    assert "nothing in its sheet" in refused(export.reader(tmp_path)).message


def test_macros_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")

    assert "macros" in refused(export.reader(tmp_path)).message


def test_a_sheet_packed_like_a_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD])
    rewrite(path, lambda name, data: data + b" " * (40 << 20) if name == SHEET else data)

    assert "more densely" in refused(export.reader(tmp_path)).message


def test_a_part_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD])
    rewrite(path, lambda name, data: data + b" " * (9 << 20) if "styles" in name else data)

    assert "xl/styles.xml unpacks to 9 MB" in refused(export.reader(tmp_path)).message


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD])
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"xl/media/{number}.png", b"")

    assert "parts" in refused(export.reader(tmp_path)).message


def noise(count: int) -> str:
    """Text that does not pack well enough to be taken for a bomb."""
    return random.Random(1).randbytes(count // 2).hex()


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>{}',
        '<row r="2" spans="{}"/>',
    ],
)
def test_a_cell_or_tag_of_many_mb_is_refused_in_steady_memory(row: str, tmp_path: Path) -> None:
    connector = with_sheet(tmp_path, sheet_of(row.format(noise(16 << 20))))

    tracemalloc.start()
    try:
        refusal = refused(connector)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert "a tag in xl/worksheets/sheet1.xml" in refusal.message
    assert peak < 8 << 20


def test_a_cell_may_have_as_much_text_as_excel_allows(tmp_path: Path) -> None:
    text = "&#10;" * 32_766 + "x"
    cells = f'<c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>{text}</t></is></c>'
    connector = with_sheet(tmp_path, sheet_of(f'<row r="2">{cells}</row>'))

    assert [job.name for job in export.jobs(connector)] == ["x"]


def test_a_row_of_countless_cells_is_refused(tmp_path: Path) -> None:
    connector = with_sheet(tmp_path, sheet_of(f'<row r="2">{"<c/>" * 200_000}</row>'))

    assert "too many tags" in refused(connector).message


@pytest.mark.parametrize("row", ["1", "2"])
def test_rows_in_disorder_are_refused_not_passed_over(row: str, tmp_path: Path) -> None:
    cell = "<c><v>1</v></c>"
    rows = f'<row r="2">{cell}</row><row r="{row}">{cell}</row><row r="3">{cell}</row>'

    assert f"row {row} comes after row 2" in refused(with_sheet(tmp_path, sheet_of(rows))).message


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {n} "{f"&{m};" * 10}">' for m, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
THIEF = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("trap", [BOMB, THIEF])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_never_resolved(trap: str, encoding: str, part: str, tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["1", "A"]])
    share_texts(path, [])
    body = sheet_of('<row r="2"><c r="A2" t="inlineStr"><is><t>&i;</t></is></c></row>')
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{trap}{body}'
    rewrite(path, lambda name, data: xml.encode(encoding) if name == part else data)

    refusal = refused(export.reader(tmp_path))
    assert ("document type" if encoding == "utf-8" else "no UTF-8") in refusal.message
    assert "root:" not in refusal.message


@pytest.mark.parametrize("trap", [BOMB, THIEF])
def test_entities_in_a_sheet_disguised_as_a_picture_are_not_resolved(
    trap: str, tmp_path: Path
) -> None:
    path = workbook(tmp_path, [HEAD])
    body = sheet_of('<row r="2"><c r="A2" t="inlineStr"><is><t>&i;</t></is></c></row>')
    rewrite(path, lambda _, data: data.replace(b"worksheets/sheet1.xml", b"media/x.png"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/x.png", trap + body)

    assert "damaged" in refused(export.reader(tmp_path)).message


def test_sizes_that_a_sheet_claims_are_not_believed(tmp_path: Path) -> None:
    dimension = f'<worksheet {NAMESPACE}><dimension ref="A1:XFD1048576"/>'
    rows = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>A</t></is></c></row>'
    xml = sheet_of(rows).replace(f"<worksheet {NAMESPACE}>", dimension)

    start = time.monotonic()
    assert [job.number for job in export.jobs(with_sheet(tmp_path, xml))] == ["1"]
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("row", ["1048577", "999999999999", "-5", "x", ""])
def test_a_row_that_excel_cannot_have_is_refused_in_time(row: str, tmp_path: Path) -> None:
    connector = with_sheet(tmp_path, sheet_of(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>'))

    start = time.monotonic()
    refused(connector)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="s"><v>999</v></c>',
        '<c r="A2" t="s"><v>x</v></c>',
        '<c r="A2" t="s"><v>-1</v></c>',
        '<c r="A2" s="-1"><v>1</v></c>',
        '<c r="A2" t="odd"><v>1</v></c>',
        '<c r="A2" s="999"><v>1</v></c>',
        '<c r="A2" s="x"><v>1</v></c>',
        '<c r="A2" t="d"><v>soon</v></c>',
        '<c r="A2"><v>abc</v></c>',
        '<c r="A2" t="b"><v>x</v></c>',
        '<c r="2A"><v>1</v></c>',
        '<c r="A2"><v>' + "9" * 5_000 + "</v></c>",
        "<c",
    ],
)
def test_cells_that_make_no_sense_refuse_the_file_or_the_row(cell: str, tmp_path: Path) -> None:
    connector = with_sheet(tmp_path, sheet_of(f'<row r="2">{cell}</row>'))

    try:
        rows: list[Any] = list(connector.read(Resource.JOB))
    except ConfigError as error:
        rows = [error]

    assert [type(row) for row in rows] in ([ConfigError], [RecordError])


def test_a_workbook_without_its_parts_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "jobs.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert "damaged" in refused(export.reader(tmp_path)).message


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, *([str(n), "A"] for n in range(500))])
    path.write_bytes(path.read_bytes()[:-200])

    assert "damaged" in refused(export.reader(tmp_path)).message


def test_the_screen_sees_the_sheet(tmp_path: Path) -> None:
    inspection = of_jobs(tmp_path, [1, "A", date(2026, 3, 4), 5.5]).inspect(Resource.JOB)

    assert inspection.format == "Excel, sheet “Sheet”"
    assert inspection.first_rows == (("1", "A", "2026-03-04", "5.5"),)
