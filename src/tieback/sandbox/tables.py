"""Records in memory, found by id, by the list that they are in, and by origin_id."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Record:
    """`scope` is the company, project, sub job or list that it stands in.

    `owner` is the client id of the app that wrote its origin_id, empty when a person did or nobody.
    """

    id: int
    company_id: int
    scope: int
    fields: dict[str, Any]
    owner: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.id if name == "id" else self.fields.get(name)


class Table:
    """All records of one kind. Only `add`, `change` and `drop` write, so the indexes hold."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[int, Record] = {}
        self._scopes: dict[int, dict[int, Record]] = {}
        self._origins: dict[tuple[int, str], Record] = {}
        self.changed: set[int] = set()

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, record: Record) -> Record:
        self.rows[record.id] = record
        self._scopes.setdefault(record.scope, {})[record.id] = record
        self._index(record)
        self.changed.add(record.id)
        return record

    def change(self, record: Record, values: dict[str, Any]) -> None:
        before = record.fields.get("origin_id")
        if before and "origin_id" in values:
            self._origins.pop((record.company_id, before), None)
        record.fields.update(values)
        self._index(record)
        self.changed.add(record.id)

    def drop(self, record: Record) -> None:
        del self.rows[record.id]
        del self._scopes[record.scope][record.id]
        if record["origin_id"]:
            self._origins.pop((record.company_id, record["origin_id"]), None)
        self.changed.add(record.id)

    def within(self, scope: int) -> Iterable[Record]:
        """The records of one list, oldest first."""
        return self._scopes.get(scope, {}).values()

    def count(self, scope: int) -> int:
        return len(self._scopes.get(scope, ()))

    def of_origin(self, company_id: int, origin_id: str) -> Record | None:
        """The one record of the company that carries this origin_id."""
        return self._origins.get((company_id, origin_id))

    def _index(self, record: Record) -> None:
        origin = record.fields.get("origin_id")
        if origin:
            self._origins[record.company_id, origin] = record
