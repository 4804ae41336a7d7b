"""What a file is to the rest of the connector: headers, and rows of cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tieback.connectors.csvfile.values import Cell

MOST_COLUMNS = 500
LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One row that was read; `row` as a spreadsheet counts it, from 1, the header among them."""

    row: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A row that is not what the header promises; `cells` as far as they can be trusted."""

    row: int
    reason: str
    mend: str
    cells: Sequence[Cell] = ()


class Table(Protocol):
    """One file, whose header has been read."""

    # The file's name, without its folder.
    name: str
    # As people call it: "UTF-8, comma", "Excel, sheet “Jobs”".
    format: str
    encoding: str
    delimiter: str
    header_row: int
    # One for each column, "" for a column without one.
    headers: tuple[str, ...]
    # Whether every cell is text, so that nobody needs to ask.
    is_text: bool

    def lines(self) -> Iterator[Line | BrokenLine]:
        """The rows below the header, blank ones left out, from the start at each call.

        Every `Line` has as many cells as there are headers.
        """
        ...
