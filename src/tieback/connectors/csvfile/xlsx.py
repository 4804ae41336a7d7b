"""Reads the first visible sheet of an Excel workbook row by row, with openpyxl."""

import re
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieback.connectors.csvfile.cell_error import is_encodable, shown
from tieback.connectors.csvfile.folder import reading
from tieback.connectors.csvfile.table import LONGEST_HEADER, MOST_COLUMNS, Line
from tieback.connectors.csvfile.values import BadCell, Cell, as_text
from tieback.connectors.csvfile.workbook_limits import LAST_ROW, check_workbook, damaged, refusal
from tieback.connectors.errors import ConfigError

_ROWS_BEFORE_HEADER = 50
# What a format shows as it is written: quoted, escaped, in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ZEROS = re.compile(r"0+")
# Excel counts a 29 February 1900 that never was, and others do not: before it, days differ.
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001 - spreadsheets know no zones

# It warns of each bad cell, and Python would remember every one of the warnings.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


class WorkbookTable:
    """A visible sheet of a workbook; its texts and formats are held, its rows are not.

    It is the first one, or the one called `sheet`, which has to be there.
    """

    is_text = False
    encoding = delimiter = ""

    def __init__(self, path: Path, *, sheet: str = "") -> None:
        self.path = path
        self.name = path.name
        self._wanted = sheet
        self._title = ""
        # Where the sheet stands in the workbook's archive.
        self.part = ""
        with self._guard():
            check_workbook(path)
        self.header_row, self.headers = self._header()
        self.format = f"Excel, sheet “{self._title}”"

    def lines(self) -> Iterator[Line]:
        """The rows below the header; cells to the right of its last column belong to no field."""
        for line in self._rows(len(self.headers)):
            if line.row > self.header_row and any(as_text(cell).strip() for cell in line.cells):
                yield line

    def _rows(self, width: int) -> Iterator[Line]:
        # Only here: it takes half a second and more, which commands without workbooks save.
        import openpyxl  # noqa: PLC0415

        with (
            self._guard(),
            closing(openpyxl.load_workbook(self.path, read_only=True, keep_links=False)) as book,
        ):
            sheet = self._first_sheet(book)
            self._title, self.part = sheet.title, sheet._worksheet_path
            # What the sheet says of its own size may be wrong, and is never needed.
            sheet.reset_dimensions()
            for row, cells in enumerate(sheet.iter_rows(max_col=width), start=1):
                if row > LAST_ROW:
                    raise damaged(self.path, "it has more rows than Excel allows")
                if any(cell.value is not None for cell in cells):
                    yield Line(row, [_cell(cell) for cell in cells])

    def _first_sheet(self, book: Any) -> Any:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible" and self._wanted in {"", sheet.title}:
                return sheet
        if self._wanted:
            mend = "Export it anew, and keep the sheet's name."
            raise refusal(self.path, f"has no sheet “{self._wanted}” that can be seen.", mend)
        raise damaged(self.path, "it has no sheet that can be seen")

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Broken workbooks make the library fail in dozens of ways, none of them its contract."""
        with reading(self.path):
            try:
                yield
            except (ConfigError, MemoryError):
                raise
            except Exception as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                raise damaged(self.path, "its parts are broken, or do not fit together") from None

    def _header(self) -> tuple[int, tuple[str, ...]]:
        for line in self._rows(MOST_COLUMNS):
            if line.row > _ROWS_BEFORE_HEADER:
                break
            headers = [" ".join(as_text(cell).split()) for cell in line.cells]
            while headers and not headers[-1]:
                headers.pop()
            if headers:
                return line.row, self._checked(line.row, headers)
        mend = "Put the table on the first sheet; its first row has to name the columns."
        raise refusal(self.path, f"has nothing in its sheet “{self._title}”.", mend)

    def _checked(self, row: int, headers: list[str]) -> tuple[str, ...]:
        joined = "".join(headers)
        if max(map(len, headers)) > LONGEST_HEADER or "\0" in joined or not is_encodable(joined):
            raise ConfigError(
                f"{self.name}: the header in row {row} cannot be read: a name in it has more than "
                f"{LONGEST_HEADER} characters, or characters that are none.",
                mend="Type the header again.",
                source=self.name,
                row=row,
            )
        return tuple(headers)


def _cell(cell: Any) -> Cell:
    """Raises `ValueError` for a cell of a kind that Excel does not know."""
    value = cell.value
    if value is None:
        return ""
    match cell.data_type:
        case "s":
            return str(value)
        case "n":
            return _number(value, cell.number_format)
        case "d":
            return _moment(value)
        case "b":
            return "TRUE" if value else "FALSE"
        case "e":
            reason = f"the cell holds the error {shown(value)}."
            return BadCell(shown(value), reason, "Correct the cell in the spreadsheet.")
        case "f":
            return _formula(value)
    raise ValueError(f"a cell is of the kind {cell.data_type}")


def _number(value: float, shape: str) -> Cell:
    # Excel keeps and shows 15 digits; what a float has beyond them is noise.
    number = Decimal(f"{float(value):.15g}")
    if not number.is_finite() or number.adjusted() > 30:
        text = shown(str(value))
        return BadCell(text, f"the cell holds the number {text}.", "Correct the cell.")
    if number != number.to_integral_value():
        return number
    number = number.quantize(Decimal(1))
    first = _LITERAL.sub("", shape.partition(";")[0])
    # The format 00000 is how a spreadsheet keeps the zeros of 00123.
    return f"{number:0{len(first)}f}" if _ZEROS.fullmatch(first) else number


def _moment(value: object) -> Cell:
    """The day, and the time where there is one; a time alone is none."""
    mend = "Enter a date, or nothing."
    if isinstance(value, timedelta):
        return BadCell(str(value), "the cell holds a span of time.", mend)
    if not isinstance(value, date):
        return BadCell(str(value), "the cell holds a time of day, without a day.", mend)
    if not isinstance(value, datetime):
        return value
    if value < _FIRST_DAY:
        reason = "the cell holds a date before March 1900, which spreadsheets do not agree on."
        return BadCell(f"{value:%Y-%m-%d}", reason, mend)
    value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return value if value.time() != datetime.min.time() else value.date()


def _formula(value: object) -> BadCell:
    # Formulas over several cells come as objects of the library.
    text = value if isinstance(value, str) else str(getattr(value, "text", None) or "=")
    return BadCell(
        text,
        f"the cell holds the formula {shown(text)}, not a value.",
        "In Excel, copy the column and paste it as values.",
    )
