"""`tieback match`: which job is which project, for two lists in files; nothing to set up."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from tieback.cli import options
from tieback.cli.refusal import Refusal
from tieback.cli.screen import bar, document, note, say
from tieback.connectors.csvfile.reading import TextTable
from tieback.connectors.csvfile.table import BrokenLine, Line
from tieback.connectors.csvfile.values import BadCell
from tieback.connectors.errors import ConnectorError

if TYPE_CHECKING:
    from tieback.matching.engine import Matching


class _Table(Protocol):
    """A list whose columns are known and whose rows are still to be read."""

    name: str
    headers: tuple[str, ...]

    def lines(self) -> Iterator[Line | BrokenLine]: ...


app = typer.Typer(add_completion=False)

COLUMNS = (
    *("id", "number", "name", "address", "city", "state", "zip", "owner"),
    *("start", "end", "value", "status"),
)
_SHEETS = {".xlsx", ".xlsm"}
_PARQUET = {".parquet", ".pq"}
_NOT_READ = {".feather", ".arrow", ".xls", ".ods"}
# No cell says more to matching than fits in this.
_LONGEST = 2_000
_OUT = ("job_id", "project_id", "probability", "margin", "lane", "sentence")
_FORMULA = re.compile(r"[=@\t\r]|[+-][^\d]")


@app.command()
def match(
    jobs: Annotated[
        Path, typer.Argument(metavar="JOBS", help="The ERP's jobs: CSV, .xlsx or Parquet.")
    ],
    projects: Annotated[
        Path, typer.Argument(metavar="PROJECTS", help="The portfolio's projects, likewise.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PAIRS", help="The CSV file to write.")
    ],
    json: options.Json = False,
) -> None:
    """Match two lists from files, without a database.

    Columns: id number name address city state zip owner start end value status. Only id is needed;
    owner is the customer. PAIRS gets a row for each job that has a match, the surest first.
    """
    _check_output(output, (jobs, projects))
    both = [_rows(path) for path in (jobs, projects)]
    engine = import_module("tieback.matching.engine")
    read = import_module("tieback.matching.records").records_from
    with bar("Matching", total=len(engine.STEPS)) as shown:
        found: Matching = engine.match(
            *(read(rows) for rows in both),
            progress=lambda step, done: shown.show(f"Matching: {step}", done),
        )
    _write(output, found)
    counts = _counts(found)
    if json:
        document({"file": str(output), **_shape(found, counts)})
        return
    say(f"{output}: {', '.join(f'{count:,} {name}' for name, count in counts.items())}.")
    if found.why_no_safe:
        note(f"Nothing is Safe. {found.why_no_safe}")


def _counts(found: "Matching") -> dict[str, int]:
    lanes = [str(match.lane) for match in found.matches]
    counts = {lane: lanes.count(lane) for lane in ("Safe", "Look", "Twins")}
    return {
        **counts,
        "Only in ERP": len(found.only_jobs),
        "Only in portfolio": len(found.only_projects),
    }


def _shape(found: "Matching", counts: dict[str, int]) -> dict[str, Any]:
    return {
        "counts": counts,
        "safe_from": round(found.safe_from, 6),
        "why_no_safe": found.why_no_safe,
        "matches": [_cells(match) for match in found.matches],
        "only_in_erp": found.only_jobs,
        "only_in_portfolio": found.only_projects,
    }


def _cells(match: Any) -> dict[str, Any]:
    cells = {name: getattr(match, name) for name in _OUT}
    return cells | {name: round(cells[name], 6) for name in ("probability", "margin")}


def _check_output(output: Path, inputs: Sequence[Path]) -> None:
    """Refuse before the work what would fail after it."""
    if output.suffix.lower() not in {"", ".csv", ".txt"}:
        raise Refusal(
            f"Pairs are written as CSV, not as {output.suffix}.", mend="Name it …, “-o pairs.csv”."
        )
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise Refusal(
            f"{output} cannot be written: there is no such folder, or it is one.",
            mend="Name a file in a folder that exists.",
        )
    if output.absolute().resolve() in {path.absolute().resolve() for path in inputs}:
        raise Refusal(f"{output} is one of the lists.", mend="Name another file for the pairs.")


def _rows(path: Path) -> list[dict[str, object]]:
    """The rows of one list; refuses ids that are missing or stand twice."""
    table = _opened(path)
    try:
        held = list(_cells_of(table))
    except ConnectorError as problem:
        raise _refused(problem) from problem
    seen: dict[str, int] = {}
    for row, cells in held:
        key = str(cells.get("id") or "").strip()
        if not key:
            raise Refusal(f"{table.name}, row {row}: the id is empty.", mend="Give it one.")
        if key in seen:
            raise Refusal(
                f"{table.name}, row {row}: the id {key[:60]} stands in row {seen[key]} too.",
                mend="Give each record an id of its own.",
            )
        seen[key] = row
    return [cells for _, cells in held]


def _opened(path: Path) -> _Table:
    if not path.is_file():
        raise Refusal(f"There is no file {path}.", mend="Correct the name, or put it there.")
    kind = path.suffix.lower()
    if kind in _NOT_READ:
        raise Refusal(
            f"{path.name}: {kind} files are not read here.",
            mend="Save it as CSV, .xlsx or Parquet.",
        )
    try:
        table = _table(path, kind)
    except ConnectorError as problem:
        raise _refused(problem) from problem
    _check_columns(table)
    return table


def _check_columns(table: _Table) -> None:
    named = _named(table)
    if "id" not in named:
        raise Refusal(
            f"{table.name} has no column “id”, by which its records could be named.",
            mend=f"The columns are: {' '.join(COLUMNS)}. Only id is needed.",
        )
    if twice := next((name for name in COLUMNS if named.count(name) > 1), ""):
        raise Refusal(
            f"{table.name} has the column “{twice}” more than once.",
            mend="Take out the one that is not meant.",
        )


def _table(path: Path, kind: str) -> _Table:
    # Each takes a fifth of a second to load.
    if kind in _PARQUET:
        table: _Table = import_module("tieback.cli.parquet").ParquetTable(path, COLUMNS)
    elif kind in _SHEETS:
        table = import_module("tieback.connectors.csvfile.xlsx").WorkbookTable(path)
    else:
        table = _text(path)
    return table


def _text(path: Path) -> TextTable:
    return TextTable(
        path,
        encoding="",
        delimiter="",
        score=lambda headers: sum(header.strip().lower() in COLUMNS for header in headers),
    )


def _named(table: _Table) -> list[str]:
    return [header.strip().lower() for header in table.headers]


def _cells_of(table: _Table) -> Iterator[tuple[int, dict[str, object]]]:
    """The cells of the columns that count, by row; refuses those that hold no value."""
    names = _named(table)
    used = [(at, name) for at, name in enumerate(names) if name in COLUMNS]
    for line in table.lines():
        if isinstance(line, BrokenLine):
            raise Refusal(f"{table.name}, row {line.row}: {line.reason}", mend=line.mend)
        cells = {name: line.cells[at] for at, name in used}
        for name, cell in cells.items():
            if isinstance(cell, BadCell):
                where = f"{table.name}, row {line.row}, column “{name}”"
                raise Refusal(f"{where}: {cell.reason}", mend=cell.mend)
        yield (
            line.row,
            {n: c.strip()[:_LONGEST] if isinstance(c, str) else c for n, c in cells.items()},
        )


def _refused(problem: ConnectorError) -> Refusal:
    return Refusal(str(problem), mend=getattr(problem, "mend", ""))


def _write(output: Path, found: "Matching") -> None:
    """The pairs, whole or not at all."""
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with partial.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            rows = csv.writer(file)
            rows.writerow(_OUT)
            rows.writerows(
                [_inert(cell) for cell in _cells(match).values()] for match in found.matches
            )
        partial.replace(output)
    except OSError as problem:
        with suppress(OSError):
            partial.unlink()
        raise Refusal(f"{output} cannot be written: {problem.strerror}.") from problem


def _inert(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; “-5” stays what it is."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return cell
