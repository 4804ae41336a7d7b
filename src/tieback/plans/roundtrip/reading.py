"""Read a sheet of decisions that came back: whoever sent it may have done anything to it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tieback.connectors.csvfile.cell_error import CellError, is_encodable, shown
from tieback.connectors.csvfile.hidden import hidden_rows
from tieback.connectors.csvfile.reading import TextTable
from tieback.connectors.csvfile.table import BrokenLine, Line, Table
from tieback.connectors.csvfile.values import BadCell, read_key, read_text
from tieback.connectors.csvfile.workbook_limits import is_workbook
from tieback.connectors.csvfile.xlsx import WorkbookTable
from tieback.connectors.errors import ConfigError
from tieback.plans.roundtrip.columns import (
    BY_HEADER,
    BY_NAME,
    COLUMNS,
    LONGEST_NOTE,
    MOST_ROWS,
    NEEDED,
    SHEET,
)
from tieback.plans.roundtrip.writing import STARTS_FORMULA

_LARGEST_TEXT = 32 << 20
_LONGEST = 600
_NOT_LOOKED_AT = {"customer", "value", "probability", "lane", "sentence"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: the column where there is one, the reason, and what to do."""

    column: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row by the names of its columns, or why it cannot be read; `row` as the file counts."""

    row: int
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """The rows that can be seen, and what has to be said of the whole file."""

    name: str
    rows: list[ReadRow]
    notes: list[str] = field(default_factory=list)


def read_sheet(path: Path, *, name: str) -> ReadSheet:
    """The rows of an XLSX, CSV or JSON file that `name` is called by.

    Raises `ConfigError` for a file that is none of ours, is damaged, or holds too much.
    """
    if name.lower().endswith(".json"):
        return ReadSheet(name, _checked_size(_json_rows(path, name), name))
    if not is_workbook(path):
        _refuse_large_text(path, name)
        table: Table = TextTable(
            path, encoding="", delimiter="", score=lambda headers: len(_columns(headers))
        )
        return ReadSheet(name, _checked_size(_rows(table, name, is_csv=True), name))
    table = WorkbookTable(path, sheet=SHEET)
    rows = _checked_size(_rows(table, name), name)
    hidden = hidden_rows(path, table.part)
    seen = [row for row in rows if row.row not in hidden]
    passed = len(rows) - len(seen)
    return ReadSheet(name, seen, [_hidden_note(passed)] if passed else [])


def _hidden_note(count: int) -> str:
    rows = "1 hidden row was" if count == 1 else f"{count:,} hidden rows were"
    return (
        f"{rows} passed over. If they are to count, show them (clear the filter), save the file "
        "and upload it again."
    )


def _checked_size(rows: Iterable[ReadRow], name: str) -> list[ReadRow]:
    kept: list[ReadRow] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise ConfigError(
                f"{shown(name)} has more than {MOST_ROWS:,} rows, more than any sheet of ours.",
                mend="Export the plan or the lane anew, and decide in that file.",
            )
        kept.append(row)
    return kept


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Column name → its place, for the headers that are ours."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        if column := BY_HEADER.get(" ".join(header.casefold().split())):
            found.setdefault(column.name, at)
    return found


def _refuse_missing(found: Mapping[str, object], name: str) -> None:
    missing = [BY_NAME[column].header for column in NEEDED if column not in found]
    if missing:
        raise ConfigError(
            f"{shown(name)} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(f'“{header}”' for header in missing)}, so its rows cannot be told apart.",
            mend="Export it anew, and leave the columns as they are.",
        )


def _rows(table: Table, name: str, *, is_csv: bool = False) -> Iterator[ReadRow]:
    places = _columns(table.headers)
    _refuse_missing(places, name)
    for line in table.lines():
        if isinstance(line, BrokenLine):
            yield ReadRow(line.row, problem=Problem("", line.reason, line.mend))
        else:
            yield _row(line, places, is_csv=is_csv)


def _row(line: Line, places: Mapping[str, int], *, is_csv: bool) -> ReadRow:
    cells: dict[str, str] = {}
    for column in COLUMNS:
        if column.name in places and column.name not in _NOT_LOOKED_AT:
            try:
                text = _text(column.name, line.cells[places[column.name]])
            except CellError as refused:
                problem = Problem(column.header, refused.reason, refused.mend)
                return ReadRow(line.row, problem=problem)
            cells[column.name] = _without_apostrophe(text) if is_csv else text
    if formula := _formula(line):
        return ReadRow(line.row, problem=formula)
    return ReadRow(line.row, cells)


def _text(name: str, cell: object) -> str:
    if name == "note":
        text = " ".join(cell.split()) if isinstance(cell, str) else cell
        return read_text(text, LONGEST_NOTE)
    return (read_key if name in {"key", "other_project"} else read_text)(cell, _LONGEST)


def _formula(line: Line) -> Problem | None:
    """A formula in any cell: what it showed when the person looked is not what it says here."""
    bad = next((cell for cell in line.cells if isinstance(cell, BadCell)), None)
    return Problem("", bad.reason, bad.mend) if bad else None


def _without_apostrophe(text: str) -> str:
    return text[1:] if text.startswith("'") and STARTS_FORMULA.match(text[1:]) else text


def _refuse_large_text(path: Path, name: str) -> None:
    if path.stat().st_size > _LARGEST_TEXT:
        raise ConfigError(
            f"{shown(name)} has more than {_LARGEST_TEXT >> 20} MB, more than any sheet of ours.",
            mend="Export the plan or the lane anew, and decide in that file.",
        )


def _json_rows(path: Path, name: str) -> Iterator[ReadRow]:
    _refuse_large_text(path, name)
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise _no_plan_file(name) from None
    rows = said.get("rows") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise _no_plan_file(name)
    for number, row in enumerate(rows, start=1):
        yield _json_row(number, row)


def _no_plan_file(name: str) -> ConfigError:
    return ConfigError(
        f"{shown(name)} is no plan file: it has to be JSON with a list called “rows”.",
        mend="Export it anew, and change nothing but decision, other_project and note.",
    )


def _json_row(number: int, row: Any) -> ReadRow:
    mend = "Export it anew, and change nothing but decision, other_project and note."
    if not isinstance(row, dict) or (missing := [name for name in NEEDED if name not in row]):
        lacks = "it is no object" if not isinstance(row, dict) else f"it lacks {missing[0]}"
        return ReadRow(number, problem=Problem("", f"{lacks}.", mend))
    cells = {}
    for column in COLUMNS:
        value = row.get(column.name) or ""
        if column.name in _NOT_LOOKED_AT:
            continue
        if not isinstance(value, str) or len(value) > _LONGEST or not is_encodable(value):
            reason = "it holds no text, or too long a text."
            return ReadRow(number, problem=Problem(column.name, reason, mend))
        cells[column.name] = " ".join(value.split())
    return ReadRow(number, cells)
