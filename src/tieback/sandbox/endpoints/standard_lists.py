"""A company's standard cost code lists and the codes in them."""

from typing import Any

from tieback.sandbox import asking, filters
from tieback.sandbox.answers import Answer, Refused, RowRefused, by_field
from tieback.sandbox.call import Call
from tieback.sandbox.endpoints.codes import check_tree, full_code
from tieback.sandbox.fields import boolean, integer, text
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World
from tieback.sandbox.writing import (
    Draft,
    Place,
    Resource,
    author,
    create,
    refused_whole,
    sync,
    update,
)

_LISTS = "/rest/v1.0/standard_cost_code_lists"
_CODES = "/rest/v1.0/standard_cost_codes"


def _show_list(world: World, record: Record) -> dict[str, Any]:
    return {**_list_item(record), "company_id": record.company_id}


def _list_item(record: Record) -> dict[str, Any]:
    names = ("id", "name", "is_erp_list", "available_to_use_on_new_projects")
    return {name: record[name] for name in names}


def _check_list(world: World, draft: Draft) -> None:
    """Once the ERP's always the ERP's, and a company has one such list."""
    if "is_erp_list" not in draft.values:
        return
    was = bool(draft.record and draft.record["is_erp_list"])
    wanted = bool(draft.values["is_erp_list"])
    lists = world.tables["lists"].within(draft.place.company_id)
    if was and not wanted:
        draft.refuse("is_erp_list", "can't be set back to false")
    elif wanted and any(each["is_erp_list"] and each is not draft.record for each in lists):
        draft.refuse("is_erp_list", "the company has an ERP list already")


_LIST = Resource(
    table="lists",
    wrapper="standard_cost_code_list",
    event="Standard Cost Code Lists",
    kinds={"name": text},
    show=_show_list,
    defaults={"is_erp_list": False, "available_to_use_on_new_projects": True},
)
_CHANGED_LIST = Resource(
    table="lists",
    wrapper="standard_cost_code_list",
    event="Standard Cost Code Lists",
    kinds={"name": text, "is_erp_list": boolean},
    show=_show_list,
    check=_check_list,
)


@routes.on("GET", _LISTS, tool="cost_codes")
def list_lists(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    wanted = call.flag("filter_erp_integrated")
    rows = [
        each
        for each in world.tables["lists"].within(place.company_id)
        if wanted is None or bool(each["is_erp_list"]) == wanted
    ]
    return paged(call, world.switches, rows, _list_item)


@routes.on("POST", _LISTS, tool="cost_codes")
def create_list(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    try:
        made = create(world, _LIST, place, call.wrapped(_LIST.wrapper), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(_show_list(world, made), 201)


@routes.on("GET", f"{_LISTS}/{{id}}", tool="cost_codes")
def show_list(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    return Answer(_show_list(world, asking.record(world, call, "lists", place)))


@routes.on("PATCH", f"{_LISTS}/{{id}}", tool="cost_codes")
def update_list(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    found = asking.record(world, call, "lists", place)
    try:
        update(world, _CHANGED_LIST, place, found, call.wrapped(_LIST.wrapper), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(_show_list(world, found))


def _whole(world: World, code: Record) -> dict[str, Any]:
    return {
        "id": code.id,
        "standard_cost_code_list_id": code.scope,
        "parent_id": code["parent_id"],
        "code": code["code"],
        "full_code": full_code(world.tables["standard_codes"], code),
        "name": code["name"],
        "origin_data": code["origin_data"],
        "origin_id": code["origin_id"],
    }


def _shape(call: Call) -> Any:
    """The three views: ids alone, with origin_id, and everything."""
    view = call.text("view") or "default"
    if view == "extended":
        return _whole
    names = ("id", "standard_cost_code_list_id", "origin_id")[: 3 if view == "compact" else 2]
    return lambda world, code: {
        name: code.scope if name.startswith("standard") else code[name] for name in names
    }


def _check_code(world: World, draft: Draft) -> None:
    check_tree(world.tables["standard_codes"], draft)


_CODE = Resource(
    table="standard_codes",
    wrapper="standard_cost_code",
    event="Standard Cost Codes",
    kinds={
        **dict.fromkeys(("code", "name", "origin_id", "origin_data", "parent_origin_id"), text),
        "parent_id": integer,
    },
    show=_whole,
    required=("code", "name"),
    check=_check_code,
)


def _within_list(world: World, call: Call) -> Place:
    asking.company(world, call)
    found = world.tables["lists"].rows.get(call.needed("standard_cost_code_list_id"))
    if found is None or found.company_id != call.company_id:
        raise call.refused(404, "The standard cost code list was not found.")
    return Place(call.company_id, found.id)


@routes.on("GET", _CODES, tool="cost_codes")
def list_codes(world: World, call: Call) -> Answer:
    place, shape = _within_list(world, call), _shape(call)
    tests = filters.conditions(call)
    rows = world.tables["standard_codes"].within(place.scope)
    found = [code for code in rows if all(test(code) for test in tests)]
    return paged(call, world.switches, found, lambda code: shape(world, code))


@routes.on("GET", f"{_CODES}/{{id}}", tool="cost_codes")
def show_code(world: World, call: Call) -> Answer:
    place = _within_list(world, call)
    return Answer(_whole(world, asking.record(world, call, "standard_codes", place)))


@routes.on("POST", _CODES, tool="cost_codes")
def create_code(world: World, call: Call) -> Answer:
    place = _within_list(world, call)
    try:
        code = create(world, _CODE, place, call.wrapped(_CODE.wrapper), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(_whole(world, code), 201)


@routes.on("PATCH", f"{_CODES}/{{id}}", tool="cost_codes")
def update_code(world: World, call: Call) -> Answer:
    place = _within_list(world, call)
    code = asking.record(world, call, "standard_codes", place)
    try:
        update(world, _CODE, place, code, call.wrapped(_CODE.wrapper), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(_whole(world, code))


@routes.on("PATCH", f"{_CODES}/sync", tool="cost_codes")
def sync_codes(world: World, call: Call) -> Answer:
    return sync(world, call, _CODE, _within_list(world, call))


@routes.on("DELETE", f"{_CODES}/{{id}}", tool="cost_codes")
def delete_code(world: World, call: Call) -> Answer:
    """Deprecated, and only for the ERP's list."""
    asking.company(world, call)
    table = world.tables["standard_codes"]
    code = table.rows.get(call.ids["id"])
    if code is None or code.company_id != call.company_id:
        raise call.refused(404, "The record was not found.")
    if not world.tables["lists"].rows[code.scope]["is_erp_list"]:
        raise Refused(422, by_field({"base": ["only codes of the ERP's list can be deleted"]}))
    if any(other["parent_id"] == code.id for other in table.within(code.scope)):
        raise Refused(422, by_field({"base": ["codes stand below it"]}))
    body = _whole(world, code)
    table.drop(code)
    world.emit("Standard Cost Codes", "delete", code, project_id=0, by=author(call))
    return Answer(body)
