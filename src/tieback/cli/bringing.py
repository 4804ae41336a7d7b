"""What the commands that import a file share: read it, show what it would do, ask, report."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tieback.cli.refusal import Refusal
from tieback.cli.screen import bar, can_ask, complain, document, note, say, table
from tieback.connectors.csvfile.fields import Field
from tieback.connectors.csvfile.listing import Listing, Notation
from tieback.portfolio.importing import Import, Outcome

_SHOWN = 20


class DateOrder(StrEnum):
    """How 3/4/2026 is read."""

    MDY = "MDY"
    DMY = "DMY"
    YMD = "YMD"


File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, tab-separated text or .xlsx.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=HEADER",
        help="Which column holds a field, where it is not guessed; FIELD= leaves it out. "
        "May be repeated.",
    ),
]
Dates = Annotated[DateOrder, typer.Option("--dates", help="How 3/4/2026 is read.")]
DecimalComma = Annotated[
    bool, typer.Option("--decimal-comma", help="Read 1,234 as one and a bit, not as thousands.")
]


def listing_of(
    path: Path, fields: Sequence[Field], columns: list[str] | None, notation: Notation
) -> Listing:
    """The file, opened; refuses what is no file."""
    if not path.is_file():
        raise Refusal(f"There is no file {path}.", mend="Correct the name, or put it there.")
    return Listing(path, fields, chosen=_chosen(columns or [], fields), notation=notation)


def notation_of(dates: DateOrder, decimal_comma: bool) -> Notation:
    """How doubtful dates and amounts are to be read."""
    return Notation(date_order=dates.value, decimal_mark="," if decimal_comma else ".")


def show_import(found: Import[Any], *, json: bool, is_dry_run: bool) -> None:
    """The counts and the refused rows; ends with exit code 1 where there are any."""
    if json:
        document(_shape(found, is_dry_run))
    else:
        say(f"{found.source}: {_counted(found)}.")
        if is_dry_run:
            note("This was a dry run: nothing was changed.")
    _complain(found)
    if found.refused:
        raise typer.Exit(1)


def agree(found: Import[Any], *, yes: bool) -> None:
    """Show what the file would do and ask; does not ask without a terminal."""
    if yes or not can_ask():
        return
    note(f"{found.source}: {_counted(found)}.")
    rows = [(row.row, row.outcome, str(row.record)) for row in _doing(found)[:_SHOWN]]
    table(["Row", "", "What"], rows, numbers=["Row"], on_stderr=True)
    if (more := len(_doing(found)) - _SHOWN) > 0:
        note(f"… and {more:,} more.")
    if not typer.confirm("Import?", err=True):
        raise Refusal("Nothing was changed.")


def bring(
    read: Callable[[], Import[Any]],
    perform: Callable[[str], Import[Any]],
    *,
    dry_run: bool,
    yes: bool,
    json: bool,
) -> None:
    """Read; do what was read unless it is a dry run; report."""
    with bar("Reading"):
        seen = read()
    if not dry_run:
        agree(seen, yes=yes)
        with bar("Importing"):
            seen = perform(seen.digest)
    show_import(seen, json=json, is_dry_run=dry_run)


def _doing(found: Import[Any]) -> list[Any]:
    return [row for row in found.rows if row.outcome != Outcome.UNCHANGED]


def _counted(found: Import[Any]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in found.counts.items())


def _complain(found: Import[Any]) -> None:
    for error in found.refused[:_SHOWN]:
        complain(f"Row {error.row}: {error.message}", error.mend)
    if (more := len(found.refused) - _SHOWN) > 0:
        note(f"… and {more:,} more refused rows; --json shows all.")


def _shape(found: Import[Any], is_dry_run: bool) -> dict[str, Any]:
    return {
        "file": found.source,
        "is_dry_run": is_dry_run,
        "counts": found.counts,
        "refused": [
            {"row": one.row, "column": one.column, "message": one.message, "mend": one.mend}
            for one in found.refused
        ],
    }


def _chosen(columns: list[str], fields: Sequence[Field]) -> dict[str, str]:
    known = {field.name for field in fields}
    chosen = {}
    for pair in columns:
        name, mark, header = pair.partition("=")
        if not mark or name not in known:
            raise typer.BadParameter(
                f"“{pair}” is not FIELD=HEADER with one of: {', '.join(sorted(known))}.",
                param_hint="--column",
            )
        chosen[name] = header
    return chosen
