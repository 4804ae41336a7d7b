"""What the rows of a plan would do, counted: the sum that stands above a preview of 1,500 rows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tieback.following.effects import On

Effects = Iterable[Mapping[str, Any]]


def counted(rows: Iterable[Effects]) -> dict[str, int]:
    """ "<kind> <on>" → how many records; "back <on>" and "stay <on>" for what an undo puts back.

    A cost type is the company's, so it counts once however many rows speak of it.
    """
    found: Counter[str] = Counter()
    types: set[tuple[str, str]] = set()
    for effects in rows:
        for effect in effects:
            name = f"{_fate(effect)} {effect['on']}"
            if effect["on"] == On.COST_TYPE:
                types.add((name, effect["key"]))
            else:
                found[name] += 1
    found.update(name for name, _ in types)
    return dict(sorted(found.items()))


def _fate(effect: Mapping[str, Any]) -> str:
    if "reason" not in effect:
        return str(effect["kind"])
    return "stay" if effect["reason"] else "back"
