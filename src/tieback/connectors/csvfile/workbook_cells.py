"""The cells of a sheet, as the parser comes upon them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from tieback.connectors.csvfile.cell_error import shown
from tieback.connectors.csvfile.table import Line
from tieback.connectors.csvfile.values import BadCell, Cell
from tieback.connectors.csvfile.workbook import (
    EPOCH,
    LONGEST_TEXT,
    Style,
    TextReader,
    Workbook,
)

# Excel's own limits; a row or column beyond them is a trap, not a cell.
LAST_ROW = 1_048_576
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,15}")
_LONGEST_NUMBER = 60
# The day that Excel believes was the 29 February 1900, and the days before it.
_DAY_THAT_NEVER_WAS = 60
_LAST_DAY = 2_958_466
_PLAIN = Style()
_DAY = 86_400
T = TypeVar("T")


class CellReader:
    """Turns the tags of a sheet into its rows; `take` hands out those that are complete.

    Raises `ValueError` for a sheet that contradicts itself.
    """

    def __init__(self, book: Workbook, width: int) -> None:
        self._book = book
        self._width = width
        self._done: list[Line] = []
        self._row = 0
        self._cells: list[Cell] = []
        self._has_cells = False
        self._column = 0
        self._kind = "n"
        self._style = _PLAIN
        self._has_formula = False
        # Whose characters are being read: "v", "f", or "" for those of no interest.
        self._inside = ""
        self._value: list[str] = []
        self._formula: list[str] = []
        self._size = 0
        self._inline = TextReader()

    def take(self) -> list[Line]:
        """The rows since the last call that have something in them."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag in {"v", "f"}:
            self._inside = tag
            self._has_formula = self._has_formula or tag == "f"
        elif tag == "row":
            self._start_row(attributes)
        elif self._kind == "inlineStr":
            self._inline.start(tag)

    def text(self, text: str) -> None:
        if not self._inside:
            self._inline.add(text)
        elif self._size <= LONGEST_TEXT:
            self._size += len(text)
            (self._value if self._inside == "v" else self._formula).append(text)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self._column < self._width:
                self._cells[self._column] = cell = self._cell()
                self._has_cells = self._has_cells or cell != ""
            self._column += 1
        elif tag in {"v", "f"}:
            self._inside = ""
        elif tag == "row":
            if self._has_cells:
                self._done.append(Line(self._row, self._cells))
        elif self._kind == "inlineStr":
            self._inline.end(tag)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self._row + 1))
        if not self._row < row <= LAST_ROW:
            raise ValueError(f"row {row} comes after row {self._row}")
        self._row = row
        self._column = 0
        self._cells = [""] * self._width
        self._has_cells = False

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._column = _column(attributes["r"])
        self._kind = attributes.get("t", "n")
        self._style = _PLAIN
        if "s" in attributes:
            self._style = _numbered(self._book.styles, attributes["s"])
        self._has_formula = False
        self._inside = ""
        self._value.clear()
        self._formula.clear()
        self._size = 0
        self._inline.clear()

    def _cell(self) -> Cell:
        if self._has_formula:
            return _formula("".join(self._formula))
        if self._kind == "inlineStr":
            return _text(self._inline.text())
        value = "".join(self._value)
        if not value:
            return ""
        match self._kind:
            case "s":
                return _text(_numbered(self._book.texts, value))
            case "n":
                return _number(value, self._style, self._book.epoch)
            case "b":
                return "TRUE" if value.strip() == "1" else "FALSE"
            case "e":
                return BadCell(
                    shown(value),
                    f"the cell holds the error {shown(value)}.",
                    "Correct the cell in the spreadsheet.",
                )
            case "str" | "d":
                return _text(value)
        raise ValueError(f"a cell is of the kind {self._kind}")


@lru_cache(maxsize=16_384)
def _column(place: str) -> int:
    """The column of a place such as AB12, counted from 0."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError(f"there is no cell {place}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _numbered(things: Sequence[T], number: str) -> T:
    """The thing of that number; "-1" is none, whatever lists think of it."""
    index = int(number)
    if index < 0:
        raise ValueError(f"there is nothing with the number {index}")
    return things[index]


def _text(value: str) -> Cell:
    if len(value) <= LONGEST_TEXT:
        return value
    return BadCell(
        value[:LONGEST_TEXT],
        f"the cell has more than {LONGEST_TEXT:,} characters, as no spreadsheet allows.",
        "Shorten it.",
    )


def _number(value: str, style: Style, epoch: datetime) -> Cell:
    if len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        return _no_number(value)
    if style.is_date:
        return _moment(value, epoch)
    if style.is_span:
        return BadCell(
            value, "the cell holds a span of time.", "Enter a date or a number, or nothing."
        )
    if _WHOLE.fullmatch(value):
        return f"{value:0>{style.digits}}" if style.digits else Decimal(value)
    # Excel keeps and shows 15 digits; what a float has beyond them is noise.
    number = Decimal(f"{float(value):.15g}")
    if not number.is_finite() or number.adjusted() > 30:
        return _no_number(value)
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1))
        return f"{number:0{style.digits}f}" if style.digits else number
    return number


def _moment(value: str, epoch: datetime) -> Cell:
    """The day, and the time where there is one, of a count of days."""
    days = float(value)
    is_1900 = epoch == EPOCH
    if not 0 <= days < _LAST_DAY or (is_1900 and int(days) == _DAY_THAT_NEVER_WAS):
        return _no_number(value)
    if days < 1 and (is_1900 or days > 0):
        return BadCell(
            value, "the cell holds a time of day, without a day.", "Enter a date, or nothing."
        )
    if is_1900 and days < _DAY_THAT_NEVER_WAS:
        days += 1
    moment = epoch + timedelta(seconds=round(days * _DAY))
    return moment if moment.time() != datetime.min.time() else date(*moment.timetuple()[:3])


def _no_number(value: str) -> BadCell:
    return BadCell(shown(value), f"the cell holds the number {shown(value)}.", "Correct the cell.")


def _formula(text: str) -> BadCell:
    return BadCell(
        f"={text[:LONGEST_TEXT]}",
        f"the cell holds the formula {shown('=' + text)}, not a value.",
        "In Excel, copy the column and paste it as values.",
    )
