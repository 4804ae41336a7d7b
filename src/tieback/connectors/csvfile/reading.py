"""Reads a text file row by row in steady memory, whatever stands in it."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO, cast

from tieback.connectors.csvfile.cell_error import is_encodable
from tieback.connectors.csvfile.encoding import detect
from tieback.connectors.csvfile.folder import reading
from tieback.connectors.csvfile.table import LONGEST_HEADER, MOST_COLUMNS, BrokenLine, Line
from tieback.connectors.errors import ConfigError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# One row, in characters; one cell is held below 131,072 by the csv module itself.
LONGEST_ROW = 1 << 20
_LONGEST_CELL = 131_072
# A header further down than this is none.
_ROWS_BEFORE_HEADER = 50
Score = Callable[[Sequence[str]], int]


class _TooLongError(Exception):
    """The row goes on beyond `LONGEST_ROW`."""


class _Lines:
    """Feeds the csv module the lines of a file, and stops it before a row gets out of hand."""

    def __init__(self, file: TextIO) -> None:
        self._readline = file.readline
        self._used = 0
        # Lines of the file so far, and quotation marks in the last of them.
        self.number = 0
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._readline(LONGEST_ROW)
        if not line:
            raise StopIteration
        self.number += 1
        self.last = line
        self._used += len(line)
        if self._used >= LONGEST_ROW:
            raise _TooLongError
        return line

    def start_row(self) -> None:
        self._used = 0

    def finish_line(self) -> int:
        """Drop the rest of the last line; returns how many quotation marks the whole line has."""
        quotes = self.last.count('"')
        while self.last and not self.last.endswith(("\n", "\r")):
            self.last = self._readline(LONGEST_ROW)
            quotes += self.last.count('"')
        return quotes


class TextTable:
    """A file of text with a delimiter between its columns."""

    is_text = True

    def __init__(self, path: Path, *, encoding: str, delimiter: str, score: Score) -> None:
        self.path = path
        self.name = path.name
        self._encoding = detect(path, encoding)
        self.encoding = self._encoding.name
        self._has_separator_line = False
        named = self._separator_line()
        self._has_separator_line = bool(named)
        self.delimiter = delimiter or named or self._likeliest_delimiter(score)
        self.header_row, self.headers = self._header(self.delimiter)
        self.format = f"{self._encoding.label}, {DELIMITERS[self.delimiter]}"

    def lines(self) -> Iterator[Line | BrokenLine]:
        """The rows below the header; raises `ConfigError` where rows cannot be told apart."""
        wanted = len(self.headers)
        for line in self._rows(self.delimiter):
            if line.row <= self.header_row:
                continue
            if isinstance(line, BrokenLine):
                yield line
                continue
            if not "".join(cast("Sequence[str]", line.cells)).strip():
                continue
            yield line if len(line.cells) == wanted else self._fitted(line, wanted)

    def _fitted(self, line: Line, wanted: int) -> Line | BrokenLine:
        cells, there = line.cells, len(line.cells)
        if there > wanted and not any(cells[wanted:]):
            return Line(line.row, cells[:wanted])
        if there > wanted:
            mend = (
                f"Look for a {DELIMITERS[self.delimiter]} inside a cell, "
                "and put the cell in quotation marks."
            )
        else:
            mend = "Look for a line break inside a cell, or fill the row up to its last column."
        return BrokenLine(
            line.row,
            f"the row has {there} cells where the header has {wanted}.",
            mend,
            cells[:wanted],
        )

    def _rows(self, delimiter: str) -> Iterator[Line | BrokenLine]:
        """Every row of the file, blank ones too."""
        with reading(self.path), self._open() as file:
            lines = _Lines(file)
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    line = self._next(rows, number, lines)
                except StopIteration:
                    return
                except UnicodeDecodeError:
                    raise self._undecodable(number) from None
                yield line

    def _next(self, rows: Iterator[list[str]], row: int, lines: _Lines) -> Line | BrokenLine:
        start = lines.number + 1
        lines.start_row()
        try:
            return Line(row, next(rows))
        except (csv.Error, _TooLongError) as error:
            return self._broken(row, start, lines, error)

    def _broken(self, row: int, start: int, lines: _Lines, error: Exception) -> BrokenLine:
        """The one row that is broken; raises `ConfigError` where it cannot be told which ends it.

        Going on after a quotation mark that was never closed would read parts of a cell as rows.
        """
        quotes = lines.finish_line()
        is_one_line = lines.number == start
        if isinstance(error, _TooLongError) or "field limit" in str(error):
            if is_one_line and quotes % 2 == 0:
                return BrokenLine(
                    row,
                    f"a cell has more than {_LONGEST_CELL:,} characters, or the row more than "
                    f"{LONGEST_ROW:,}.",
                    "Shorten it: no cell of a spreadsheet can be that long.",
                )
        elif is_one_line and "end of data" not in str(error):
            return BrokenLine(
                row,
                "a quotation mark stands in the middle of a cell that is in quotation marks.",
                'Write it twice, as in "12"" pipe", or take the quotation marks out.',
            )
        raise ConfigError(
            f"{self.name}: a quotation mark opens in row {row} (line {start} of the file) "
            f"and is not closed before line {lines.number}, so the rows cannot be told apart.",
            mend="Close it or take it out, then try again.",
            source=self.name,
            row=row,
        )

    def _undecodable(self, row: int) -> ConfigError:
        return ConfigError(
            f"{self.name}: row {row} is not {self._encoding.label}; the file may be cut off.",
            mend="Export the file again, or correct “Encoding of text files” in the settings.",
            source=self.name,
            row=row,
        )

    def _open(self) -> TextIO:
        file = self.path.open(
            encoding=self._encoding.codec, errors=self._encoding.errors, newline=""
        )
        if self._has_separator_line:
            file.readline(LONGEST_ROW)
        return file

    def _separator_line(self) -> str:
        """The delimiter of the line `sep=;` that Excel understands and does not show, or ""."""
        with reading(self.path), self._open() as file:
            try:
                first = file.readline(8).strip("\r\n").lower()
            except UnicodeDecodeError:
                return ""
        named = first[4:]
        return named if first.startswith("sep=") and named in DELIMITERS else ""

    def _likeliest_delimiter(self, score: Score) -> str:
        """The one under which most columns are known; most columns where that is a draw."""

        def known(delimiter: str) -> tuple[int, int]:
            try:
                _, headers = self._header(delimiter)
            except ConfigError:
                return -1, 0
            return score(headers), len(headers)

        return max(DELIMITERS, key=known)

    def _header(self, delimiter: str) -> tuple[int, tuple[str, ...]]:
        """The first row that is not blank, and where it stands."""
        for line in self._rows(delimiter):
            if line.row > _ROWS_BEFORE_HEADER:
                break
            if isinstance(line, BrokenLine):
                raise self._bad_header(line.row, line.reason)
            headers = [" ".join(str(cell).split()) for cell in line.cells]
            if any(headers):
                return line.row, self._checked(line.row, headers)
        raise ConfigError(
            f"{self.name} is empty.",
            mend="Export the file again: its first row has to name the columns.",
            source=self.name,
        )

    def _checked(self, row: int, headers: list[str]) -> tuple[str, ...]:
        while not headers[-1]:
            headers.pop()
        if len(headers) > MOST_COLUMNS:
            raise self._bad_header(row, f"it has more than {MOST_COLUMNS} columns.")
        if max(map(len, headers)) > LONGEST_HEADER:
            raise self._bad_header(row, f"a name in it has more than {LONGEST_HEADER} characters.")
        joined = "".join(headers)
        if "\0" in joined:
            raise self._bad_header(row, "it has zero bytes in it, as no text has.")
        if not is_encodable(joined):
            raise self._bad_header(row, f"it is not {self._encoding.label}.")
        return tuple(headers)

    def _bad_header(self, row: int, reason: str) -> ConfigError:
        return ConfigError(
            f"{self.name}: the header in row {row} cannot be read: {reason}",
            mend="Export the file again, or correct “Encoding of text files” in the settings.",
            source=self.name,
            row=row,
        )
