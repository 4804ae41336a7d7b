"""`filters[…]` and `sort` of a list, as tests on a record."""

from collections.abc import Callable, Mapping
from typing import Any

from tieback.sandbox.call import Call
from tieback.sandbox.tables import Record

Test = Callable[[Record], bool]
_REFERENCES = {"id": "id", "parent_id": "parent_id"}


def conditions(call: Call, references: Mapping[str, str] | None = None) -> list[Test]:
    """What a record has to pass, from the filters that the call gives.

    `references` maps a filter's name to the field with the id that it compares.
    """
    found: list[Test] = []
    for make, names in _MAKERS.items():
        found += [make(name, said) for name in names if (said := call.filter(name))]
    for name, field in {**_REFERENCES, **(references or {})}.items():
        wanted = call.filter_list(name)
        if wanted:
            found.append(_is_one_of(field, {int(each) for each in wanted if each.isdigit()}))
    return found


def ordered(
    call: Call, rows: list[Record], keys: Mapping[str, Callable[[Record], Any]]
) -> list[Record]:
    """By the fields of `sort`, the first counting most; a minus turns one round."""
    for name in reversed((call.text("sort") or "").split(",")):
        key = keys.get(name.lstrip("-"))
        if key:
            rows = sorted(rows, key=key, reverse=name.startswith("-"))
    return rows


def _equals(name: str, wanted: str) -> Test:
    return lambda record: record[name] == wanted


def _contains(name: str, wanted: str) -> Test:
    lowered = wanted.lower()
    return lambda record: lowered in str(record[name]).lower()


def _is_flag(name: str, said: str) -> Test:
    return lambda record: bool(record[name]) == (said == "true")


def _is_synced(name: str, said: str) -> Test:
    return lambda record: bool(record["origin_id"]) == (said == "true")


def _is_one_of(name: str, wanted: set[int]) -> Test:
    return lambda record: record[name] in wanted


def _within(name: str, said: str) -> Test:
    """A range `a...b` of ISO times, or the day or time from which on."""
    first, _, last = said.strip('"').partition("...")
    return lambda record: first <= record[name] and (not last or record[name] <= last)


_MAKERS: dict[Callable[[str, str], Test], tuple[str, ...]] = {
    _equals: ("origin_id", "project_number"),
    _contains: ("name",),
    _within: ("created_at", "updated_at"),
    _is_flag: ("is_demo", "template"),
    _is_synced: ("synced",),
}
