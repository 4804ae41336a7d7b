"""What a company's standard codes and a project's cost codes have alike: a tree of segments."""

from typing import Any

from tieback.sandbox.tables import Record, Table
from tieback.sandbox.writing import TAKEN, Draft


def full_code(table: Table, record: Record) -> str:
    """The segments from the top down, joined by dashes: 02-300."""
    segments = [str(record["code"])]
    parent = table.rows.get(record["parent_id"] or 0)
    while parent is not None and len(segments) < 20:
        segments.append(str(parent["code"]))
        parent = table.rows.get(parent["parent_id"] or 0)
    return "-".join(reversed(segments))


def check_tree(table: Table, draft: Draft) -> None:
    """The parent stands in the same list and not below the code itself; one segment stands once."""
    _find_parent(table, draft)
    parent_id = draft.will_be("parent_id")
    parent = table.rows.get(parent_id) if parent_id else None
    if parent_id and (parent is None or parent.scope != draft.place.scope):
        draft.refuse("parent_id", "must exist")
        return
    if draft.record and parent and _is_below(table, parent, draft.record):
        draft.refuse("parent_id", "can't be the code itself or stand below it")
    if {"code", "parent_id"} & draft.values.keys() and _is_taken(table, draft):
        draft.refuse("code", TAKEN)


def _find_parent(table: Table, draft: Draft) -> None:
    """A parent may be named by its origin_id instead of its id."""
    origin: Any = draft.values.pop("parent_origin_id", None)
    if not origin or draft.values.get("parent_id"):
        return
    parent = table.of_origin(draft.place.company_id, origin)
    if parent is None:
        draft.refuse("parent_origin_id", "must exist")
    else:
        draft.values["parent_id"] = parent.id


def _is_below(table: Table, record: Record, top: Record) -> bool:
    at: Record | None = record
    for _ in range(20):
        if at is None:
            return False
        if at is top:
            return True
        at = table.rows.get(at["parent_id"] or 0)
    return True


def _is_taken(table: Table, draft: Draft) -> bool:
    code, parent_id = draft.will_be("code"), draft.will_be("parent_id")
    return any(
        other["code"] == code and other["parent_id"] == parent_id and other is not draft.record
        for other in table.within(draft.place.scope)
    )
