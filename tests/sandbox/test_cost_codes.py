"""Cost codes of projects and sub jobs, standard codes, and the small tables beside them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox

CODES = "/rest/v1.0/cost_codes"
LISTS = "/rest/v1.0/standard_cost_code_lists"


@pytest.fixture
def plain(caller: Caller, project_id: int) -> int:
    """A project without the ERP flag."""
    caller.write(project_id, erp_integrated=False)
    return project_id


@pytest.fixture
def lists(caller: Caller) -> list[dict[str, Any]]:
    """The company's two lists, the ERP's first."""
    return list(caller.get(LISTS, params=caller.company).json())


def codes(caller: Caller, project_id: int, **more: str) -> list[dict[str, Any]]:
    return list(caller.get(CODES, params={"project_id": project_id, **more}).json())


def test_on_an_erp_integrated_project_only_sync_writes_cost_codes(
    caller: Caller, project_id: int
) -> None:
    made = caller.sync("cost_codes", [{"code": "1", "name": "One"}], project_id=project_id).json()
    code = made["entities"][0]
    body = {"project_id": project_id, "cost_code": {"code": "2", "name": "Two"}}

    created = caller.post(CODES, json=body)
    changed = caller.patch(f"{CODES}/{code['id']}", json=body)

    assert (created.status_code, changed.status_code) == (422, 422)
    assert "ERP integrated" in created.json()["errors"]["base"][0]
    assert [each["name"] for each in codes(caller, project_id)] == ["One"]


def test_on_another_project_each_way_writes_them(caller: Caller, plain: int) -> None:
    body = {"project_id": plain, "cost_code": {"code": "2", "name": "Two"}}

    made = caller.post(CODES, json=body)
    body["cost_code"] = {"name": "Second"}
    changed = caller.patch(f"{CODES}/{made.json()['id']}", json=body)

    assert (made.status_code, changed.status_code) == (201, 200)
    assert [(each["code"], each["name"]) for each in codes(caller, plain)] == [("2", "Second")]


def test_the_full_code_joins_the_segments_from_the_top(caller: Caller, project_id: int) -> None:
    rows = [
        {"code": "02", "name": "Site", "origin_id": "J|02"},
        {"code": "300", "name": "Earth", "origin_id": "J|02-300", "parent_origin_id": "J|02"},
    ]

    made = caller.sync("cost_codes", rows, project_id=project_id).json()["entities"]

    assert [each["full_code"] for each in made] == ["02", "02-300"]
    assert made[1]["parent"] == {"id": made[0]["id"]}
    assert (made[1]["code"], made[1]["sortable_code"]) == ("300", "02-300")
    assert (made[1]["biller_type"], made[1]["biller_id"]) == ("Project", project_id)


def test_a_code_stands_once_below_one_parent(caller: Caller, project_id: int) -> None:
    row = {"code": "1", "name": "One"}

    answer = caller.sync("cost_codes", [row, row], project_id=project_id).json()

    assert (len(answer["entities"]), answer["errors"][0]["errors"]) == (
        1,
        {"code": ["has already been taken"]},
    )


def test_codes_cannot_stand_below_themselves(caller: Caller, project_id: int) -> None:
    rows = [
        {"code": "1", "name": "A", "origin_id": "A"},
        {"code": "2", "name": "B", "origin_id": "B", "parent_origin_id": "A"},
    ]
    first, second = caller.sync("cost_codes", rows, project_id=project_id).json()["entities"]

    wrong = [{"id": first["id"], "parent_id": parent["id"]} for parent in (first, second)]
    answer = caller.sync("cost_codes", wrong, project_id=project_id).json()

    assert [list(each["errors"]) for each in answer["errors"]] == [["parent_id"], ["parent_id"]]


def test_an_unknown_parent_is_an_error(caller: Caller, project_id: int) -> None:
    row = {"code": "1", "name": "A", "parent_origin_id": "none"}

    answer = caller.sync("cost_codes", [row], project_id=project_id).json()

    assert answer["errors"][0]["errors"] == {"parent_origin_id": ["must exist"]}


def test_a_code_of_another_project_cannot_be_touched(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    other = list(sandbox.world.tables["projects"].rows)[1]
    made = caller.sync("cost_codes", [{"code": "1", "name": "A"}], project_id=other).json()
    code_id = made["entities"][0]["id"]

    row = {"id": code_id, "name": "B"}
    synced = caller.sync("cost_codes", [row], project_id=project_id).json()
    shown = caller.get(f"{CODES}/{code_id}", params={"project_id": project_id})

    assert list(synced["errors"][0]["errors"]) == ["id"]
    assert shown.status_code == 404


def test_a_sub_job_has_codes_of_its_own(caller: Caller, project_id: int) -> None:
    sub_job = caller.sync(
        "sub_jobs", [{"code": "A", "name": "North"}], project_id=project_id
    ).json()["entities"][0]
    where = {"project_id": project_id, "sub_job_id": sub_job["id"]}
    updates = {"updates": [{"code": "1", "name": "One"}]}

    made = caller.patch(f"{CODES}/sync", params=where, json=updates).json()["entities"][0]

    assert (made["biller_type"], made["biller_id"]) == ("SubJob", sub_job["id"])
    assert codes(caller, project_id) == []
    assert len(codes(caller, project_id, sub_job_id=str(sub_job["id"]))) == 1


def test_the_compact_view_has_what_an_erp_needs(caller: Caller, project_id: int) -> None:
    row = {"code": "1", "name": "One", "origin_id": "J|1"}
    caller.sync("cost_codes", [row], project_id=project_id)

    found = codes(caller, project_id, view="erp_compact")

    assert [set(each) for each in found] == [
        {"id", "name", "full_code", "origin_data", "origin_id", "standard_cost_code_id"}
    ]


def test_copying_a_list_brings_its_codes_once(
    caller: Caller, project_id: int, lists: list[dict[str, Any]]
) -> None:
    body = {"project_id": project_id, "standard_cost_code_list_id": lists[0]["id"]}

    counts = [
        len(caller.post(f"{CODES}/copy_from_standard_list", json=body).json()) for _ in range(2)
    ]

    assert counts == [72, 0]
    assert codes(caller, project_id)[1]["standard_cost_code_list_id"] == lists[0]["id"]


def test_copying_some_needs_their_parents_too(
    caller: Caller, project_id: int, lists: list[dict[str, Any]]
) -> None:
    where = caller.company | {"standard_cost_code_list_id": lists[0]["id"], "view": "extended"}
    parent, child = caller.get("/rest/v1.0/standard_cost_codes", params=where).json()[:2]
    body = {"project_id": project_id, "standard_cost_code_list_id": lists[0]["id"]}
    path = f"{CODES}/copy_subset_from_standard_list"

    alone = caller.post(path, json=body | {"standard_cost_code_ids": [child["id"]]})
    both = caller.post(path, json=body | {"standard_cost_code_ids": [parent["id"], child["id"]]})

    assert (alone.status_code, len(alone.json()["failures"])) == (207, 1)
    assert (both.status_code, len(both.json()["successes"])) == (201, 2)


def test_an_erp_list_stays_one_and_is_the_only_one(
    caller: Caller, lists: list[dict[str, Any]]
) -> None:
    def write(which: int, wanted: bool) -> int:
        body = caller.company | {"standard_cost_code_list": {"is_erp_list": wanted}}
        return caller.patch(f"{LISTS}/{lists[which]['id']}", json=body).status_code

    assert [each["is_erp_list"] for each in lists] == [True, False]
    assert [write(0, False), write(1, True), write(0, True)] == [422, 422, 200]


def test_a_company_without_an_erp_can_make_a_list_the_erps() -> None:
    sandbox = Sandbox(replace(TIDY, has_erp=False), hourly_limit=0, spike_limit=0)
    caller = Caller(sandbox)
    made = caller.post(
        LISTS, json=caller.company | {"standard_cost_code_list": {"name": "ERP"}}
    ).json()

    body = caller.company | {"standard_cost_code_list": {"is_erp_list": True}}
    changed = caller.patch(f"{LISTS}/{made['id']}", json=body).json()

    assert (made["is_erp_list"], changed["is_erp_list"]) == (False, True)


def test_lists_can_be_asked_for_by_the_erps_flag(
    caller: Caller, lists: list[dict[str, Any]]
) -> None:
    answer = caller.get(LISTS, params=caller.company | {"filter_erp_integrated": "true"}).json()

    assert [each["id"] for each in answer] == [lists[0]["id"]]


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("", {"id", "standard_cost_code_list_id"}),
        ("compact", {"id", "standard_cost_code_list_id", "origin_id"}),
        (
            "extended",
            {"id", "standard_cost_code_list_id", "origin_id"}
            | {"parent_id", "code", "full_code", "name", "origin_data"},
        ),
    ],
)
def test_standard_codes_have_three_views(
    caller: Caller, lists: list[dict[str, Any]], view: str, names: set[str]
) -> None:
    where = caller.company | {"standard_cost_code_list_id": lists[0]["id"], "view": view}

    found = caller.get("/rest/v1.0/standard_cost_codes", params=where).json()

    assert set(found[0]) == names


def test_only_the_erps_standard_codes_can_be_deleted(
    caller: Caller, lists: list[dict[str, Any]]
) -> None:
    def leaf(which: int) -> int:
        where = caller.company | {
            "standard_cost_code_list_id": lists[which]["id"],
            "view": "extended",
        }
        found = caller.get("/rest/v1.0/standard_cost_codes", params=where).json()
        return int(found[1]["id"])

    statuses = [
        caller.delete(f"/rest/v1.0/standard_cost_codes/{leaf(at)}", params=caller.company)
        for at in (0, 1)
    ]

    assert [answer.status_code for answer in statuses] == [200, 422]


def test_a_cost_type_is_written_by_one_name_and_read_by_another(caller: Caller) -> None:
    body = {"line_item_type": {"name": "Rental", "csv_import_code": "R", "base_type": "equipment"}}

    made = caller.post("/rest/v1.0/line_item_types", json=caller.company | body).json()

    assert (made["code"], made["base_type"], "csv_import_code" in made) == ("R", "equipment", False)


def test_the_company_names_its_erp_in_one_place(caller: Caller, sandbox: Sandbox) -> None:
    answer = caller.get(f"/rest/v2.0/companies/{sandbox.company.id}/uoms/configuration").json()

    assert answer["data"]["erp_integration_name"] == "Ledger One"


def test_segment_lists_carry_the_erps_flag_too(
    caller: Caller, sandbox: Sandbox, lists: list[dict[str, Any]]
) -> None:
    base = f"/rest/v1.0/companies/{sandbox.company.id}/work_breakdown_structure/segments"
    segments = caller.get(base).json()
    segment = next(each for each in segments if each["type"] == "cost_code")

    found = caller.get(f"{base}/{segment['id']}/lists").json()

    assert [(each["id"], each["erp_integrated"]) for each in found] == [
        (each["id"], each["is_erp_list"]) for each in lists
    ]


def test_a_project_shows_a_segment_for_sub_jobs_when_it_has_some(
    caller: Caller, project_id: int
) -> None:
    path = f"/rest/v1.0/projects/{project_id}/work_breakdown_structure/patterns"
    before = [each["type"] for each in caller.get(path).json()["segments"]]

    caller.sync("sub_jobs", [{"code": "A", "name": "North"}], project_id=project_id)

    after = [each["type"] for each in caller.get(path).json()["segments"]]
    assert (before, after[0]) == (["cost_code", "line_item_type"], "sub_job")


def test_tax_codes_come_at_most_a_hundred_at_once(caller: Caller) -> None:
    caller.sync("tax_codes", [{"code": f"T{at}"} for at in range(150)])

    answer = caller.get("/rest/v1.0/tax_codes", params=caller.company | {"per_page": 2000})

    assert (len(answer.json()), answer.headers["total"]) == (100, "150")
