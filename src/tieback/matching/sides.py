"""Lists that grow at their end."""

from dataclasses import fields
from typing import Any

import numpy as np

from tieback.matching.normalise import UNKNOWN, Side
from tieback.matching.records import DATES, TEXTS, Records


def joined(one: Side, more: Side) -> Side:
    """One side with more records behind it."""
    width = max(one.words.shape[1], more.words.shape[1])
    found: dict[str, Any] = {}
    for of in fields(Side):
        first, then = getattr(one, of.name), getattr(more, of.name)
        if of.name == "records":
            found[of.name] = records_joined(first, then)
        elif of.name == "owner_texts":
            found[of.name] = then
        elif isinstance(first, list):
            found[of.name] = first + then
        else:
            found[of.name] = np.concatenate([_wide(part, width) for part in (first, then)])
    return Side(**found)


def tail(side: Side, start: int) -> Side:
    """The records of one side from some row on."""
    found: dict[str, Any] = {of.name: getattr(side, of.name) for of in fields(Side)}
    texts, records = found.pop("owner_texts"), found.pop("records")
    rest = {name: values[start:] for name, values in found.items()}
    kept = records.take(np.arange(start, len(side)))
    return Side(**rest, owner_texts=texts, records=kept)


def records_joined(one: Records, more: Records) -> Records:
    """Records with more behind them."""
    found: dict[str, Any] = {name: getattr(one, name) + getattr(more, name) for name in TEXTS} | {
        name: np.concatenate([getattr(one, name), getattr(more, name)])
        for name in (*DATES, "value")
    }
    return Records(**found)


def _wide(values: Any, width: int) -> Any:
    """Words, or what is noted of each, in as many columns as the longest name needs."""
    if values.ndim == 1:
        return values
    empty = False if values.dtype == bool else UNKNOWN
    return np.pad(values, ((0, 0), (0, width - values.shape[1])), constant_values=empty)
