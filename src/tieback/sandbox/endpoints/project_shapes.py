"""A project as the API shows it: whole, in lists, and after a sync."""

from typing import Any

from tieback.sandbox.tables import Record
from tieback.sandbox.world import World

_ALIKE = (
    *("name", "is_demo", "project_number", "address", "city", "state_code", "country_code", "zip"),
    *("county", "time_zone", "latitude", "longitude", "phone", "created_at", "updated_at"),
    *("active", "origin_id", "origin_data", "origin_code", "owners_project_id", "total_value"),
    *("store_number", "accounting_project_number", "designated_market_area"),
    *("project_region_id", "project_bid_type_id", "project_owner_type_id", "photo_id"),
    *("start_date", "completion_date", "projected_finish_date", "estimated_value"),
    *("parent_job_id", "sector", "work_scope", "delivery_method", "project_sector_id"),
)
_V10_MORE = ("fax", "estimated_budget", "priority")
_NORMAL_LESS = {
    *("delivery_method", "project_sector_id", "projected_finish_date", "sector", "work_scope"),
}
_EXTENDED_MORE = (
    *("actual_start_date", "description", "dictionary_type", "estimated_completion_date"),
    *("estimated_start_date", "flag", "inbound_email", "logo_url", "persistent_message"),
    *("projected_finish_date", "public_notes", "square_feet", "standard_cost_code_list_id"),
    *("tz_name", "warranty_end_date", "warranty_start_date"),
)
_EXTENDED_LESS = {
    *("delivery_method", "is_demo", "project_bid_type_id", "project_sector_id", "sector"),
    "work_scope",
}
_SHOW_MORE = (
    *("code", "from_project_template_id", "inbound_email_address", "is_erp_integrated", "locale"),
    *("logo_id", "photo_url", "project_stage_id", "template"),
)
_SYNC_MORE = (
    *("actual_start_date", "description", "estimated_completion_date", "estimated_start_date"),
    *("flag", "logo_url", "public_notes", "square_feet", "warranty_end_date"),
    *("warranty_start_date", "estimated_budget", "priority"),
)
_SYNC_LESS = {"county", "is_demo", "owners_project_id", "parent_job_id", "photo_id"}
_NORMAL = tuple(name for name in _ALIKE if name not in _NORMAL_LESS)
_EXTENDED = (*(name for name in _ALIKE if name not in _EXTENDED_LESS), *_EXTENDED_MORE)
_SYNCED = (*(name for name in _ALIKE if name not in _SYNC_LESS), *_SYNC_MORE)
_WHOLE = (*_ALIKE, *_EXTENDED_MORE, *_SHOW_MORE)
# Each is shown as {id, name}, under a name of its own, out of a table.
_NAMED = {
    "project_bid_type": ("project_bid_type_id", "bid_types"),
    "project_owner_type": ("project_owner_type_id", "owner_types"),
    "project_region": ("project_region_id", "regions"),
    "project_stage": ("project_stage_id", "stages"),
    "project_type": ("project_type_id", "types"),
    "program": ("program_id", "programs"),
    "office": ("office_id", "offices"),
}


def display_name(project: Record) -> str:
    """The samples differ between "1 - Name" and "1 Name"; the dash is taken."""
    number = project["project_number"]
    return f"{number} - {project['name']}" if number else str(project["name"])


def whole(world: World, project: Record) -> dict[str, Any]:
    """Show, create and update: the one place with the ERP flag and the cost code list."""
    return {
        **_plain(project, _WHOLE),
        **{name: _other(world, project, name) for name in _NAMED},
        **_people(world, project),
        "departments": departments(world, project),
        "company": company(world, project),
        "custom_fields": project["custom_fields"] or {},
    }


def minimal(world: World, project: Record) -> dict[str, Any]:
    """`view=minimal`; its fields are not documented, so they are the compact list's."""
    return {"id": project.id, "name": project["name"], "display_name": display_name(project)}


def listed_v10(world: World, project: Record) -> dict[str, Any]:
    stage = world.named("stages", project["project_stage_id"])
    return {
        **_plain(project, (*_ALIKE, *_V10_MORE)),
        **_people(world, project),
        "stage": stage["name"] if stage else None,
        "project_stage": stage,
        "project_template": None,
        "company": company(world, project),
        "custom_fields": project["custom_fields"] or {},
    }


def compact(world: World, project: Record) -> dict[str, Any]:
    return {"id": project.id, "name": project["name"]}


def normal(world: World, project: Record) -> dict[str, Any]:
    return {
        **_plain(project, _NORMAL),
        **_amounts(project),
        "project_stage": _other(world, project, "project_stage"),
        "project_template": None,
        "company": company(world, project),
        "custom_fields": project["custom_fields"] or {},
    }


def extended(world: World, project: Record) -> dict[str, Any]:
    """The only list that says which cost code list a project uses. The ERP flag is in none."""
    return {
        **_plain(project, _EXTENDED),
        **_amounts(project),
        **{name: _other(world, project, name) for name in _NAMED},
        "departments": departments(world, project),
        "company": company(world, project),
        "custom_fields": project["custom_fields"] or {},
    }


def synced(world: World, project: Record) -> dict[str, Any]:
    """An entity of a sync, which has neither the ERP flag nor the cost code list."""
    return {
        **_plain(project, _SYNCED),
        **{
            name: _other(world, project, name)
            for name in ("office", "program", "project_stage", "project_type")
        },
        "departments": departments(world, project),
    }


def thin(world: World, project: Record) -> dict[str, Any]:
    """An item of /companies/{id}/projects."""
    address = {name: project[name] for name in ("city", "state_code", "zip", "country_code")}
    creator = world.people.get(project["created_by_id"])
    return {
        "id": project.id,
        "name": project["name"],
        "address": {"street": project["address"], **address},
        "stage_name": _name(world, "stages", project["project_stage_id"]),
        "status_name": "Active" if project["active"] else "Inactive",
        "type_name": _name(world, "types", project["project_type_id"]),
        "open_items": [],
        "created_by": {"id": creator.id, "email": creator.login} if creator else None,
    }


def company(world: World, project: Record) -> dict[str, Any]:
    found = world.companies[project.company_id]
    return {"id": found.id, "name": found.name}


def departments(world: World, project: Record) -> list[dict[str, Any]]:
    named = [world.named("departments", each) for each in project["department_ids"] or []]
    return [each for each in named if each]


def _plain(project: Record, names: tuple[str, ...]) -> dict[str, Any]:
    get = project.fields.get
    shown: dict[str, Any] = {"id": project.id, "display_name": display_name(project)}
    shown.update({name: get(name) for name in names})
    return shown


def _amounts(project: Record) -> dict[str, Any]:
    """Version 1.1 gives money as numbers, where 1.0 gives it as text."""
    said = {name: project[name] for name in ("total_value", "estimated_value")}
    return {name: None if value is None else float(value) for name, value in said.items()}


def _people(world: World, project: Record) -> dict[str, Any]:
    creator = world.people.get(project["created_by_id"])
    return {
        "parent_job": world.named("projects", project["parent_job_id"]),
        "created_by": {"id": creator.id, "name": creator.name, "login": creator.login}
        if creator
        else None,
    }


def _other(world: World, project: Record, name: str) -> dict[str, Any] | None:
    field, table = _NAMED[name]
    return world.named(table, project[field])


def _name(world: World, table: str, record_id: Any) -> str | None:
    found = world.named(table, record_id)
    return found["name"] if found else None
