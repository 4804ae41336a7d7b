"""A file of records that no connection pulls: read by the same rules, once, for a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tieback.connectors.csvfile.cell_error import CellError
from tieback.connectors.csvfile.fields import Field, Kind
from tieback.connectors.csvfile.folder import fingerprint
from tieback.connectors.csvfile.mapping import known_fields, map_fields
from tieback.connectors.csvfile.parsing import cell_reader, empty_cell, refusal
from tieback.connectors.csvfile.reading import TextTable
from tieback.connectors.csvfile.sheet import raw_names
from tieback.connectors.csvfile.table import BrokenLine, Line, Table
from tieback.connectors.csvfile.values import as_text
from tieback.connectors.csvfile.workbook_limits import is_workbook
from tieback.connectors.csvfile.xlsx import WorkbookTable
from tieback.connectors.errors import ConfigError, RecordError, TransientError

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Notation:
    """How to read what leaves a doubt; the values are those of the connector's settings."""

    date_order: str = "MDY"
    decimal_mark: str = "."


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: its place as a spreadsheet counts it, and the fields that it says something in."""

    row: int
    values: Mapping[str, Any]


class Listing:
    """A file with its columns mapped to `fields`; raises `ConfigError` where it cannot be read.

    `chosen` is {field: header} as a person corrected the guesses, "" to leave a field out.
    """

    def __init__(
        self,
        path: Path,
        fields: Sequence[Field],
        *,
        chosen: Mapping[str, str] | None = None,
        notation: Notation | None = None,
    ) -> None:
        self.path = path
        self.fields = fields
        self._fingerprint = fingerprint(path)
        self._table = _open(path, fields)
        self.source = self._table.name
        self.format = self._table.format
        self.headers = self._table.headers
        found = map_fields(
            fields, self.headers, chosen or {}, source=self.source, row=self._table.header_row
        )
        self.problems = [_for_a_person(problem, fields) for problem in found.problems]
        self.columns = found.fields
        given = notation or Notation()
        self._readers = [
            (
                field,
                found.fields[field.name],
                cell_reader(field, date_order=given.date_order, decimal_mark=given.decimal_mark),
            )
            for field in fields
            if field.name in found.fields
        ]

    def header_of(self, name: str) -> str:
        """The header of the column that holds the field, "" where none does."""
        return raw_names(self.headers)[self.columns[name]] if name in self.columns else ""

    def unused(self) -> list[str]:
        """The headers that no field uses."""
        taken = set(self.columns.values())
        return [one for at, one in enumerate(self.headers) if one and at not in taken]

    def first_rows(self, most: int) -> list[list[str]]:
        """The cells of the first rows as texts, in the order of `headers`."""
        lines = islice(self._table.lines(), most)
        return [[as_text(cell)[:_LONGEST_SHOWN] for cell in line.cells] for line in lines]

    def entries(self) -> Iterator[Entry | RecordError]:
        """Every row that is not blank; one that cannot be read comes as its refusal.

        Raises `ConfigError` where columns are missing or doubled, or rows cannot be told apart,
        and `TransientError` where the file was written to meanwhile.
        """
        if self.problems:
            raise self.problems[0]
        for line in self._table.lines():
            try:
                yield self._entry(line)
            except RecordError as refused:
                yield refused
        if fingerprint(self.path) != self._fingerprint:
            raise TransientError(
                f"{self.source} was written to while it was read.",
                mend="Wait until the file is complete, then try again.",
            )

    def refused(self, row: int, name: str, reason: str, mend: str) -> RecordError:
        """The refusal of a row that was read, for what its field `name` says ("" for none)."""
        column = self.header_of(name) if name else ""
        return refusal(CellError(reason, mend), source=self.source, row=row, column=column)

    def _entry(self, line: Line | BrokenLine) -> Entry:
        if isinstance(line, BrokenLine):
            raise self.refused(line.row, "", line.reason, line.mend)
        values: dict[str, Any] = {}
        for field, index, read in self._readers:
            cell = line.cells[index]
            try:
                value = read(cell) if cell != "" else None
                if value in (None, "") and field.is_required:
                    raise empty_cell(field)
            except CellError as refused:
                mend = _STATUS if field.kind is Kind.STATUS else refused.mend
                raise self.refused(line.row, field.name, refused.reason, mend) from None
            if value not in (None, ""):
                values[field.name] = value
        return Entry(line.row, values)


_STATUS = "Write Active or Inactive, or leave the cell empty."


def _open(path: Path, fields: Sequence[Field]) -> Table:
    if is_workbook(path):
        return WorkbookTable(path)
    return TextTable(
        path, encoding="", delimiter="", score=lambda headers: known_fields(fields, headers)
    )


def _for_a_person(problem: ConfigError, fields: Sequence[Field]) -> ConfigError:
    """The same problem, mended in the file: there are no settings to look into."""
    known = {field.label: field.headers[0] for field in fields}
    if problem.column in known:
        header = known[problem.column].capitalize()
        problem.mend = f"Name the column “{header}”, or choose another column for it."
    return problem
