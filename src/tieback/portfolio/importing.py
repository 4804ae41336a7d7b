"""What bringing a file into the portfolio would do, row by row, before anything is done."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from tieback.connectors.csvfile.listing import Entry, Listing
from tieback.connectors.errors import ConfigError, RecordError
from tieback.portfolio.refusals import RefusedError

# One transaction holds them all, and so does the memory.
MOST_ROWS = 100_000
_OTHERS_NAMED = 5
M = TypeVar("M", bound=Model)


class Outcome(StrEnum):
    """What becomes of a row that can be read."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """One row of the file and its record; `before` and `after` hold only what changes."""

    row: int
    outcome: Outcome
    record: M
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Import(Generic[M]):
    """All rows of a file, each with its outcome or its refusal."""

    source: str
    rows: list[Row[M]] = field(default_factory=list)
    refused: list[RecordError] = field(default_factory=list)

    def of(self, outcome: Outcome) -> list[Row[M]]:
        """The rows of one outcome."""
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are added, changed, unchanged and refused."""
        met = Counter(row.outcome for row in self.rows)
        return {**{one.value: met[one] for one in Outcome}, "refused": len(self.refused)}

    @property
    def digest(self) -> str:
        """SHA-256 over all that the import would do, so that a change of any fact shows."""
        rows = [[r.row, r.outcome, r.record.pk, r.before, r.after] for r in self.rows]
        refused = [[error.row, error.message] for error in self.refused]
        text = json.dumps([rows, refused], cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def require_seen(self, digest: str) -> None:
        """Raise `RefusedError` unless this is what a person saw; "" for nobody who looked."""
        if digest and digest != self.digest:
            raise RefusedError(
                "The portfolio has changed since you looked at this file; nothing was imported.",
                mend="Look at what the file would do now, then import it.",
            )


def entries(listing: Listing) -> tuple[list[Entry], list[RecordError]]:
    """The rows that can be read, and the refusals; raises `ConfigError` for the file as a whole."""
    good: list[Entry] = []
    refused: list[RecordError] = []
    for at, one in enumerate(listing.entries()):
        if at == MOST_ROWS:
            raise ConfigError(
                f"{listing.source} has more than {MOST_ROWS:,} rows.",
                mend="Split it into several files.",
                source=listing.source,
            )
        if isinstance(one, RecordError):
            refused.append(one)
        else:
            good.append(one)
    return good, refused


def without_repeats(
    listing: Listing, found: Iterable[Entry], name: str, refused: list[RecordError]
) -> list[Entry]:
    """The entries whose field `name` stands in no other row; the rest are added to `refused`."""
    by_value: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        by_value[entry.values.get(name, "")].append(entry)
    single = by_value.pop("", [])
    for value, same in by_value.items():
        if len(same) == 1:
            single += same
        else:
            refused += [_repeated(listing, name, value, entry, same) for entry in same]
    return sorted(single, key=lambda entry: entry.row)


def _repeated(
    listing: Listing, name: str, value: str, entry: Entry, same: list[Entry]
) -> RecordError:
    rows = [other.row for other in same if other is not entry]
    rest = len(rows) - _OTHERS_NAMED
    more = f" and {rest:,} more" if rest > 0 else ""
    named = ", ".join(map(str, rows[:_OTHERS_NAMED]))
    return listing.refused(
        entry.row,
        name,
        f"“{value}” stands also in row {named}{more}, so nobody can tell which one counts.",
        "Keep one of the rows.",
    )
