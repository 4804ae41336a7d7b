"""The five calls that most kinds of records answer to: list, show, create, update, sync."""

from collections.abc import Callable

from tieback.sandbox import asking, filters
from tieback.sandbox.answers import Answer, RowRefused
from tieback.sandbox.call import Call
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.switches import Size, Switches
from tieback.sandbox.world import World
from tieback.sandbox.writing import (
    Place,
    Resource,
    author,
    create,
    refused_whole,
    sync,
    update,
)

Where = Callable[[World, Call], Place]


def serve(
    kind: Resource,
    path: str,
    *,
    where: Where,
    tool: str,
    size: Callable[[Switches], Size] | None = None,
) -> None:
    """Answer those calls for `kind` at `path`; `where` says which list a call is about."""
    at_one = f"{path}/{{id}}"

    @routes.on("GET", path, tool=tool)
    def list_all(world: World, call: Call) -> Answer:
        tests = filters.conditions(call)
        rows = world.tables[kind.table].within(where(world, call).scope)
        found = [record for record in rows if all(test(record) for test in tests)]
        pages = size(world.switches) if size else None
        return paged(
            call, world.switches, found, lambda record: kind.show(world, record), size=pages
        )

    @routes.on("GET", at_one, tool=tool)
    def show_one(world: World, call: Call) -> Answer:
        place = where(world, call)
        return Answer(kind.show(world, asking.record(world, call, kind.table, place)))

    @routes.on("POST", path, tool=tool)
    def create_one(world: World, call: Call) -> Answer:
        place = where(world, call)
        try:
            record = create(world, kind, place, call.wrapped(kind.wrapper), by=author(call))
        except RowRefused as refusal:
            raise refused_whole(refusal) from None
        return Answer(kind.show(world, record), 201)

    @routes.on("PATCH", at_one, tool=tool)
    def update_one(world: World, call: Call) -> Answer:
        place = where(world, call)
        record = asking.record(world, call, kind.table, place)
        try:
            update(world, kind, place, record, call.wrapped(kind.wrapper), by=author(call))
        except RowRefused as refusal:
            raise refused_whole(refusal) from None
        return Answer(kind.show(world, record))

    @routes.on("PATCH", f"{path}/sync", tool=tool)
    def sync_many(world: World, call: Call) -> Answer:
        return sync(world, call, kind, where(world, call))
