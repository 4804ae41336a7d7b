"""What the engine is given: one side's records as columns, everything unknown empty."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Longs = NDArray[np.signedinteger[Any]]
Bools = NDArray[np.bool_]

TEXTS = ("id", "number", "name", "address", "city", "state", "zip", "owner", "status")
DATES = ("start", "end")
COLUMNS = (*TEXTS, *DATES, "value")
# A name or address longer than this is a document; what tells it apart stands at its start.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Records:
    """One side, column by column; texts are "" and numbers NaN where nothing is said.

    `start` and `end` count days from 1970.
    """

    id: list[str]
    number: list[str]
    name: list[str]
    address: list[str]
    city: list[str]
    state: list[str]
    zip: list[str]
    owner: list[str]
    status: list[str]
    start: Floats
    end: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.id)

    def take(self, order: Longs) -> "Records":
        """The same records in another order, or some of them."""
        rows = order.tolist()
        texts = {name: list(map(getattr(self, name).__getitem__, rows)) for name in TEXTS}
        return Records(
            **texts, start=self.start[order], end=self.end[order], value=self.value[order]
        )

    def canonical_order(self) -> Longs:
        """An order that depends on what the records say, not on how they came."""
        if len(set(self.id)) == len(self):
            return np.array(sorted(range(len(self)), key=self.id.__getitem__), np.int64)
        columns = [getattr(self, name) for name in TEXTS]
        numbers = [np.nan_to_num(getattr(self, n), nan=-1e30).tolist() for n in (*DATES, "value")]
        keys = list(zip(*columns, *numbers, strict=True))
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)


def records_from(rows: Iterable[Mapping[str, object]]) -> Records:
    """Records from rows of any cells; a date or amount that cannot be read counts as not said."""
    held = list(rows)
    texts = {name: [_text(row.get(name)) for row in held] for name in TEXTS}
    days = {name: np.array([day(row.get(name)) for row in held], np.float32) for name in DATES}
    value = np.array([amount(row.get("value")) for row in held], np.float32)
    return Records(**texts, start=days["start"], end=days["end"], value=value)


def day(cell: object) -> float:
    """Days since 1970 of a date or of "2026-11-23…", NaN where it is neither."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return float(cell.toordinal() - _EPOCH)
    text = str(cell or "").strip()[:10]
    if len(text) < 10 or text[4] != "-":
        return float("nan")
    try:
        return float(date.fromisoformat(text).toordinal() - _EPOCH)
    except ValueError:
        return float("nan")


def amount(cell: object) -> float:
    """The amount in a cell ("$1,200.50", "(300)"), NaN where there is none."""
    text = str("" if cell is None else cell).strip()
    if not text:
        return float("nan")
    try:
        found = float(text)
    except ValueError:
        plain = _NOT_AMOUNT.sub("", text.replace("(", "-"))
        try:
            found = float(plain)
        except ValueError:
            return float("nan")
    return found if abs(found) < 1e30 else float("nan")


_EPOCH = date(1970, 1, 1).toordinal()
_NOT_AMOUNT = re.compile(r"[,$€£)\s]")


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()[:LONGEST]
