import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, Seeding


@pytest.fixture
def two(sandbox: Sandbox) -> tuple[int, int]:
    first, second = list(sandbox.world.tables["projects"].rows)[:2]
    return first, second


def test_one_origin_id_stands_on_one_project_of_a_company(
    caller: Caller, two: tuple[int, int]
) -> None:
    caller.write(two[0], origin_id="JOB")

    answer = caller.write(two[1], origin_id="JOB")

    assert answer.status_code == 422
    assert answer.json() == {"errors": {"origin_id": ["has already been taken"]}}
    assert caller.project(two[1])["origin_id"] is None


def test_the_same_origin_id_may_stand_on_a_vendor_too(caller: Caller, two: tuple[int, int]) -> None:
    caller.write(two[0], origin_id="JOB")

    answer = caller.sync("vendors", [{"name": "Vendor", "origin_id": "JOB"}]).json()

    assert (len(answer["entities"]), answer["errors"]) == (1, [])


def test_cost_codes_of_two_projects_cannot_share_one(caller: Caller, two: tuple[int, int]) -> None:
    row = {"code": "1", "name": "One", "origin_id": "1"}
    caller.sync("cost_codes", [row], project_id=two[0])

    plain = caller.sync("cost_codes", [row], project_id=two[1]).json()
    composite = caller.sync("cost_codes", [{**row, "origin_id": "J2|1"}], project_id=two[1]).json()

    assert plain["errors"][0]["errors"] == {"origin_id": ["has already been taken"]}
    assert composite["errors"] == []


def test_null_and_empty_set_it_free_again(caller: Caller, two: tuple[int, int]) -> None:
    for nothing in (None, ""):
        caller.write(two[0], origin_id="JOB")
        freed = caller.write(two[0], origin_id=nothing)
        taken = caller.write(two[1], origin_id="JOB")
        caller.write(two[1], origin_id=None)

        assert (freed.json()["origin_id"], taken.status_code) == (None, 200)


def test_null_can_be_refused(caller: Caller, sandbox: Sandbox, two: tuple[int, int]) -> None:
    sandbox.switches.set(null_origin_accepted=False)
    caller.write(two[0], origin_id="JOB")

    answer = caller.write(two[0], origin_id=None)

    assert (answer.status_code, caller.project(two[0])["origin_id"]) == (422, "JOB")


@pytest.mark.parametrize("wanted", ["MINE", None])
def test_what_another_integration_owns_it_alone_changes(
    caller: Caller, sandbox: Sandbox, two: tuple[int, int], wanted: str | None
) -> None:
    other = Caller(sandbox, sandbox.other_app)
    other.write(two[0], origin_id="THEIRS")

    ours = caller.write(two[0], origin_id=wanted)
    theirs = other.write(two[0], origin_id=wanted)

    assert (ours.status_code, theirs.status_code) == (422, 200)
    assert ours.json() == {"errors": {"origin_id": ["belongs to another integration"]}}


def test_its_other_fields_are_anybodys(
    caller: Caller, sandbox: Sandbox, two: tuple[int, int]
) -> None:
    Caller(sandbox, sandbox.other_app).write(two[0], origin_id="THEIRS")

    answer = caller.write(two[0], origin_id="THEIRS", city="Reno")

    assert (answer.status_code, answer.json()["city"]) == (200, "Reno")


def test_freed_by_its_owner_it_is_anybodys(
    caller: Caller, sandbox: Sandbox, two: tuple[int, int]
) -> None:
    other = Caller(sandbox, sandbox.other_app)
    other.write(two[0], origin_id="THEIRS")
    other.write(two[0], origin_id=None)

    assert caller.write(two[0], origin_id="OURS").status_code == 200


def test_ownership_can_be_left_unguarded(
    caller: Caller, sandbox: Sandbox, two: tuple[int, int]
) -> None:
    sandbox.switches.set(foreign_origin_refused=False)
    Caller(sandbox, sandbox.other_app).write(two[0], origin_id="THEIRS")

    assert caller.write(two[0], origin_id="OURS").status_code == 200


def test_some_projects_of_a_seeded_company_belong_to_another_integration() -> None:
    sandbox = Sandbox(Seeding(projects=100, foreign=0.1), hourly_limit=0, spike_limit=0)
    caller = Caller(sandbox)

    synced = caller.get(
        "/rest/v1.1/projects",
        params=caller.company | {"filters[synced]": "true", "filters[by_status]": "All"},
    ).json()

    assert len(synced) == 10
    assert caller.write(synced[0]["id"], origin_id="OURS").status_code == 422
