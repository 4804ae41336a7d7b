"""Reads the first visible sheet of an Excel workbook row by row."""

from collections.abc import Iterator
from pathlib import Path

from tieback.connectors.csvfile.cell_error import is_encodable
from tieback.connectors.csvfile.table import LONGEST_HEADER, MOST_COLUMNS, Line
from tieback.connectors.csvfile.values import as_text
from tieback.connectors.csvfile.workbook import Workbook, read_workbook
from tieback.connectors.csvfile.workbook_cells import CellReader
from tieback.connectors.csvfile.workbook_parts import Parts
from tieback.connectors.errors import ConfigError

_ROWS_BEFORE_HEADER = 50


class WorkbookTable:
    """The first visible sheet of a workbook; its texts and formats are held, its rows are not."""

    is_text = False
    encoding = delimiter = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        parts = Parts(path)
        try:
            self._book: Workbook = read_workbook(parts)
        finally:
            parts.close()
        self.header_row, self.headers = self._header()
        self.format = f"Excel, sheet “{self._book.title}”"

    def lines(self) -> Iterator[Line]:
        """The rows below the header; cells to the right of its last column belong to no field."""
        for line in self._rows(len(self.headers)):
            if line.row > self.header_row and any(as_text(cell).strip() for cell in line.cells):
                yield line

    def _rows(self, width: int) -> Iterator[Line]:
        parts = Parts(self.path)
        try:
            reader = CellReader(self._book, width)
            for _ in parts.feed(self._book.sheet, reader.start, reader.end, reader.text):
                yield from reader.take()
        finally:
            parts.close()

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
            f"{self.name} has nothing in its sheet “{self._book.title}”.",
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
