"""What one cell says: text, a key, a date, an amount. Refuses rather than guesses."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tieback.connectors.csvfile.cell_error import CellError, shown
from tieback.connectors.csvfile.dates import FIRST_YEAR, LAST_YEAR, parse_date
from tieback.connectors.csvfile.money import exact_money, parse_money

# No date and no amount needs more; patterns are never tried on a whole page of text.
LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell of a workbook that holds no value: a formula, an error, a number out of bounds."""

    text: str
    reason: str
    mend: str


# Text files have only text; workbooks have numbers and dates of their own.
Cell = str | Decimal | date | BadCell


def as_text(cell: object) -> str:
    """The cell as a person sees it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, BadCell):
        return cell.text
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.year:04}-{cell.month:02}-{cell.day:02}"
    raise TypeError(f"not a cell: {cell!r}")


def read_text(cell: object, limit: int) -> str:
    """One line of text of at most `limit` characters; raises `CellError`."""
    if isinstance(cell, BadCell):
        raise CellError(cell.reason, cell.mend)
    text = as_text(cell).strip()
    if not text.isprintable():
        text = _one_line(text)
    return _short_enough(text, limit)


def read_lines(cell: object, limit: int) -> str:
    """Text that may stand on several lines of a cell: they become one, parted by commas."""
    if isinstance(cell, BadCell):
        raise CellError(cell.reason, cell.mend)
    lines = (_one_line(line.strip(" ,")) for line in as_text(cell).strip().splitlines())
    return _short_enough(", ".join(line for line in lines if line), limit)


def read_key(cell: object, limit: int) -> str:
    """Text by which records refer to each other: nothing invisible in it; raises `CellError`."""
    if isinstance(cell, str):
        text = cell.strip()
        if text.isprintable() and len(text) <= limit:
            return text
    if isinstance(cell, date):
        raise CellError(
            f"the cell holds the date {as_text(cell)}: the spreadsheet has changed what was typed.",
            "Format the column as text and type the value again.",
        )
    text = read_text(cell, limit)
    if hidden := next((char for char in text if unicodedata.category(char) == "Cf"), ""):
        raise CellError(
            f"“{shown(text)}” has a character in it that nobody can see ({_named(hidden)}).",
            "Type the value again by hand.",
        )
    return text


def read_date(cell: object, order: str) -> date | None:
    """A day, None where the cell is blank; raises `CellError`."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        if not FIRST_YEAR <= cell.year <= LAST_YEAR:
            raise CellError(
                f"the cell holds the date {as_text(cell)}.",
                f"Enter a date from {FIRST_YEAR} to {LAST_YEAR}, or leave the cell empty.",
            )
        return cell
    text = _value_text(cell)
    if isinstance(cell, Decimal) and len(text) != 8:
        raise CellError(
            f"the cell holds the number {shown(text)}, not a date.",
            "Format the column as dates, or type the date again.",
        )
    return parse_date(text, order) if text else None


def read_money(cell: object, decimal_mark: str) -> Decimal | None:
    """An amount with two decimals, None where the cell is blank; raises `CellError`."""
    if isinstance(cell, Decimal):
        return exact_money(cell, as_text(cell))
    if isinstance(cell, date):
        raise CellError(
            f"the cell holds the date {as_text(cell)}, not an amount.",
            "Format the column as numbers and type the amount again.",
        )
    text = _value_text(cell)
    return parse_money(text, decimal_mark) if text else None


def _value_text(cell: object) -> str:
    if isinstance(cell, BadCell):
        raise CellError(cell.reason, cell.mend)
    text = " ".join(as_text(cell).split())
    if len(text) > LONGEST_VALUE:
        raise CellError(
            f"“{shown(text)}” is too long for a date or an amount.",
            "Correct the cell, or leave it empty.",
        )
    return text


def _one_line(text: str) -> str:
    return "".join(map(_allowed, text))


def _allowed(char: str) -> str:
    if char.isprintable():
        return char
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if category in {"Zl", "Zp"} or char in "\r\n":
        raise CellError(
            "the cell goes over more than one line.",
            "Take the line break out; if the cell should end earlier, look for a quotation mark "
            "that is not closed.",
        )
    if category in {"Cc", "Cs"}:
        raise CellError(
            f"the cell has a character in it that text cannot have ({_named(char)}).",
            "Type the value again by hand.",
        )
    return char


def _named(char: str) -> str:
    return f"U+{ord(char):04X}"


def _short_enough(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellError(
            f"“{shown(text)}” has {len(text):,} characters; {limit} fit.", "Shorten it."
        )
    return text
