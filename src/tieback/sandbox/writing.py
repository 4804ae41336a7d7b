"""Creating, changing and syncing records: what is the same for every kind of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tieback.sandbox.answers import Answer, Errors, Refused, RowRefused, by_field, said
from tieback.sandbox.call import Call, as_number
from tieback.sandbox.fields import Kind, taken
from tieback.sandbox.hooks import Author
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World

TAKEN = "has already been taken"
NOT_FOUND = "Entity with this ID not found"
OWNED = "belongs to another integration"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its company, the list `scope`, its project (0: none).

    `permitted` are the projects that the caller may touch, None for all.
    """

    company_id: int
    scope: int
    project_id: int = 0
    permitted: set[int] | None = None


@dataclass(slots=True)
class Draft:
    """A record on its way to be written. `record` is None while it is to be created."""

    place: Place
    record: Record | None
    sent: Mapping[str, Any]
    values: dict[str, Any]
    errors: Errors = field(default_factory=dict)

    def will_be(self, name: str) -> Any:
        """The field's value once this is written."""
        if name in self.values:
            return self.values[name]
        return self.record[name] if self.record else None

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)


Rule = Callable[[World, Draft], None]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record: its table, its name in bodies, what may be written, and its rules.

    `check` may refuse a draft and fill in values; `settle` follows after the record is written.
    """

    table: str
    wrapper: str
    event: str
    kinds: Mapping[str, Kind]
    show: Callable[[World, Record], dict[str, Any]]
    required: tuple[str, ...] = ("name",)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    check: Rule | None = None
    settle: Callable[[World, Draft, Record], None] | None = None


def author(call: Call) -> Author:
    if call.app is None:
        return Author(call.user_id)
    return Author(call.user_id, call.app.client_id, call.app.id)


def create(
    world: World, kind: Resource, place: Place, sent: Mapping[str, Any], *, by: Author
) -> Record:
    """A new record; raises RowRefused."""
    draft = _draft(kind, place, None, sent)
    for name in kind.required:
        if not draft.values.get(name) and name not in draft.errors:
            draft.refuse(name, "can't be blank")
    _examine(world, kind, draft, by)
    fields = {**kind.defaults, **draft.values}
    owner = by.client_id if fields.get("origin_id") else ""
    record = world.add(kind.table, place.company_id, place.scope, fields, owner=owner)
    _follow(world, kind, draft, record, by, "create")
    return record


def update(
    world: World,
    kind: Resource,
    place: Place,
    record: Record,
    sent: Mapping[str, Any],
    *,
    by: Author,
) -> Record:
    """The record with what was sent written over it; raises RowRefused and then changes nothing."""
    draft = _draft(kind, place, record, sent)
    for name in kind.required:
        if name in draft.values and not draft.values[name]:
            draft.refuse(name, "can't be blank")
    _examine(world, kind, draft, by)
    if "origin_id" in draft.values and draft.values["origin_id"] != record["origin_id"]:
        record.owner = by.client_id if draft.values["origin_id"] else ""
    world.change(kind.table, record, draft.values)
    _follow(world, kind, draft, record, by, "update")
    return record


def sync(
    world: World,
    call: Call,
    kind: Resource,
    place: Place,
    *,
    show: Callable[[World, Record], dict[str, Any]] | None = None,
) -> Answer:
    """Create or change every row of `updates`: always 200, the refused ones under `errors`."""
    rows = call.sent().get("updates")
    if not isinstance(rows, list):
        raise call.refused(400, "param is missing or the value is empty: updates", about="updates")
    most = world.switches.sync_most
    if len(rows) > most:
        message = f"At most {most} updates can be sent at once; these are {len(rows)}."
        raise Refused(world.switches.sync_over_status, said(message))
    entities, errors = [], []
    for row in rows:
        try:
            record = _upsert(world, kind, place, row, author(call))
            entities.append((show or kind.show)(world, record))
        except RowRefused as refusal:
            kept = row if isinstance(row, dict) else {}
            errors.append({**kept, "errors": refusal.errors})
    return Answer({"entities": entities, "errors": errors})


def refused_whole(refusal: RowRefused) -> Refused:
    """What a call for one record answers when the record is refused."""
    return Refused(422, by_field(refusal.errors))


def _upsert(world: World, kind: Resource, place: Place, row: Any, by: Author) -> Record:
    if not isinstance(row, dict):
        raise RowRefused({"base": ["is not an object"]})
    table = world.tables[kind.table]
    if row.get("id") is not None:
        found = table.rows.get(as_number(row["id"]) or 0)
        if found is None or not _is_here(kind, found, place):
            raise RowRefused({"id": [NOT_FOUND]})
        return update(world, kind, place, found, row, by=by)
    origin = row.get("origin_id")
    found = table.of_origin(place.company_id, str(origin)) if origin else None
    if found is None:
        return create(world, kind, place, row, by=by)
    if not _is_here(kind, found, place):
        raise RowRefused({"origin_id": [TAKEN]})
    return update(world, kind, place, found, row, by=by)


def _is_here(kind: Resource, record: Record, place: Place) -> bool:
    if record.company_id != place.company_id or record.scope != place.scope:
        return False
    return kind.table != "projects" or place.permitted is None or record.id in place.permitted


def _draft(kind: Resource, place: Place, record: Record | None, sent: Mapping[str, Any]) -> Draft:
    values, errors = taken(sent, kind.kinds)
    if values.get("origin_id") == "":
        values["origin_id"] = None
    return Draft(place, record, sent, values, errors)


def _examine(world: World, kind: Resource, draft: Draft, by: Author) -> None:
    _check_origin(world, kind, draft, by)
    if kind.check:
        kind.check(world, draft)
    if draft.errors:
        raise RowRefused(draft.errors)


def _check_origin(world: World, kind: Resource, draft: Draft, by: Author) -> None:
    record = draft.record
    if record and record.owner not in ("", by.client_id) and world.switches.foreign_origin_refused:
        for name in ("origin_id", "origin_code", "origin_data"):
            if name in draft.values and draft.values[name] != record[name]:
                draft.refuse(name, OWNED)
    if "origin_id" not in draft.values:
        return
    wanted = draft.values["origin_id"]
    if (
        wanted is None
        and record
        and record["origin_id"]
        and not world.switches.null_origin_accepted
    ):
        draft.refuse("origin_id", "can't be blank")
    holder = world.tables[kind.table].of_origin(draft.place.company_id, wanted) if wanted else None
    if holder and holder is not record:
        draft.refuse("origin_id", TAKEN)


def _follow(
    world: World, kind: Resource, draft: Draft, record: Record, by: Author, event: str
) -> None:
    if kind.settle:
        kind.settle(world, draft, record)
    project_id = record.id if kind.table == "projects" else draft.place.project_id
    world.emit(kind.event, event, record, project_id=project_id, by=by)
