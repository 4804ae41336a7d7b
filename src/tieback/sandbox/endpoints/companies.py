"""Who is calling, which companies there are, and what a company says of itself."""

from typing import Any

from tieback.sandbox import asking
from tieback.sandbox.answers import Answer
from tieback.sandbox.call import Call
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.world import World

_WBS = "work_breakdown_structure"
_COMPANY_WBS = f"/rest/v1.0/companies/{{company_id}}/{_WBS}"
_PROJECT_WBS = f"/rest/v1.0/projects/{{project_id}}/{_WBS}"


@routes.on("GET", "/rest/v1.0/me")
def show_me(world: World, call: Call) -> Answer:
    person = world.people[call.user_id]
    return Answer({"id": person.id, "login": person.login, "name": person.name})


@routes.on("GET", "/rest/v1.0/companies")
def list_companies(world: World, call: Call) -> Answer:
    """Those of the person; for a service account those where the app is installed."""
    assert call.token is not None
    assert call.app is not None
    if call.token.is_service:
        found = [each for each in world.companies.values() if world.installation(call.app, each.id)]
    else:
        theirs = world.people[call.user_id].companies
        found = [world.companies[each] for each in theirs]
    return paged(call, world.switches, found, _company)


def _company(company: Any) -> dict[str, Any]:
    return {
        "id": company.id,
        "name": company.name,
        "is_active": True,
        "logo_url": None,
        "pcn_business_experience": False,
        "my_company": True,
    }


@routes.on("GET", "/rest/v1.0/company_configuration", tool="admin")
def show_configuration(world: World, call: Call) -> Answer:
    """Whether an ERP is there shows only in the ERP's cost type for time sheets."""
    place = asking.company(world, call)
    types = list(world.tables["cost_types"].within(place.scope))
    has_erp = bool(world.companies[place.company_id].erp_name and types)
    return Answer(
        {
            "currency_symbol": "$",
            "currency_display": "symbol",
            "currency_iso_code": "USD",
            "use_24_hour_mode": False,
            "timesheet_default_cost_type_id": types[0].id if types else None,
            "timesheet_erp_default_cost_type_id": types[0].id if has_erp else None,
            "timesheet_equipment_erp_default_cost_type_id": None,
        }
    )


@routes.on("GET", "/rest/v2.0/companies/{company_id}/uoms/configuration", tool="admin")
def show_units(world: World, call: Call) -> Answer:
    """The one public field that names a company's ERP integration."""
    place = asking.company(world, call)
    name = world.companies[place.company_id].erp_name
    return Answer({"data": {"character_limit": "10", "erp_integration_name": name or None}})


@routes.on("GET", f"{_COMPANY_WBS}/patterns", tool="cost_codes")
def show_company_pattern(world: World, call: Call) -> Answer:
    asking.company(world, call)
    return Answer(_pattern(world, call, 0))


@routes.on("GET", f"{_COMPANY_WBS}/segments", tool="cost_codes")
def list_company_segments(world: World, call: Call) -> Answer:
    asking.company(world, call)
    return Answer(_segments(world, call, 0))


@routes.on("GET", f"{_COMPANY_WBS}/segments/{{segment_id}}/lists", tool="cost_codes")
def list_segment_lists(world: World, call: Call) -> Answer:
    """The newer twin of the standard cost code lists."""
    place = asking.company(world, call)
    if call.ids["segment_id"] != _segment_id(place.company_id, 0):
        raise call.refused(404, "The segment has no lists.")
    return Answer(
        [
            {
                "id": each.id,
                "name": each["name"],
                "segment_items_count": world.tables["standard_codes"].count(each.id),
                "erp_integrated": bool(each["is_erp_list"]),
                "available_to_use_on_new_projects": bool(each["available_to_use_on_new_projects"]),
            }
            for each in world.tables["lists"].within(place.company_id)
        ]
    )


@routes.on("GET", f"{_PROJECT_WBS}/patterns", tool="cost_codes")
def show_project_pattern(world: World, call: Call) -> Answer:
    project = asking.project(world, call, call.ids["project_id"])
    return Answer({**_pattern(world, call, project.id), "is_project_level_ordered": False})


@routes.on("GET", f"{_PROJECT_WBS}/segments", tool="cost_codes")
def list_project_segments(world: World, call: Call) -> Answer:
    project = asking.project(world, call, call.ids["project_id"])
    return Answer(_segments(world, call, project.id))


def _pattern(world: World, call: Call, project_id: int) -> dict[str, Any]:
    stamp = world.clock.stamp()
    return {
        "id": _segment_id(call.company_id, 9),
        "description": "Default",
        "created_at": stamp,
        "updated_at": stamp,
        "segments": _segments(world, call, project_id),
    }


def _segments(world: World, call: Call, project_id: int) -> list[dict[str, Any]]:
    """Cost code and cost type; a sub job segment only where the project has sub jobs."""
    kinds = [("cost_code", "Cost Code", "tiered"), ("line_item_type", "Cost Type", "flat")]
    if project_id and world.tables["sub_jobs"].count(project_id):
        kinds.insert(0, ("sub_job", "Sub Job", "flat"))
    return [
        {
            "id": _segment_id(
                call.company_id, ("cost_code", "line_item_type", "sub_job").index(kind)
            ),
            "type": kind,
            "name": name,
            "position": at,
            "segment_items_count": _count(world, call.company_id, project_id, kind),
            "required": kind != "sub_job",
            "delimiter": "-",
            "project_can_modify_origin_project": True,
            "project_can_delete_origin_company": False,
            "structure": structure,
            "wbs_pattern_id": _segment_id(call.company_id, 9),
        }
        for at, (kind, name, structure) in enumerate(kinds, start=1)
    ]


def _count(world: World, company_id: int, project_id: int, kind: str) -> int:
    if kind == "line_item_type":
        return world.tables["cost_types"].count(company_id)
    if kind == "sub_job":
        return world.tables["sub_jobs"].count(project_id)
    if project_id:
        return world.tables["cost_codes"].count(project_id)
    lists = world.tables["lists"].within(company_id)
    return sum(world.tables["standard_codes"].count(each.id) for each in lists)


def _segment_id(company_id: int, place: int) -> int:
    """Segments are no records here; their ids follow from the company's."""
    return company_id * 10 + place
