import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox

VENDORS = "/rest/v1.0/vendors"


def test_a_vendor_is_synced_to_the_erp_when_it_has_an_origin_id(caller: Caller) -> None:
    rows = [{"name": "Linked", "origin_id": "V1", "origin_code": "100"}, {"name": "Loose"}]

    made = caller.sync("vendors", rows).json()["entities"]

    assert [each["synced_to_erp"] for each in made] == [True, False]
    assert made[0]["origin_code"] == "100"


@pytest.mark.parametrize(
    ("view", "has", "lacks"),
    [
        ("", "bidding", "erp_custom_fields"),
        ("extended", "project_ids", "erp_custom_fields"),
        ("normal", "origin_code", "bidding"),
        ("erp", "erp_custom_fields", "bidding"),
        ("compact", "name", "origin_code"),
        ("summary", "synced_to_erp", "origin_code"),
    ],
)
def test_views_choose_the_fields(caller: Caller, view: str, has: str, lacks: str) -> None:
    params = caller.company | ({"view": view} if view else {})

    found = caller.get(VENDORS, params=params).json()[0]

    assert (has in found, lacks in found) == (True, False)


def test_an_unknown_view_is_a_bad_request(caller: Caller) -> None:
    assert caller.get(VENDORS, params=caller.company | {"view": "all"}).status_code == 400


def test_search_looks_at_name_and_origin_code(caller: Caller) -> None:
    caller.sync("vendors", [{"name": "Zebra Paving", "origin_code": "Q-17"}])

    found = [
        [each["name"] for each in caller.get(VENDORS, params=caller.company | words).json()]
        for words in ({"filters[search]": "zebra"}, {"filters[search]": "q-17"})
    ]

    assert found == [["Zebra Paving"], ["Zebra Paving"]]


def test_a_vendor_is_created_and_changed(caller: Caller) -> None:
    made = caller.post(VENDORS, json=caller.company | {"vendor": {"name": "New"}})
    path = f"{VENDORS}/{made.json()['id']}"

    changed = caller.patch(path, json=caller.company | {"vendor": {"city": "Reno"}})

    shown = caller.get(path, params=caller.company).json()
    assert (made.status_code, changed.status_code) == (201, 200)
    assert (shown["name"], shown["city"], shown["is_active"]) == ("New", "Reno", True)


def test_a_vendor_without_a_name_is_refused(caller: Caller) -> None:
    answer = caller.post(VENDORS, json=caller.company | {"vendor": {"city": "Reno"}})

    assert answer.json() == {"errors": {"name": ["can't be blank"]}}


def test_a_business_register_is_kept_under_another_name(caller: Caller) -> None:
    row = {"name": "Co", "business_register_attributes": {"type": "EIN", "identifier": "12"}}

    made = caller.sync("vendors", [row]).json()["entities"][0]

    assert (made["business_register"]["type"], made["business_register"]["identifier"]) == (
        "EIN",
        "12",
    )


def test_a_project_has_the_vendors_that_were_added(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    vendor_id = next(iter(sandbox.world.tables["vendors"].rows))
    base = f"/rest/v1.1/projects/{project_id}/vendors"

    added = caller.post(f"{base}/{vendor_id}/actions/add")
    listed = [each["id"] for each in caller.get(base).json()]
    found = caller.get(
        "/rest/v1.0/projects", params=caller.company | {"filters[vendor_id]": vendor_id}
    ).json()
    removed = caller.delete(f"{base}/{vendor_id}/actions/remove")

    assert (added.status_code, removed.status_code) == (201, 204)
    assert (listed, [each["id"] for each in found]) == ([vendor_id], [project_id])
    assert caller.get(base).json() == []
