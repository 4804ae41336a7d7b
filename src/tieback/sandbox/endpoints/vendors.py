"""A company's vendors, and which of them a project has."""

from typing import Any

from tieback.sandbox import asking, filters
from tieback.sandbox.answers import Answer, RowRefused
from tieback.sandbox.call import Call
from tieback.sandbox.fields import boolean, integer, integers, mapping, text
from tieback.sandbox.pages import paged
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

_VENDORS = "/rest/v1.0/vendors"
_OF_PROJECT = (
    "/rest/v1.0/projects/{project_id}/vendors",
    "/rest/v1.1/projects/{project_id}/vendors",
)
_TEXTS = (
    *("name", "address", "city", "zip", "business_phone", "mobile_phone", "fax_number"),
    *("email_address", "state_code", "country_code", "labor_union", "license_number", "website"),
    *("abbreviated_name", "notes", "origin_id", "origin_data", "origin_code", "trade_name"),
)
_FLAGS = (
    *("is_active", "authorized_bidder", "prequalified", "union_member"),
    "non_union_prevailing_wage",
)
BIDDING = (
    *("affirmative_action", "small_business", "african_american_business"),
    *("hispanic_business", "womens_business", "historically_underutilized_business"),
    *("sdvo_business", "certified_business_enterprise", "asian_american_business"),
    *("native_american_business", "disadvantaged_business", "minority_business_enterprise"),
    "eight_a_business",
)


def _normal(world: World, vendor: Record) -> dict[str, Any]:
    names = (*_TEXTS, *_FLAGS, "business_id", "created_at", "updated_at")
    return {
        "id": vendor.id,
        **{name: vendor[name] for name in names},
        "attachments": [],
        "business_register": vendor["business_register"],
        "contact_count": 0,
        "company": world.companies[vendor.company_id].name,
        "is_connected": False,
        "logo": None,
        "primary_contact": None,
        "synced_to_erp": bool(vendor["origin_id"]),
        "vendor_group": None,
    }


def _erp(world: World, vendor: Record) -> dict[str, Any]:
    return {**_normal(world, vendor), "origin_custom_fields": [], "erp_custom_fields": []}


def _extended(world: World, vendor: Record) -> dict[str, Any]:
    bidding = vendor["bidding"] or {}
    parent = world.tables["vendors"].rows.get(vendor["parent_id"] or 0)
    using = world.companies[vendor.company_id].project_vendors
    return {
        **_normal(world, vendor),
        "bidding": {name: bool(bidding.get(name)) for name in BIDDING},
        "bidding_distribution": [],
        "children_count": 0,
        "company_vendor": False,
        "legal_name": vendor["name"],
        "parent": {"id": parent.id, "name": parent["name"]} if parent else None,
        "project_ids": [project for project, ids in using.items() if vendor.id in ids],
        "standard_cost_codes": [],
        "trades": [],
    }


def _compact(world: World, vendor: Record) -> dict[str, Any]:
    return {"id": vendor.id, "name": vendor["name"]}


def _summary(world: World, vendor: Record) -> dict[str, Any]:
    counts = ("active_users_count", "bids_count", "open_bids_count")
    return {
        **_compact(world, vendor),
        **dict.fromkeys(counts, 0),
        "business_id": None,
        "company_vendor": False,
        "is_connected": False,
        "projects_count": len(_extended(world, vendor)["project_ids"]),
        "synced_to_erp": bool(vendor["origin_id"]),
    }


_VIEWS = {
    "compact": _compact,
    "normal": _normal,
    "erp": _erp,
    "extended": _extended,
    "directory": _extended,
    "summary": _summary,
}


def _check(world: World, draft: Draft) -> None:
    register = draft.values.pop("business_register_attributes", None)
    if register:
        draft.values["business_register"] = {
            "id": None,
            **{name: register.get(name) for name in ("type", "identifier")},
            "verified_at": None,
            "verification_status": "unverified",
        }
    parent_id = draft.values.get("parent_id")
    parent = world.tables["vendors"].rows.get(parent_id) if parent_id else None
    if parent_id and (parent is None or parent.company_id != draft.place.company_id):
        draft.refuse("parent_id", "must exist")
    bidding = draft.values.get("bidding") or {}
    if not all(isinstance(flag, bool) for flag in bidding.values()):
        draft.refuse("bidding", "must be true or false")


VENDOR = Resource(
    table="vendors",
    wrapper="vendor",
    event="Company Vendors",
    kinds={
        **dict.fromkeys(_TEXTS, text),
        **dict.fromkeys(_FLAGS, boolean),
        "parent_id": integer,
        **dict.fromkeys(("trade_ids", "standard_cost_code_ids"), integers),
        **dict.fromkeys(("bidding", "business_register_attributes"), mapping),
    },
    show=_extended,
    defaults={name: name == "is_active" for name in _FLAGS},
    check=_check,
)


def _shape(call: Call) -> Any:
    view = call.text("view") or "extended"
    if view not in _VIEWS:
        raise call.refused(400, f"view is one of {', '.join(_VIEWS)}.", about="view")
    return _VIEWS[view]


def _tests(call: Call) -> list[filters.Test]:
    found = filters.conditions(call)
    words = (call.filter("search") or "").lower()
    if words:
        names = ("name", "origin_code", "business_id")
        found.append(lambda vendor: any(words in str(vendor[name] or "").lower() for name in names))
    return found


@routes.on("GET", _VENDORS, tool="directory")
def list_vendors(world: World, call: Call) -> Answer:
    place, shape, tests = asking.company(world, call), _shape(call), _tests(call)
    rows = world.tables["vendors"].within(place.scope)
    found = [vendor for vendor in rows if all(test(vendor) for test in tests)]
    found = filters.ordered(call, found, {"name": lambda vendor: str(vendor["name"])})
    return paged(call, world.switches, found, lambda vendor: shape(world, vendor))


@routes.on("GET", f"{_VENDORS}/{{id}}", tool="directory")
def show_vendor(world: World, call: Call) -> Answer:
    place, shape = asking.company(world, call), _shape(call)
    return Answer(shape(world, asking.record(world, call, "vendors", place)))


@routes.on("POST", _VENDORS, tool="directory")
def create_vendor(world: World, call: Call) -> Answer:
    place, shape = asking.company(world, call), _shape(call)
    try:
        vendor = create(world, VENDOR, place, call.wrapped("vendor"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(shape(world, vendor), 201)


@routes.on("PATCH", f"{_VENDORS}/{{id}}", tool="directory")
def update_vendor(world: World, call: Call) -> Answer:
    place, shape = asking.company(world, call), _shape(call)
    vendor = asking.record(world, call, "vendors", place)
    try:
        update(world, VENDOR, place, vendor, call.wrapped("vendor"), by=author(call))
    except RowRefused as refusal:
        raise refused_whole(refusal) from None
    return Answer(shape(world, vendor))


@routes.on("PATCH", f"{_VENDORS}/sync", tool="directory")
def sync_vendors(world: World, call: Call) -> Answer:
    return sync(world, call, VENDOR, asking.company(world, call))


@routes.on("GET", *_OF_PROJECT, tool="directory")
def list_project_vendors(world: World, call: Call) -> Answer:
    ids = _project_vendors(world, call)
    rows = [world.tables["vendors"].rows[each] for each in sorted(ids)]
    tests, view = _tests(call), call.text("view") or "normal"
    found = [vendor for vendor in rows if all(test(vendor) for test in tests)]
    shape = _VIEWS.get(view, _normal)
    return paged(call, world.switches, found, lambda vendor: shape(world, vendor))


@routes.on("POST", *(f"{path}/{{id}}/actions/add" for path in _OF_PROJECT), tool="directory")
def add_project_vendor(world: World, call: Call) -> Answer:
    ids = _project_vendors(world, call)
    vendor = world.tables["vendors"].rows.get(call.ids["id"])
    if vendor is None or vendor.company_id != call.company_id:
        raise call.refused(404, "The vendor was not found.")
    ids.add(vendor.id)
    return Answer(_normal(world, vendor), 201)


@routes.on("DELETE", *(f"{path}/{{id}}/actions/remove" for path in _OF_PROJECT), tool="directory")
def remove_project_vendor(world: World, call: Call) -> Answer:
    _project_vendors(world, call).discard(call.ids["id"])
    return Answer(None, 204)


def _project_vendors(world: World, call: Call) -> set[int]:
    project = asking.project(world, call, call.ids["project_id"])
    return world.companies[call.company_id].project_vendors.setdefault(project.id, set())
