"""Reads the first visible sheet of an Excel workbook row by row."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from tieback.connectors.csvfile.cell_error import is_encodable, shown
from tieback.connectors.csvfile.folder import reading
from tieback.connectors.csvfile.table import LONGEST_HEADER, MOST_COLUMNS, Line
from tieback.connectors.csvfile.values import BadCell, Cell, as_text
from tieback.connectors.csvfile.workbook_limits import check_contents, check_parts
from tieback.connectors.errors import ConfigError, ConnectorError

# Excel's own limits; a row number beyond the last is a trap, not a row.
LAST_ROW = 1_048_576
LONGEST_CELL = 32_767
_ROWS_BEFORE_HEADER = 50
_LEADING_ZEROS = re.compile(r"0+")

# It warns of each bad cell in words of its own, and Python would remember every one of them.
warnings.filterwarnings("ignore", module=r"openpyxl\.")


class WorkbookTable:
    """The first visible sheet of a workbook."""

    is_text = False
    encoding = delimiter = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        with self._reading(), zipfile.ZipFile(path) as archive:
            check_parts(path, archive)
            check_contents(path, archive)
        self.header_row, self.headers = self._header()
        self.format = f"Excel, sheet “{self.sheet}”"

    def lines(self) -> Iterator[Line]:
        """The rows below the header; cells to the right of its last column belong to no field."""
        for line in self._rows(len(self.headers)):
            if line.row > self.header_row and any(as_text(cell).strip() for cell in line.cells):
                yield line

    def _header(self) -> tuple[int, tuple[str, ...]]:
        for line in self._rows(MOST_COLUMNS):
            if line.row > _ROWS_BEFORE_HEADER:
                break
            headers = [" ".join(as_text(cell).split()) for cell in line.cells]
            while headers and not headers[-1]:
                headers.pop()
            if headers:
                return line.row, self._checked(line.row, headers)
        raise ConfigError(
            f"{self.name} has nothing in its sheet “{self.sheet}”.",
            mend="Put the table on the first sheet; its first row has to name the columns.",
            source=self.name,
        )

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

    def _rows(self, width: int) -> Iterator[Line]:
        """Every row that has something in it."""
        with self._reading():
            book = openpyxl.load_workbook(self.path, read_only=True, keep_links=False)
        try:
            sheet = self._first_sheet(book)
            self.sheet = str(sheet.title)
            # What the sheet says of its own size may be wrong, and is never needed.
            sheet.reset_dimensions()
            rows = enumerate(sheet.iter_rows(max_col=width), start=1)
            while True:
                with self._reading():
                    line = self._next(rows, width)
                if line is None:
                    return
                yield line
        finally:
            book.close()

    def _next(self, rows: Iterator[tuple[int, Sequence[Any]]], width: int) -> Line | None:
        blank: Sequence[Any] | None = None
        for row, cells in rows:
            if row > LAST_ROW:
                raise self._damaged("it has more rows than Excel allows")
            # Between two rows that are far apart the library repeats one blank row.
            if cells is blank:
                continue
            line = [_cell(cell) for cell in cells]
            if any(cell != "" for cell in line):
                return Line(row, line + [""] * (width - len(line)))
            blank = cells
        return None

    def _first_sheet(self, book: Any) -> Any:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                return sheet
        raise self._damaged("it has no sheet that can be seen")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with reading(self.path):
            try:
                yield
            except (ConnectorError, OSError, MemoryError):
                raise
            # Broken workbooks make the library fail in dozens of ways, none of them its contract.
            except Exception as error:
                raise self._damaged(str(error) or type(error).__name__) from None

    def _damaged(self, reason: str) -> ConfigError:
        return ConfigError(
            f"{self.name} is damaged, or no Excel workbook: {shown(reason)}",
            mend="Open it in Excel and save it again, or save it as CSV.",
            source=self.name,
        )


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return _formula(value)
    if cell.data_type == "e":
        return BadCell(
            str(value), f"the cell holds the error {value}.", "Correct the cell in the spreadsheet."
        )
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(cell, value)
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CELL else _too_long(value)
    return BadCell(
        str(value), f"the cell holds the time {value}, without a day.", "Enter a date, or nothing."
    )


def _number(cell: Any, value: float) -> Cell:
    # Excel keeps and shows 15 digits; what a float has beyond them is noise.
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    if not number.is_finite() or number.adjusted() > 30:
        return BadCell(str(value), f"the cell holds the number {value}.", "Correct the cell.")
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1))
        shape = cell.number_format
        if isinstance(shape, str) and _LEADING_ZEROS.fullmatch(shape):
            # The format 00000 is how a spreadsheet keeps the zeros of 00123.
            return f"{number:0{len(shape)}f}"
    return number


def _formula(value: object) -> BadCell:
    text = value if isinstance(value, str) else str(getattr(value, "text", "") or "=")
    return BadCell(
        text[:LONGEST_CELL],
        f"the cell holds the formula {shown(text)}, not a value.",
        "In Excel, copy the column and paste it as values.",
    )


def _too_long(value: str) -> BadCell:
    return BadCell(
        value[:LONGEST_CELL],
        f"the cell has {len(value):,} characters; {LONGEST_CELL:,} fit.",
        "Shorten it.",
    )
