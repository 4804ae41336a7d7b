"""A sandbox with a file goes on where it was stopped, or killed."""

from pathlib import Path

import pytest

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, Seeding


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.sqlite3"


def opened(file: Path) -> Sandbox:
    return Sandbox(TIDY, file=file, hourly_limit=0, spike_limit=0)


def again(caller: Caller, file: Path) -> Caller:
    """The same caller, with the same token, at a sandbox started anew from the file."""
    later = Caller(opened(file))
    later.headers["Authorization"] = caller.headers["Authorization"]
    return later


def test_writes_deletes_and_tokens_outlive_it(file: Path, project_id: int) -> None:
    caller = Caller(opened(file))
    caller.write(project_id, origin_id="JOB", city="Reno")
    rows = [{"code": "1", "name": "One", "origin_id": "JOB|1"}]
    caller.sync("cost_codes", rows, project_id=project_id)
    made = caller.sync("sub_jobs", [{"code": "A", "name": "A"}], project_id=project_id).json()
    gone = made["entities"][0]["id"]
    caller.delete(f"/rest/v1.0/sub_jobs/{gone}", params={"project_id": project_id})

    later = again(caller, file)

    assert later.project(project_id) == caller.project(project_id)
    codes = later.get("/rest/v1.0/cost_codes", params={"project_id": project_id}).json()
    assert [code["origin_id"] for code in codes] == ["JOB|1"]
    assert later.get("/rest/v1.0/sub_jobs", params={"project_id": project_id}).json() == []


def test_ids_are_never_given_twice(file: Path, project_id: int) -> None:
    first = Caller(opened(file)).sync("vendors", [{"name": "One"}]).json()["entities"][0]
    second = Caller(opened(file)).sync("vendors", [{"name": "Two"}]).json()["entities"][0]

    assert second["id"] > first["id"]


def test_an_origin_id_is_still_taken_and_still_owned(file: Path, project_id: int) -> None:
    before = opened(file)
    Caller(before, before.other_app).write(project_id, origin_id="THEIRS")

    caller = Caller(opened(file))
    other = list(caller.sandbox.world.tables["projects"].rows)[1]

    statuses = [caller.write(each, origin_id="THEIRS") for each in (project_id, other)]
    assert [answer.status_code for answer in statuses] == [200, 422]
    assert caller.write(project_id, origin_id="OURS").status_code == 422


def test_a_refresh_token_is_still_good_once(file: Path) -> None:
    caller = Caller(opened(file))
    refresh = caller.log_in_as_person()["refresh_token"]

    later = again(caller, file)
    first = later.token(grant_type="refresh_token", refresh_token=refresh)
    second = again(later, file).token(grant_type="refresh_token", refresh_token=refresh)

    assert (first.status_code, second.status_code) == (200, 401)


def test_installation_and_hooks_outlive_it(file: Path, project_id: int) -> None:
    caller = Caller(opened(file))
    wanted = {"api_version": "v2", "namespace": "n", "destination_url": "http://127.0.0.1:9/"}
    made = caller.post("/rest/v1.0/webhooks/hooks", json=caller.company | {"hook": wanted}).json()
    trigger = {"resource_name": "Projects", "event_type": "update"}
    path = f"/rest/v1.0/webhooks/hooks/{made['id']}/triggers"
    caller.post(path, params=caller.company, json={"trigger": trigger})
    caller.sandbox.installation.denied.add("directory")
    caller.sandbox.keep()

    later = again(caller, file)

    assert len(later.get(path, params=later.company).json()) == 1
    assert later.sandbox.installation.denied == {"directory"}


def test_the_file_of_another_seed_is_refused(file: Path) -> None:
    opened(file)

    with pytest.raises(ValueError, match="another seed"):
        Sandbox(Seeding(projects=7), file=file)
