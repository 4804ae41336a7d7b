"""A project's cost codes, and copying them from a standard list."""

from typing import Any

from tieback.sandbox import asking, filters
from tieback.sandbox.answers import Answer, Refused, RowRefused, with_base
from tieback.sandbox.call import Call
from tieback.sandbox.endpoints.codes import check_tree, full_code
from tieback.sandbox.endpoints.copying import copy_codes
from tieback.sandbox.fields import integer, text
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

_LOCKED = "The project is ERP integrated: its cost codes change by sync only."


def show(world: World, code: Record) -> dict[str, Any]:
    """The default view, and that of an answer to a write."""
    table = world.tables["cost_codes"]
    is_of_project = code.scope in world.tables["projects"].rows
    biller = world.tables["projects" if is_of_project else "sub_jobs"].rows[code.scope]
    full = full_code(table, code)
    standard = world.tables["standard_codes"].rows.get(code["standard_cost_code_id"] or 0)
    return {
        "id": code.id,
        "biller": biller["name"],
        "biller_id": biller.id,
        "biller_type": "Project" if is_of_project else "SubJob",
        "biller_origin_id": biller["origin_id"],
        "budgeted": False,
        "code": code["code"],
        "full_code": full,
        "sortable_code": full,
        "name": code["name"],
        "created_at": code["created_at"],
        "updated_at": code["updated_at"],
        "deleted_at": None,
        "origin_id": code["origin_id"],
        "origin_data": code["origin_data"],
        "parent": {"id": code["parent_id"]},
        "position": code["position"],
        "standard_cost_code_id": code["standard_cost_code_id"],
        "standard_cost_code_list_id": standard.scope if standard else None,
        "line_item_types": [],
    }


def _compact(world: World, code: Record) -> dict[str, Any]:
    return {
        "id": code.id,
        "full_code": full_code(world.tables["cost_codes"], code),
        **{
            name: code[name]
            for name in ("name", "origin_data", "origin_id", "standard_cost_code_id")
        },
    }


def _check(world: World, draft: Draft) -> None:
    table = world.tables["cost_codes"]
    check_tree(table, draft)
    standard = draft.values.get("standard_cost_code_id")
    found = world.tables["standard_codes"].rows.get(standard) if standard else None
    if standard and (found is None or found.company_id != draft.place.company_id):
        draft.refuse("standard_cost_code_id", "must exist")
    if draft.record is None:
        draft.values.setdefault("position", table.count(draft.place.scope) + 1)


COST_CODE = Resource(
    table="cost_codes",
    wrapper="cost_code",
    event="Cost Codes",
    kinds={
        **dict.fromkeys(("code", "name", "origin_id", "origin_data", "parent_origin_id"), text),
        **dict.fromkeys(("position", "parent_id", "standard_cost_code_id"), integer),
    },
    show=show,
    required=("code", "name"),
    check=_check,
)


def _refuse_locked(world: World, place: Place) -> None:
    project = world.tables["projects"].rows[place.project_id]
    if project["is_erp_integrated"] and world.switches.cost_codes_lock:
        raise Refused(422, with_base(_LOCKED, {}))


@routes.on("GET", "/rest/v1.0/cost_codes", tool="cost_codes")
def list_cost_codes(world: World, call: Call) -> Answer:
    place = asking.within_project(world, call)
    tests = filters.conditions(call)
    rows = world.tables["cost_codes"].within(place.scope)
    found = [code for code in rows if all(test(code) for test in tests)]
    shape = _compact if call.text("view") == "erp_compact" else show
    return paged(call, world.switches, found, lambda code: shape(world, code))


@routes.on("GET", "/rest/v1.0/cost_codes/{id}", tool="cost_codes")
def show_cost_code(world: World, call: Call) -> Answer:
    place = asking.within_project(world, call)
    return Answer(show(world, asking.record(world, call, "cost_codes", place)))


@routes.on("POST", "/rest/v1.0/cost_codes", tool="cost_codes")
def create_cost_code(world: World, call: Call) -> Answer:
    place = asking.within_project(world, call)
    _refuse_locked(world, place)
    try:
        code = create(world, COST_CODE, place, call.wrapped("cost_code"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(show(world, code), 201)


@routes.on("PATCH", "/rest/v1.0/cost_codes/{id}", tool="cost_codes")
def update_cost_code(world: World, call: Call) -> Answer:
    place = asking.within_project(world, call)
    code = asking.record(world, call, "cost_codes", place)
    _refuse_locked(world, place)
    try:
        update(world, COST_CODE, place, code, call.wrapped("cost_code"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(show(world, code))


@routes.on("PATCH", "/rest/v1.0/cost_codes/sync", tool="cost_codes")
def sync_cost_codes(world: World, call: Call) -> Answer:
    return sync(world, call, COST_CODE, asking.within_project(world, call))


@routes.on("POST", "/rest/v1.0/cost_codes/copy_from_standard_list", tool="cost_codes")
def copy_list(world: World, call: Call) -> Answer:
    place = asking.within_project(world, call)
    project = world.tables["projects"].rows[place.project_id]
    source = _source(world, call)
    made = copy_codes(world, project, source.id, scope=place.scope, by=author(call))
    return Answer([show(world, code) for code in made], 201)


@routes.on("POST", "/rest/v1.0/cost_codes/copy_subset_from_standard_list", tool="cost_codes")
def copy_subset(world: World, call: Call) -> Answer:
    """Ids of codes that are not in the list, or whose parent is missing, fail one by one (207)."""
    place = asking.within_project(world, call)
    source = _source(world, call)
    wanted = call.sent().get("standard_cost_code_ids")
    if not isinstance(wanted, list):
        raise call.refused(400, "standard_cost_code_ids is a list of ids.")
    good: set[int] = set()
    for code in world.tables["standard_codes"].within(source.id):
        if code.id in wanted and (code["parent_id"] is None or code["parent_id"] in good):
            good.add(code.id)
    project = world.tables["projects"].rows[place.project_id]
    made = copy_codes(world, project, source.id, only=good, scope=place.scope, by=author(call))
    failures = [
        f"{each}: not copied" for each in wanted if not isinstance(each, int) or each not in good
    ]
    body = {"successes": [show(world, code) for code in made], "failures": failures}
    return Answer(body, 207 if failures else 201)


def _source(world: World, call: Call) -> Record:
    found = world.tables["lists"].rows.get(call.needed("standard_cost_code_list_id"))
    if found is None or found.company_id != call.company_id:
        raise call.refused(404, "The standard cost code list was not found.")
    return found
