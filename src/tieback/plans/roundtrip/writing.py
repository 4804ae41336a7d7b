"""Write a sheet of decisions as an Excel workbook, as CSV or as JSON."""

import csv
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from tieback.plans.roundtrip.columns import COLUMNS, LONGEST_NOTE, SHEET, WORDS
from tieback.plans.roundtrip.rows import Cell, SheetRow

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
# What a spreadsheet takes for a formula when it opens CSV; reading takes the apostrophe off again.
STARTS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NOTES = (
    ("What this is", "Each row is an ERP project and the project that Tieback proposes for it."),
    ("What to do", "Choose a word in the column Decision. Nothing happens until the file is "
     "uploaded, looked at and made into a plan, and the plan is applied."),
    ("link", "The ERP project is the proposed project, or the one whose number you enter under "
     "Other project."),
    ("not a match", "The ERP project is not the proposed project. It is not proposed again."),
    ("archive", "The ERP project leaves the list. The ERP itself is not touched."),
    ("leave", "Nothing is decided. The row stays as it is."),
    ("Note", f"Up to {LONGEST_NOTE} characters, kept with the decision."),
    ("Locked columns", "They say what the row is about. A row whose key or texts were changed, or "
     "whose facts changed in Tieback since the export, is refused with the reason; the others "
     "are taken."),
    ("Hidden rows", "Rows that a filter hides, or that you hide, are passed over, and it is said "
     "how many. Show them before you save if they are to count."),
    ("Formulas", "A decision has to be a value. Rows with a formula in them are refused."),
)  # fmt: skip


def written(rows: Sequence[SheetRow], kind: str, *, title: str) -> bytes:
    """The file's bytes; `kind` is one of `KINDS`."""
    if kind == "xlsx":
        return _workbook(rows, title)
    return _csv(rows) if kind == "csv" else _json(rows, title)


def _json(rows: Sequence[SheetRow], title: str) -> bytes:
    """One row a line in the order given, so that two versions can be compared line by line."""
    lines = ",\n".join(json.dumps(_plain(row), ensure_ascii=False) for row in rows)
    head = json.dumps(title, ensure_ascii=False)
    return f'{{"title": {head}, "rows": [\n{lines}\n]}}\n'.encode()


def _plain(row: SheetRow) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, Decimal) else v for name, v in row.cells.items()}


def _csv(rows: Sequence[SheetRow]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.header for column in COLUMNS)
    for row in rows:
        writer.writerow(_harmless(row.cells[column.name]) for column in COLUMNS)
    # The byte order mark: without it Excel takes UTF-8 for the machine's own encoding.
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and STARTS_FORMULA.match(cell):
        return f"'{cell}"
    return cell


def _workbook(rows: Sequence[SheetRow], title: str) -> bytes:
    # Only here: it takes half a second, which pages without workbooks save.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    book.properties.title = title[:200]
    _decisions(book, rows)
    notes = book.create_sheet("Notes")
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 18, 110
    for line in _NOTES:
        notes.append(line)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _decisions(book: Any, rows: Sequence[SheetRow]) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font, PatternFill, Protection  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "D2"
    for at, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    letter = get_column_letter([column.name for column in COLUMNS].index("decision") + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(WORDS)}"', allow_blank=True)
    choice.error = "Choose a word of the list."
    choice.add(f"{letter}2:{letter}{len(rows) + 1}")
    sheet.data_validations.append(choice)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    # Not against people who mean harm, whom the signature stops, but against slips.
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.formatColumns = False

    bold, unlocked = Font(bold=True), Protection(locked=False)
    shade = PatternFill("solid", fgColor="FFF7DB")

    def cell(value: Cell, *, is_open: bool = False, is_head: bool = False) -> Any:
        plain = float(value) if isinstance(value, Decimal) else value
        made = WriteOnlyCell(sheet, plain)
        if isinstance(value, str):
            # A name that starts with "=" is a name.
            made.data_type = "s"
        if is_head:
            made.font = bold
        elif is_open:
            made.protection, made.fill = unlocked, shade
        return made

    sheet.append([cell(column.header, is_head=True) for column in COLUMNS])
    for row in rows:
        sheet.append([cell(row.cells[c.name], is_open=c.is_open) for c in COLUMNS])
