"""The page that shows what a file would do before it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tieback.connectors.csvfile.fields import Field
from tieback.connectors.csvfile.listing import Listing
from tieback.connectors.errors import ConfigError, ConnectorError, TransientError
from tieback.portfolio.importing import Import, Outcome, Row
from tieback.web.portfolio.import_reading import (
    chosen_in,
    columns_of,
    notation_choices,
    notation_in,
)
from tieback.web.scope import ScopedRequest
from tieback.web.templatetags.show import plain, words_of

# Of each outcome; the counts say how many there are.
SHOWN = 100
Perform = Callable[[Listing, str], Import[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is imported: its words, its fields, how it is read and done, and where it ends up.

    `thing` is one of them, `into` where they go; `start` is the address of the first page.
    """

    thing: str
    into: str
    fields: Sequence[Field]
    read: Callable[[Listing], Import[Any]]
    perform: Perform
    start: str
    back: str


def previewed(request: ScopedRequest, kind: Kind, path: Path) -> HttpResponse:
    """The file's counts, refusals and changes; what is wrong with the whole file in its place."""
    context: dict[str, Any] = {
        "kind": kind,
        "source": path.name,
        "notation": notation_choices(request.GET),
        "columns": [],
    }
    problem: ConnectorError | None = None
    try:
        guessed = Listing(path, kind.fields)
        listing = Listing(
            path,
            kind.fields,
            chosen=chosen_in(request.GET, kind.fields),
            notation=notation_in(request.GET),
        )
        context |= {
            "format": listing.format,
            "headers": list(dict.fromkeys(header for header in listing.headers if header)),
            "unused": listing.unused(),
            "columns": columns_of(guessed, listing, request.GET),
        }
        context |= found_in(kind.read(listing))
    except (ConfigError, TransientError) as error:
        problem = error
    context["problem"] = problem
    status = 422 if problem else 200
    return render(request, "portfolio/import_preview.html", context, status=status)


def found_in(found: Import[Any]) -> dict[str, Any]:
    """What the page shows of an import."""
    counts = found.counts
    return {
        "found": found,
        "counts": counts,
        "will_do": counts["added"] + counts["changed"],
        "refused": found.refused[:SHOWN],
        "changed": [(row, changes(row)) for row in found.of(Outcome.CHANGED)[:SHOWN]],
        "added": [(row, facts(row)) for row in found.of(Outcome.ADDED)[:SHOWN]],
    }


def changes(row: Row[Any]) -> list[tuple[str, str, str]]:
    """What changes: (field, before, after)."""
    return [(words_of(n), shown(row.before.get(n)), shown(v)) for n, v in row.after.items()]


def facts(row: Row[Any]) -> str:
    """What a new record says besides its number or code and its name."""
    said = {n: v for n, v in row.after.items() if n not in {"number", "name", "code"}}
    return "; ".join(f"{words_of(n)} {shown(v)}" for n, v in said.items() if v not in ("", None))


def shown(value: object) -> str:
    """A value in one short line."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return plain(value)
