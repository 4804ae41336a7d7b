"""The three lists of projects."""

from collections.abc import Callable
from typing import Any

from tieback.sandbox import asking, filters
from tieback.sandbox.answers import Answer
from tieback.sandbox.call import Call
from tieback.sandbox.endpoints import project_shapes
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World

# `view=ids` gives every id at once.
_ALL_IDS = (200_000, 200_000)
_V11_VIEWS = {
    "compact": project_shapes.compact,
    "normal": project_shapes.normal,
    "extended": project_shapes.extended,
}
_REFERENCES = {
    "by_owner_type": "project_owner_type_id",
    "by_region": "project_region_id",
    "by_office": "office_id",
    "by_program": "program_id",
    "by_stage": "project_stage_id",
    "by_type": "project_type_id",
    "by_bid_type": "project_bid_type_id",
}


@routes.on("GET", "/rest/v1.0/projects", tool="portfolio")
def list_projects(world: World, call: Call) -> Answer:
    found = _chosen(world, call)
    is_compact = call.text("serializer_view") == "compact"
    shape = project_shapes.compact if is_compact else project_shapes.listed_v10
    return paged(call, world.switches, found, lambda project: shape(world, project))


@routes.on("GET", "/rest/v1.1/projects", tool="portfolio")
def list_projects_v11(world: World, call: Call) -> Answer:
    found = _chosen(world, call)
    view = call.text("view") or "normal"
    if view == "ids":
        return paged(call, world.switches, found, lambda project: project.id, size=_ALL_IDS)
    if view not in _V11_VIEWS:
        raise call.refused(400, "view is ids, compact, normal or extended.", about="view")
    shape = _V11_VIEWS[view]
    size = world.switches.page_projects_v11
    return paged(call, world.switches, found, lambda project: shape(world, project), size=size)


@routes.on("GET", "/rest/v1.0/companies/{company_id}/projects", tool="portfolio")
def list_projects_of_company(world: World, call: Call) -> Answer:
    """Not paginated."""
    asking.company(world, call)
    visible = _visible(world, call)
    return Answer([project_shapes.thin(world, project) for project in visible])


def _visible(world: World, call: Call) -> list[Record]:
    allowed = asking.permitted(world, call)
    every = world.tables["projects"].within(call.company_id)
    if allowed is None:
        return list(every)
    return [project for project in every if project.id in allowed]


def _chosen(world: World, call: Call) -> list[Record]:
    asking.company(world, call)
    tests = [*_status(world, call), *filters.conditions(call, _REFERENCES), *_named(world, call)]
    found = [project for project in _visible(world, call) if all(test(project) for test in tests)]
    order: dict[str, Callable[[Record], Any]] = {
        "name": lambda project: str(project["name"]),
        "display_name": project_shapes.display_name,
    }
    return filters.ordered(call, found, order)


def _status(world: World, call: Call) -> list[filters.Test]:
    """Only active projects are promised to whoever does not ask for others."""
    usual = "All" if world.switches.inactive_unless_asked else "Active"
    wanted = call.filter("by_status") or usual
    if wanted not in ("All", "Active", "Inactive"):
        raise call.refused(400, "by_status is All, Active or Inactive.", about="filters[by_status]")
    if wanted == "All":
        return []
    return [lambda project: bool(project["active"]) == (wanted == "Active")]


def _named(world: World, call: Call) -> list[filters.Test]:
    found: list[filters.Test] = []
    departments = {int(each) for each in call.filter_list("by_department") if each.isdigit()}
    if departments:
        found.append(lambda project: bool(departments & set(project["department_ids"] or [])))
    vendor = call.filter("vendor_id")
    if vendor:
        with_it = world.companies[call.company_id].project_vendors
        found.append(lambda project: _is_number_in(vendor, with_it.get(project.id, set())))
    return found


def _is_number_in(said: str, ids: set[int]) -> bool:
    return said.isdigit() and int(said) in ids
