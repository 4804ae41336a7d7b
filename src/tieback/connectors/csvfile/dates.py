"""Dates as people and ERPs write them."""

import re
from datetime import date
from functools import lru_cache

from tieback.connectors.csvfile.cell_error import CellError, shown

FIRST_YEAR, LAST_YEAR = 1900, 2200
ORDERS = {"MDY": "month, day, year", "DMY": "day, month, year", "YMD": "year, month, day"}
_MONTH_NAMES = """
    january jan, february feb, march mar, april apr, may, june jun, july jul, august aug,
    september sep sept, october oct, november nov, december dec
"""
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split(","), start=1)
    for name in names.split()
}
_TIME = (
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)


def _notation(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + _TIME, re.ASCII)


_YEAR_FIRST = _notation(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})")
_COMPACT = _notation(r"(\d{4})(\d{2})(\d{2})")
_NUMBERS = _notation(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_NAME = r"(?:[A-Za-z]{3,9},? +)?"
_DAY_MONTH = _notation(_DAY_NAME + r"(\d{1,2})[-/. ]+([A-Za-z]{3,9})\.?,?[-/. ]+(\d{4}|\d{2})")
_MONTH_DAY = _notation(
    _DAY_NAME + r"([A-Za-z]{3,9})\.?[-/. ]+(\d{1,2})(?:,[-/. ]*|[-/. ]+)(\d{4}|\d{2})"
)


@lru_cache(maxsize=8192)
def parse_date(text: str, order: str) -> date:
    """The day that `text` names; a time after it is dropped, and no time zone is applied.

    `order` (MDY, DMY or YMD) decides only where the notation leaves a doubt. A year of two digits
    is 1969 to 2068, as POSIX reads it. Raises `CellError`.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = match.groups()
        return _day(text, int(year), int(month), int(day))
    if match := _COMPACT.fullmatch(text):
        return _day(text, *map(int, match.groups()))
    if match := _NUMBERS.fullmatch(text):
        first, _, second, third = match.groups()
        return _in_order(text, order, first, second, third)
    return _with_month_name(text)


def _in_order(text: str, order: str, first: str, second: str, third: str) -> date:
    """Three numbers of which none is a year of four digits in front."""
    if order == "YMD" and len(third) == 2:
        year, month, day = first, second, third
    elif order == "DMY":
        day, month, year = first, second, third
    elif order == "MDY":
        month, day, year = first, second, third
    else:
        raise _out_of_order(text, order)
    if not 1 <= int(month) <= 12:
        raise _out_of_order(text, order)
    return _day(text, _year(year), int(month), int(day))


def _with_month_name(text: str) -> date:
    if match := _DAY_MONTH.fullmatch(text):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(text):
        name, day, year = match.groups()
    else:
        raise CellError(
            f"“{shown(text)}” is not a date in a notation that we know.",
            "Write the date as 2026-03-24, or leave the cell empty.",
        )
    month = _MONTHS.get(name.lower())
    if month is None:
        raise CellError(
            f"“{shown(text)}” names no month that we know.",
            "Write the month in English or as a number: 2026-03-24.",
        )
    return _day(text, _year(year), month, int(day))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= 69 else 2000)


def _day(text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(
            f"“{shown(text)}” is in the year {year}.",
            f"Enter a date from {FIRST_YEAR} to {LAST_YEAR}, or leave the cell empty.",
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError(
            f"“{shown(text)}” is a day that does not exist.",
            "Correct the date, or leave the cell empty.",
        ) from None


def _out_of_order(text: str, order: str) -> CellError:
    return CellError(
        f"“{shown(text)}” is not a date in the order {ORDERS[order]}.",
        "Correct the date, or choose another “Order of dates”.",
    )
