import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox


def other_list(sandbox: Sandbox) -> int:
    lists = sandbox.world.tables["lists"].within(sandbox.company.id)
    return next(each.id for each in lists if not each["is_erp_list"])


def test_the_flag_is_written_by_one_name_and_read_by_another(
    caller: Caller, project_id: int
) -> None:
    off = caller.write(project_id, erp_integrated=False).json()
    ignored = caller.write(project_id, is_erp_integrated=True).json()
    on = caller.write(project_id, erp_integrated=True).json()

    flags = [answer["is_erp_integrated"] for answer in (off, ignored, on)]
    assert flags == [False, False, True]
    assert "erp_integrated" not in on


def test_show_says_the_flag_the_list_and_the_origin(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    caller.write(project_id, origin_id="J-1", origin_code="1", origin_data="{}")

    shown = caller.project(project_id)

    names = ("is_erp_integrated", "origin_id", "origin_code", "origin_data")
    assert [shown[name] for name in names] == [True, "J-1", "1", "{}"]
    lists = sandbox.world.tables["lists"]
    assert lists.rows[shown["standard_cost_code_list_id"]]["is_erp_list"]


def test_the_shown_name_has_the_number_before_it(caller: Caller, project_id: int) -> None:
    caller.write(project_id, name="Depot", project_number="26-1")

    assert caller.project(project_id)["display_name"] == "26-1 - Depot"


def test_a_new_project_takes_the_erps_list_when_it_is_integrated(
    caller: Caller, sandbox: Sandbox
) -> None:
    made = [
        caller.post(
            "/rest/v1.0/projects",
            json=caller.company | {"project": {"name": "New", "erp_integrated": flag}},
        ).json()["standard_cost_code_list_id"]
        for flag in (True, False)
    ]

    is_erp = [sandbox.world.tables["lists"].rows[each]["is_erp_list"] for each in made]
    assert is_erp == [True, False]


def test_a_new_project_can_bring_the_lists_codes_along(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(new_projects_permitted=True)
    wanted = {"name": "New", "erp_integrated": True, "enable_copy_of_standard_cost_codes": True}

    made = caller.post("/rest/v1.0/projects", json=caller.company | {"project": wanted}).json()

    codes = caller.get("/rest/v1.0/cost_codes", params={"project_id": made["id"]}).json()
    assert len(codes) == 72
    assert codes[1]["full_code"] == "01-100"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"start_date": "tomorrow"}, "start_date"),
        ({"total_value": "much"}, "total_value"),
        ({"active": "perhaps"}, "active"),
        ({"flag": "Blue"}, "flag"),
        ({"standard_cost_code_list_id": 1}, "standard_cost_code_list_id"),
        ({"square_feet": 2**80}, "square_feet"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_nothing_is_written(
    caller: Caller, project_id: int, wrong: dict[str, object], field: str
) -> None:
    before = caller.project(project_id)

    answer = caller.write(project_id, **{"city": "Elsewhere", **wrong})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert caller.project(project_id) == before


def test_null_empties_a_field(caller: Caller, project_id: int) -> None:
    caller.write(project_id, city=None)

    assert caller.project(project_id)["city"] is None


def test_money_is_sent_as_a_number_and_comes_back_as_text(caller: Caller, project_id: int) -> None:
    assert caller.write(project_id, total_value=1234.5).json()["total_value"] == "1234.50"


def test_a_sync_writes_neither_flag_nor_list_nor_origin_code(
    caller: Caller, project_id: int
) -> None:
    before = caller.project(project_id)
    row = {
        "id": project_id,
        "name": "Synced",
        "erp_integrated": False,
        "standard_cost_code_list_id": 1,
        "origin_code": "x",
    }

    answer = caller.sync("projects", [row]).json()

    after = caller.project(project_id)
    kept = ("is_erp_integrated", "standard_cost_code_list_id", "origin_code")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert answer["entities"][0]["name"] == after["name"] == "Synced"
    assert "is_erp_integrated" not in answer["entities"][0]


def test_a_project_number_may_stand_twice(caller: Caller, sandbox: Sandbox) -> None:
    first, second = list(sandbox.world.tables["projects"].rows)[:2]

    statuses = [caller.write(each, project_number="A").status_code for each in (first, second)]

    assert statuses == [200, 200]


def test_the_flag_cannot_return_once_codes_of_another_list_are_in_use(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    caller.write(project_id, erp_integrated=False)
    body = {"project_id": project_id, "standard_cost_code_list_id": other_list(sandbox)}
    caller.post("/rest/v1.0/cost_codes/copy_from_standard_list", json=body)

    answer = caller.write(project_id, erp_integrated=True)

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["erp_integrated"])


def test_the_list_cannot_change_once_its_codes_are_copied(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    before = caller.write(project_id, standard_cost_code_list_id=other_list(sandbox))
    body = {"project_id": project_id, "standard_cost_code_list_id": other_list(sandbox)}
    caller.post("/rest/v1.0/cost_codes/copy_from_standard_list", json=body)
    erp_list = next(iter(sandbox.world.tables["lists"].rows))

    after = caller.write(project_id, standard_cost_code_list_id=erp_list)
    sandbox.switches.set(erp_flag_locks=False)
    unlocked = caller.write(project_id, standard_cost_code_list_id=erp_list)

    assert [each.status_code for each in (before, after, unlocked)] == [200, 422, 200]


def test_the_thin_list_says_status_and_address(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    sandbox.edit_project(project_id, active=False)

    rows = caller.get(f"/rest/v1.0/companies/{sandbox.company.id}/projects").json()

    found = next(row for row in rows if row["id"] == project_id)
    assert found["status_name"] == "Inactive"
    assert set(found["address"]) == {"street", "city", "state_code", "zip", "country_code"}


def test_a_body_without_a_project_is_a_bad_request(caller: Caller, project_id: int) -> None:
    answer = caller.patch(f"/rest/v1.0/projects/{project_id}", json=caller.company)

    assert (answer.status_code, answer.json()["fields"]) == (400, "project")
