"""One resource's file with its columns mapped: its rows, told apart and ready to be parsed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import cast

from tieback.connectors.csvfile.cell_error import CellError, is_encodable, shown
from tieback.connectors.csvfile.fields import FIELDS, Kind
from tieback.connectors.csvfile.folder import fingerprint
from tieback.connectors.csvfile.identity import Identity, Named, UnnamedError
from tieback.connectors.csvfile.mapping import column_letter, known_columns, map_columns
from tieback.connectors.csvfile.options import Options
from tieback.connectors.csvfile.parsing import Parser, refusal
from tieback.connectors.csvfile.reading import TextTable
from tieback.connectors.csvfile.repeats import Repeats
from tieback.connectors.csvfile.table import BrokenLine, Line, Table
from tieback.connectors.csvfile.values import Cell, as_text
from tieback.connectors.csvfile.workbook_limits import is_workbook
from tieback.connectors.csvfile.xlsx import WorkbookTable
from tieback.connectors.errors import RecordError, TransientError
from tieback.connectors.records import Resource, SourceRow

# Part of every digest: raise it when the same cells are to be read differently.
PARSER_VERSION = 1
# Between the cells of a row when it is digested; a row with one inside a cell is refused.
_BETWEEN = "\0"


def open_table(path: Path, resource: Resource, options: Options) -> Table:
    """The file as a table; raises `ConfigError` where its header cannot be read."""
    if is_workbook(path):
        return WorkbookTable(path)
    return TextTable(
        path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        score=lambda headers: known_columns(resource, headers),
    )


def raw_names(headers: Sequence[str]) -> list[str]:
    """The names under which a record keeps its cells: the headers, each of them once."""
    names: list[str] = []
    for index, header in enumerate(headers):
        name = header or f"(column {column_letter(index)})"
        names.append(name if name not in names else f"{name} (column {column_letter(index)})")
    return names


class Sheet:
    """The rows of one resource; raises `ConfigError` where the file's columns do not do."""

    def __init__(self, path: Path, resource: Resource, options: Options) -> None:
        self.path = path
        self.resource = resource
        self._fingerprint = fingerprint(path)
        self.table = open_table(path, resource, options)
        self.columns = map_columns(
            resource,
            self.table.headers,
            options.headers.get(resource, {}),
            source=self.table.name,
            row=self.table.header_row,
        )
        if self.columns.problems:
            raise self.columns.problems[0]
        fields = self.columns.fields
        self._identity = Identity(resource, fields)
        self._one_line = {
            fields[field.name]
            for field in FIELDS[resource]
            if field.name in fields and field.kind is not Kind.LINES
        }
        self._seed = blake2b(self._what_parsing_depends_on(options).encode(), digest_size=16)
        self.parser = Parser(resource, columns=fields, headers=self.table.headers, options=options)

    def count(self) -> int:
        """How many rows stand below the header."""
        return sum(1 for _ in self.table.lines())

    def rows(self) -> Iterator[SourceRow | RecordError]:
        """Every record, unparsed; what is broken or contradicts another row comes as a refusal.

        Reads the file twice: the first time for the ids that repeat, which have to be known
        before the first of them is handed out.
        """
        repeats = Repeats(self._ids(), self._entries)
        self._still_the_same()
        names = raw_names(self.table.headers)
        for line in self.table.lines():
            if isinstance(line, BrokenLine):
                yield self._broken(line)
                continue
            try:
                records = self._identity.records(line.cells)
            except UnnamedError as error:
                yield self._refusal(line, error.refused, error.column)
                continue
            for external_id, cells in records:
                try:
                    digest, texts = self._digest(cells)
                except _UnfitError as error:
                    yield self._unfit(line, external_id if len(records) == 1 else "", error)
                    break
                if external_id in repeats:
                    if refused := repeats.refusal(external_id, line.row):
                        yield self._refusal(line, refused, external_id=external_id)
                        continue
                    if not repeats.is_first(external_id, line.row):
                        continue
                yield SourceRow(
                    self.resource,
                    external_id,
                    digest,
                    dict(zip(names, texts, strict=True)),
                    self.table.name,
                    line.row,
                    tuple(cells),
                )
        self._still_the_same()

    def _records(self) -> Iterator[tuple[int, Named]]:
        """The records of every row that names them, with its row."""
        for line in self.table.lines():
            if isinstance(line, Line):
                with suppress(UnnamedError):
                    for named in self._identity.records(line.cells):
                        yield line.row, named

    def _ids(self) -> Iterator[str]:
        return (named.external_id for _, named in self._records())

    def _entries(self) -> Iterator[tuple[str, int, str]]:
        for row, (external_id, cells) in self._records():
            with suppress(_UnfitError):
                yield external_id, row, self._digest(cells)[0]

    def _digest(self, cells: Sequence[Cell]) -> tuple[str, Sequence[str]]:
        """The digest of a record's cells, and their texts; raises `_UnfitError`."""
        if self.table.is_text:
            texts = cast("Sequence[str]", cells)
        else:
            texts = [as_text(cell) for cell in cells]
        joined = _BETWEEN.join(texts)
        if joined.count(_BETWEEN) >= len(texts) or "\n" in joined or "\r" in joined:
            self._check_texts(texts)
        if not self.table.is_text:
            joined += _BETWEEN + _BETWEEN.join(type(cell).__name__ for cell in cells)
        try:
            data = joined.encode()
        except UnicodeEncodeError:
            raise self._undecoded(texts) from None
        digest = self._seed.copy()
        digest.update(data)
        return digest.hexdigest(), texts

    def _check_texts(self, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            if _BETWEEN in text:
                raise _UnfitError(_ZERO, column)
            if column in self._one_line and len(text.strip().splitlines()) > 1:
                raise _UnfitError(_LINE_BREAK, column)

    def _undecoded(self, texts: Sequence[str]) -> "_UnfitError":
        column = next(i for i, text in enumerate(texts) if not is_encodable(text))
        known_as = self.table.format.partition(",")[0]
        return _UnfitError(
            CellError(
                f"“{shown(texts[column])}” has bytes in it that are not {known_as}.",
                "Save the file as UTF-8, or correct “Encoding of text files” in the settings.",
            ),
            column,
        )

    def _broken(self, line: BrokenLine) -> RecordError:
        return refusal(
            CellError(line.reason, line.mend),
            source=self.table.name,
            row=line.row,
            column="",
            external_id=self._identity.id_of_broken(line.cells),
        )

    def _unfit(self, line: Line, external_id: str, error: "_UnfitError") -> RecordError:
        # A line break may be a quotation mark that swallowed the rows below, so we do not say
        # that this is the only record of which we know nothing.
        is_safe = error.refused is not _LINE_BREAK and is_encodable(external_id)
        return self._refusal(
            line, error.refused, error.column, external_id=external_id if is_safe else ""
        )

    def _refusal(
        self, line: Line, refused: CellError, column: int | None = None, *, external_id: str = ""
    ) -> RecordError:
        header = "" if column is None else raw_names(self.table.headers)[column]
        return refusal(
            refused,
            source=self.table.name,
            row=line.row,
            column=header,
            external_id=external_id,
        )

    def _still_the_same(self) -> None:
        if fingerprint(self.path) != self._fingerprint:
            raise TransientError(
                f"{self.table.name} was written to while it was read.",
                mend="Wait until the export is complete, then try again.",
            )

    def _what_parsing_depends_on(self, options: Options) -> str:
        columns = sorted(self.columns.fields.items())
        return json.dumps([PARSER_VERSION, self.table.headers, columns, options.parsing()])


class _UnfitError(Exception):
    """A cell that no table can hold as it is; `column` is counted from 0."""

    def __init__(self, refused: CellError, column: int) -> None:
        super().__init__(refused.reason)
        self.refused = refused
        self.column = column


_ZERO = CellError("the cell has a zero byte in it.", "Export the file again.")
_LINE_BREAK = CellError(
    "the cell goes over more than one line.",
    "Take the line break out; if the cell should end earlier, look for a quotation mark that is "
    "not closed.",
)
