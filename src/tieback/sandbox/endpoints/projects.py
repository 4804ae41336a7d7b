"""Show, create, update and sync projects."""

from typing import Any

from tieback.sandbox import asking
from tieback.sandbox.answers import Answer, RowRefused
from tieback.sandbox.call import Call
from tieback.sandbox.endpoints import project_shapes
from tieback.sandbox.endpoints.copying import copy_codes
from tieback.sandbox.fields import (
    Kind,
    amount,
    boolean,
    day,
    integer,
    integers,
    number,
    one_of,
    text,
)
from tieback.sandbox.routing import routes
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World
from tieback.sandbox.writing import (
    Draft,
    Resource,
    author,
    create,
    refused_whole,
    sync,
    update,
)

_BY_KIND: dict[Kind, tuple[str, ...]] = {
    text: (
        *("name", "address", "city", "country_code", "description", "phone", "project_number"),
        *("public_notes", "state_code", "zip", "time_zone", "store_number", "locale", "sector"),
        *("accounting_project_number", "designated_market_area", "origin_id", "origin_data"),
    ),
    boolean: ("active", "enable_copy_of_standard_cost_codes"),
    integer: (
        *("image_id", "office_id", "project_stage_id", "square_feet", "program_id"),
        *("project_bid_type_id", "project_type_id", "project_owner_type_id", "project_region_id"),
        *("project_template_id", "project_sector_id"),
    ),
    integers: ("department_ids",),
    amount: ("total_value", "estimated_value"),
    number: ("estimated_budget",),
    day: (
        *("start_date", "completion_date", "warranty_start_date", "warranty_end_date"),
        *("estimated_start_date", "estimated_completion_date"),
    ),
    one_of("Red", "Yellow", "Green"): ("flag",),
    one_of("low", "medium", "high"): ("priority",),
    one_of("new_construction", "renovation_alteration", "maintenance_service"): ("work_scope",),
    one_of(
        "construction_management_at_risk_cmar",
        "construction_manager_as_agent_owners_rep",
        "design_bid_build_dbb",
        "design_build_db",
        "indefinite_delivery_indefinite_quantity_idiq",
        "integrated_project_delivery",
        "multi_prime",
        "public_private_partnership_p3",
        "other",
    ): ("delivery_method",),
}
# A sync takes these alone: no ERP flag, no cost code list, no origin_code, no code.
_SYNC = {name: kind for kind, names in _BY_KIND.items() for name in names}
_CREATE = _SYNC | {
    "parent_job_id": integer,
    "origin_code": text,
    "erp_integrated": boolean,
    "code": text,
    "latitude": number,
    "longitude": number,
}
_UPDATE = {
    **{name: kind for name, kind in _CREATE.items() if name not in {"code"}},
    "standard_cost_code_list_id": integer,
    "county": text,
    "fax": text,
}


def _check(world: World, draft: Draft) -> None:
    if "erp_integrated" in draft.values:
        draft.values["is_erp_integrated"] = bool(draft.values.pop("erp_integrated"))
    if draft.values.get("active", True) is None:
        draft.refuse("active", "must be true or false")
    _check_list(world, draft)
    _check_erp_lock(world, draft)
    for name, table in (("project_stage_id", "stages"), ("parent_job_id", "projects")):
        _check_reference(world, draft, name, table)


def _check_list(world: World, draft: Draft) -> None:
    wanted = draft.values.get("standard_cost_code_list_id")
    if "standard_cost_code_list_id" in draft.values:
        _check_reference(world, draft, "standard_cost_code_list_id", "lists")
    if draft.record is None:
        draft.values["standard_cost_code_list_id"] = _usual_list(world, draft)
        return
    copied_from = draft.record["copied_from_list_id"]
    if wanted and copied_from and wanted != copied_from and world.switches.erp_flag_locks:
        draft.refuse(
            "standard_cost_code_list_id", "can't change once cost codes have been copied from it"
        )


def _check_erp_lock(world: World, draft: Draft) -> None:
    """Off, and then codes of another list copied: the flag cannot be set again (erp-tool, 3.2)."""
    record = draft.record
    if not world.switches.erp_flag_locks or not draft.values.get("is_erp_integrated") or not record:
        return
    source = world.tables["lists"].rows.get(record["copied_from_list_id"] or 0)
    if source and not source["is_erp_list"] and not record["is_erp_integrated"]:
        draft.refuse(
            "erp_integrated", "can't be set: cost codes of a list that is not the ERP's are in use"
        )


def _check_reference(world: World, draft: Draft, name: str, table: str) -> None:
    wanted = draft.values.get(name)
    found = world.tables[table].rows.get(wanted) if wanted else None
    if wanted and (found is None or found.company_id != draft.place.company_id):
        draft.refuse(name, "must exist")


def _usual_list(world: World, draft: Draft) -> int | None:
    lists = list(world.tables["lists"].within(draft.place.company_id))
    is_erp = bool(draft.values.get("is_erp_integrated"))
    fitting = [each for each in lists if bool(each["is_erp_list"]) == is_erp]
    offered = [each for each in fitting if each["available_to_use_on_new_projects"]]
    return offered[0].id if offered else None


def _settle(world: World, draft: Draft, record: Record) -> None:
    is_wanted = record.fields.pop("enable_copy_of_standard_cost_codes", False)
    if draft.record is None and is_wanted:
        copy_codes(world, record, record["standard_cost_code_list_id"])


def _resource(kinds: dict[str, Kind], show: Any = project_shapes.whole) -> Resource:
    return Resource(
        table="projects",
        wrapper="project",
        event="Projects",
        kinds=kinds,
        show=show,
        defaults={"active": True, "is_erp_integrated": False, "is_demo": False, "template": False},
        check=_check,
        settle=_settle,
    )


CREATING = _resource(_CREATE)
CHANGING = _resource(_UPDATE)
SYNCING = _resource(_SYNC, project_shapes.synced)


def _permit(world: World, call: Call, record: Record) -> None:
    """A new project is not added to an app's permitted ones by itself."""
    allowed = asking.permitted(world, call)
    if allowed is not None and world.switches.new_projects_permitted:
        allowed.add(record.id)


@routes.on("GET", "/rest/v1.0/projects/{id}", tool="portfolio")
def show_project(world: World, call: Call) -> Answer:
    asking.company(world, call)
    found = asking.project(world, call, call.ids["id"])
    shape = project_shapes.minimal if call.text("view") == "minimal" else project_shapes.whole
    return Answer(shape(world, found))


@routes.on("POST", "/rest/v1.0/projects", tool="portfolio")
def create_project(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    try:
        record = create(world, CREATING, place, call.wrapped("project"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    record.fields["created_by_id"] = call.user_id
    _permit(world, call, record)
    return Answer(project_shapes.whole(world, record), 201)


@routes.on("PATCH", "/rest/v1.0/projects/{id}", tool="portfolio")
def update_project(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    found = asking.project(world, call, call.ids["id"])
    try:
        update(world, CHANGING, place, found, call.wrapped("project"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(project_shapes.whole(world, found))


@routes.on("PATCH", "/rest/v1.0/projects/sync", tool="portfolio")
def sync_projects(world: World, call: Call) -> Answer:
    place = asking.company(world, call)
    known = set(world.tables["projects"].rows)
    answer = sync(world, call, SYNCING, place)
    for entity in answer.body["entities"]:
        if entity["id"] not in known:
            _permit(world, call, world.tables["projects"].rows[entity["id"]])
    return answer
