"""Which record a row is about, before anything else of it is read."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tieback.connectors.csvfile.cell_error import CellError, shown
from tieback.connectors.csvfile.values import Cell, read_key, read_text
from tieback.connectors.records import Resource

# Where a file has no ids of its own, these fields together are the id.
_PARTS: dict[Resource, tuple[str, ...]] = {
    Resource.JOB: ("number",),
    Resource.COST_CODE: ("job_ref", "full_code"),
    Resource.SUB_JOB: ("job_ref", "code"),
    Resource.VENDOR: ("number",),
}
LONGEST_ID = 200
_BETWEEN_TYPES = re.compile(r"[;,]")


class Named(NamedTuple):
    """A record's id, and the cells that are its own."""

    external_id: str
    cells: Sequence[Cell]


class UnnamedError(Exception):
    """The row does not say which record it is about; `column` is counted from 0."""

    def __init__(self, refused: CellError, column: int) -> None:
        super().__init__(refused.reason)
        self.refused = refused
        self.column = column


class Identity:
    """Names the records of a row: one, or one for each cost type in it."""

    def __init__(self, resource: Resource, columns: Mapping[str, int]) -> None:
        has_own = "external_id" in columns
        names = ("external_id",) if has_own else _PARTS[resource]
        self._parts = [(columns[name], name) for name in names if name in columns]
        self._first = self._parts[0][0] if self._parts else 0
        self._type = columns.get("cost_type")
        self._has_own = has_own
        self._is_plain = len(names) == 1 and self._type is None

    def records(self, cells: Sequence[Cell]) -> Sequence[Named]:
        """The records of a row; raises `UnnamedError`."""
        if self._is_plain:
            return (Named(self._part(cells, self._first), cells),)
        parts = [self._part(cells, index) for index, _ in self._parts]
        types = self._types(cells)
        if self._has_own and len(types) < 2:
            return (Named(parts[0], cells),)
        if not types:
            return (Named(self._composed(parts), cells),)
        return [Named(self._composed([*parts, one]), self._with_type(cells, one)) for one in types]

    def id_of_broken(self, cells: Sequence[Cell]) -> str:
        """The one id of a row that is refused in any case, "" where it cannot be told."""
        try:
            found = self.records(cells)
        except (UnnamedError, IndexError):
            return ""
        return found[0].external_id if len(found) == 1 else ""

    def _part(self, cells: Sequence[Cell], index: int) -> str:
        cell = cells[index]
        if type(cell) is str:
            text = cell.strip()
            if text and text.isprintable() and len(text) <= LONGEST_ID:
                return text
        try:
            text = read_key(cell, LONGEST_ID)
        except CellError as refused:
            raise UnnamedError(refused, index) from None
        if not text:
            raise UnnamedError(_EMPTY, index)
        return text

    def _types(self, cells: Sequence[Cell]) -> list[str]:
        if self._type is None:
            return []
        try:
            text = read_text(cells[self._type], LONGEST_ID)
        except CellError as refused:
            raise UnnamedError(refused, self._type) from None
        types = (one.strip() for one in _BETWEEN_TYPES.split(text))
        return list(dict.fromkeys(one for one in types if one))

    def _with_type(self, cells: Sequence[Cell], cost_type: str) -> Sequence[Cell]:
        assert self._type is not None
        return [*cells[: self._type], cost_type, *cells[self._type + 1 :]]

    def _composed(self, parts: Sequence[str]) -> str:
        composed = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
        if len(composed) > LONGEST_ID:
            raise UnnamedError(
                CellError(
                    f"“{shown(composed)}” is longer than {LONGEST_ID} characters, "
                    "too long for an id.",
                    "Shorten the job's number or the code.",
                ),
                self._first,
            )
        return composed


_EMPTY = CellError("the cell is empty, and the record is known by it.", "Fill it in.")
