"""How a file is to be read, as the address of its preview says: columns, dates, amounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tieback.connectors.csvfile.fields import Field
from tieback.connectors.csvfile.listing import Listing, Notation
from tieback.connectors.csvfile.options import DATE_ORDER, DECIMAL_MARK
from tieback.web.erp.mapping import chosen_columns

_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One field: the column that is guessed for it, the one that was chosen, what stands there.

    `choice` is what the select sends: "?" for the guess, "" for none, "=" and the header.
    """

    field: Field
    guess: str
    choice: str
    samples: list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting of the notation as a select."""

    name: str
    label: str
    help: str
    chosen: str
    options: Sequence[tuple[str, str]]


def chosen_in(asked: QueryDict, fields: Sequence[Field]) -> dict[str, str]:
    """The columns that a person chose, by field."""
    return chosen_columns(asked, fields)


def notation_in(asked: QueryDict) -> Notation:
    """How doubtful dates and amounts are read; what no select of ours sends is the usual."""
    order, mark = (one.chosen for one in notation_choices(asked))
    return Notation(date_order=order, decimal_mark=mark)


def notation_choices(asked: QueryDict) -> list[Choice]:
    """The selects of the notation."""
    made = []
    for setting in (DATE_ORDER, DECIMAL_MARK):
        said = asked.get(setting.name, "")
        known = {value for value, _ in setting.choices}
        chosen = said if said in known else setting.default
        made.append(Choice(setting.name, setting.label, setting.help, chosen, setting.choices))
    return made


def columns_of(guessed: Listing, listing: Listing, asked: QueryDict) -> list[Column]:
    """Every field with its column; `guessed` is the same file with nothing chosen."""
    rows = listing.first_rows(_SAMPLES)
    return [
        Column(
            field,
            guessed.header_of(field.name),
            asked.get(f"column-{field.name}", "?"),
            _samples(listing, field, rows),
        )
        for field in listing.fields
    ]


def _samples(listing: Listing, field: Field, rows: list[list[str]]) -> list[str]:
    at = listing.columns.get(field.name)
    return [] if at is None else [row[at] for row in rows if at < len(row) and row[at]]
