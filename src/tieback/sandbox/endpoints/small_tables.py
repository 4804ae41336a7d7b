"""Cost types, sub jobs and tax codes, and the company's short lists of choices."""

from collections.abc import Callable
from typing import Any

from tieback.sandbox import asking
from tieback.sandbox.answers import Answer, Refused, bare
from tieback.sandbox.call import Call
from tieback.sandbox.endpoints.plain import serve
from tieback.sandbox.fields import boolean, number, one_of, text
from tieback.sandbox.pages import paged
from tieback.sandbox.routing import routes
from tieback.sandbox.tables import Record
from tieback.sandbox.world import World
from tieback.sandbox.writing import TAKEN, Draft, Place, Resource, author

_ORIGIN = dict.fromkeys(("origin_id", "origin_data"), text)
BASE_TYPES = (
    *("labor", "equipment", "materials", "commitment", "owner_cost", "professional_services"),
    "other",
)


def _shown(*names: str) -> Callable[[World, Record], dict[str, Any]]:
    return lambda world, record: {name: record[name] for name in ("id", *names)}


def _check_cost_type(world: World, draft: Draft) -> None:
    """Written as csv_import_code, read as code."""
    if "csv_import_code" in draft.values:
        draft.values["code"] = draft.values.pop("csv_import_code")
    if draft.record is None:
        draft.values.setdefault("base_type", "other")
    _refuse_twin(world, draft, "cost_types", "code")


def _check_sub_job(world: World, draft: Draft) -> None:
    _refuse_twin(world, draft, "sub_jobs", "code")


def _refuse_twin(world: World, draft: Draft, table: str, name: str) -> None:
    wanted = draft.values.get(name)
    for other in world.tables[table].within(draft.place.scope) if wanted else ():
        if other[name] == wanted and other is not draft.record:
            draft.refuse(name, TAKEN)


COST_TYPE = Resource(
    table="cost_types",
    wrapper="line_item_type",
    event="Line Item Types",
    kinds={
        **dict.fromkeys(("name", "csv_import_code"), text),
        "base_type": one_of(*BASE_TYPES),
        **_ORIGIN,
    },
    show=_shown("name", "code", "base_type", "origin_data", "origin_id"),
    check=_check_cost_type,
)
SUB_JOB = Resource(
    table="sub_jobs",
    wrapper="sub_job",
    event="Sub Jobs",
    kinds={**dict.fromkeys(("name", "code"), text), **_ORIGIN},
    show=_shown(
        *("name", "code", "origin_id", "origin_code", "origin_data", "created_at", "updated_at")
    ),
    required=("name", "code"),
    check=_check_sub_job,
)
TAX_CODE = Resource(
    table="tax_codes",
    wrapper="tax_code",
    event="Tax Codes",
    kinds={
        **dict.fromkeys(("code", "description"), text),
        "rate1": number,
        **dict.fromkeys(("archived", "default_tax_code"), boolean),
        **_ORIGIN,
    },
    show=_shown(
        *("code", "description", "origin_data", "origin_id", "rate1", "archived"),
        "default_tax_code",
    ),
    required=("code",),
    defaults={"archived": False, "default_tax_code": False},
)


def _company_of_types(world: World, call: Call) -> Place:
    """Cost types are asked for by company, or by a project of it."""
    if call.number("company_id") is None and call.number("project_id"):
        asking.project(world, call, call.needed("project_id"))
        return Place(call.company_id, call.company_id)
    return asking.company(world, call)


serve(COST_TYPE, "/rest/v1.0/line_item_types", where=_company_of_types, tool="cost_codes")
serve(SUB_JOB, "/rest/v1.0/sub_jobs", where=asking.within_project, tool="cost_codes")
serve(
    TAX_CODE,
    "/rest/v1.0/tax_codes",
    where=asking.company,
    tool="admin",
    size=lambda switches: switches.page_tax_codes,
)


@routes.on("DELETE", "/rest/v1.0/sub_jobs/{id}", tool="cost_codes")
def delete_sub_job(world: World, call: Call) -> Answer:
    """Deprecated. One with cost codes stays (409; inferred)."""
    place = asking.within_project(world, call)
    record = asking.record(world, call, "sub_jobs", place)
    if world.tables["cost_codes"].count(record.id):
        raise Refused(409, bare("The sub job has cost codes."))
    world.tables["sub_jobs"].drop(record)
    world.emit("Sub Jobs", "delete", record, project_id=place.project_id, by=author(call))
    return Answer(SUB_JOB.show(world, record))


def _list_choices(path: str, table: str, *names: str) -> None:
    shape = _shown("name", *names)

    @routes.on("GET", path)
    def choices(world: World, call: Call) -> Answer:
        place = asking.company(world, call)
        rows = world.tables[table].within(place.scope)
        return paged(call, world.switches, rows, lambda record: shape(world, record))


_COMPANY = "/rest/v1.0/companies/{company_id}"
_list_choices(
    f"{_COMPANY}/project_stages",
    "stages",
    *("is_bidding_stage", "is_concept_stage", "category", "readonly", "default_stage"),
    *("hideable", "has_rfi_prefixes", "project_stage_has_children"),
)
_list_choices(f"{_COMPANY}/project_types", "types")
_list_choices(
    f"{_COMPANY}/programs",
    "programs",
    *("address_freeform", "website", "project_count"),
)
_list_choices(
    "/rest/v1.0/offices",
    "offices",
    *("address", "city", "state_code", "country_code", "zip", "phone", "fax", "division"),
)
