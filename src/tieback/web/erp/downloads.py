"""Lists as CSV files that are safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse

Cell = str | int | None
# What makes a spreadsheet take a cell for a formula; the wide forms are read as the narrow ones.
_STARTS_FORMULA = re.compile(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*", re.ASCII)


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The rows as a CSV file called `name`."""
    response = HttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def harmless(cell: Cell) -> Cell:
    """The cell with an apostrophe before what would run as a formula; numbers stay numbers."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if _STARTS_FORMULA.match(cell) else cell


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    # The byte order mark: without it Excel takes UTF-8 for the machine's own encoding.
    yield "\ufeff"
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
