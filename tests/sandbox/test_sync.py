"""The table of sync actions, on the kinds of records that have them."""

from typing import Any

import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox

KINDS = ("projects", "vendors", "cost_codes", "standard_cost_codes", "line_item_types", "sub_jobs")


@pytest.fixture
def where(sandbox: Sandbox, project_id: int) -> dict[str, dict[str, Any]]:
    lists = next(iter(sandbox.world.tables["lists"].rows))
    return {
        "cost_codes": {"project_id": project_id},
        "sub_jobs": {"project_id": project_id},
        "standard_cost_codes": {"standard_cost_code_list_id": lists},
    }


def row(at: int, **more: Any) -> dict[str, Any]:
    return {"name": f"Row {at}", "code": f"R{at}", "csv_import_code": f"R{at}", **more}


@pytest.mark.parametrize("kind", KINDS)
def test_neither_id_nor_origin_id_creates(
    caller: Caller, sandbox: Sandbox, where: dict[str, Any], kind: str
) -> None:
    answers = [caller.sync(kind, [row(at)], **where.get(kind, {})).json() for at in (1, 2)]

    ids = [answer["entities"][0]["id"] for answer in answers]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_origin_id_creates_and_a_known_one_changes(
    caller: Caller, where: dict[str, Any], sandbox: Sandbox, kind: str
) -> None:
    sandbox.switches.set(new_projects_permitted=True)
    place = where.get(kind, {})
    made = caller.sync(kind, [row(1, origin_id="A")], **place).json()["entities"][0]

    again = caller.sync(kind, [row(1, origin_id="A", name="Other")], **place).json()

    assert again["errors"] == []
    assert (again["entities"][0]["id"], again["entities"][0]["name"]) == (made["id"], "Other")


@pytest.mark.parametrize("kind", KINDS)
def test_id_changes_and_with_it_comes_a_new_origin_id(
    caller: Caller, where: dict[str, Any], sandbox: Sandbox, kind: str
) -> None:
    sandbox.switches.set(new_projects_permitted=True)
    place = where.get(kind, {})
    made = caller.sync(kind, [row(1, origin_id="A")], **place).json()["entities"][0]

    caller.sync(kind, [{"id": made["id"], "origin_id": "B"}], **place)
    old = caller.sync(kind, [row(2, origin_id="A")], **place).json()["entities"][0]
    new = caller.sync(kind, [{"origin_id": "B", "name": "Found"}], **place).json()["entities"][0]

    assert (new["id"], old["id"] != made["id"]) == (made["id"], True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_id_is_an_error_of_its_row_alone(
    caller: Caller, where: dict[str, Any], kind: str
) -> None:
    answer = caller.sync(kind, [row(1), {"id": 3, "name": "None"}, row(2)], **where.get(kind, {}))

    assert answer.status_code == 200
    assert len(answer.json()["entities"]) == 2
    assert answer.json()["errors"] == [
        {"id": 3, "name": "None", "errors": {"id": ["Entity with this ID not found"]}}
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_rows_are_taken_and_one_more_is_not(
    caller: Caller, where: dict[str, Any], kind: str
) -> None:
    rows = [{"id": 3}] * 1000

    most = caller.sync(kind, rows, **where.get(kind, {}))
    more = caller.sync(kind, [*rows, {"id": 3}], **where.get(kind, {}))

    assert (most.status_code, more.status_code) == (200, 413)


@pytest.mark.parametrize("row", ["text", 7, None, []])
def test_a_row_that_is_no_object_is_an_error_of_its_own(caller: Caller, row: object) -> None:
    answer = caller.sync("vendors", [row, {"name": "Good"}]).json()

    assert [entity["name"] for entity in answer["entities"]] == ["Good"]
    assert answer["errors"] == [{"errors": {"base": ["is not an object"]}}]


def test_a_row_that_does_not_fit_changes_nothing_of_itself(caller: Caller, project_id: int) -> None:
    before = caller.project(project_id)

    answer = caller.sync("projects", [{"id": project_id, "city": "X", "name": ""}]).json()

    assert answer["errors"][0]["errors"] == {"name": ["can't be blank"]}
    assert caller.project(project_id) == before


def test_updates_have_to_be_a_list(caller: Caller) -> None:
    body = caller.company | {"updates": {"name": "x"}}

    assert caller.patch("/rest/v1.0/vendors/sync", json=body).status_code == 400


def test_a_project_that_is_not_permitted_cannot_be_synced(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    assert sandbox.installation.permitted is not None
    sandbox.installation.permitted.discard(project_id)

    answer = caller.sync("projects", [{"id": project_id, "name": "Taken over"}]).json()

    assert answer["errors"][0]["errors"] == {"id": ["Entity with this ID not found"]}
