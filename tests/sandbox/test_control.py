"""The sandbox's own calls: what it saw, and what it is to do next."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, running


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(TIDY)


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with running(sandbox) as url, httpx.Client(base_url=f"{url}/sandbox", trust_env=False) as made:
        yield made


def test_it_says_what_a_client_has_to_know(control: httpx.Client, sandbox: Sandbox) -> None:
    said = control.get("").json()

    assert (said["client_id"], said["company_id"]) == (sandbox.app.client_id, sandbox.company.id)
    assert (said["projects"], said["permitted"], said["connected"]) == (6, 6, True)


def test_calls_are_counted_by_endpoint_and_forgotten(
    control: httpx.Client, sandbox: Sandbox, project_id: int
) -> None:
    caller = Caller(sandbox)
    control.delete("/calls")
    for _ in range(3):
        caller.project(project_id)
    caller.get("/rest/v1.0/companies/12/erp_requests/7")

    seen = control.get("/calls").json()

    assert seen["calls"] == {"GET /rest/v1.0/projects/{id}": 3}
    assert seen["unpublished"] == {"GET /rest/v1.0/companies/{id}/erp_requests/{id}": 1}
    assert seen["statuses"] == {"200": 3, "404": 1}


def test_the_sandboxs_own_calls_count_for_nothing(control: httpx.Client, sandbox: Sandbox) -> None:
    control.get("/calls")

    assert sum(sandbox.calls.values()) == 0


def test_faults_are_set_and_cleared(control: httpx.Client, sandbox: Sandbox) -> None:
    caller = Caller(sandbox)
    control.post("/faults", json={"kind": "unavailable", "path": "/me$", "times": 0})
    during = caller.get("/rest/v1.0/me").status_code
    control.delete("/faults")

    assert (during, caller.get("/rest/v1.0/me").status_code) == (503, 200)


def test_a_form_sent_by_curl_is_taken_as_json(control: httpx.Client) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    answer = control.post("/faults", content=b'{"kind": "failed", "times": 3}', headers=headers)

    assert answer.json()["faults"][0]["times"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/faults", {"kind": "rain"}),
        ("POST", "/faults", {"kind": "lost", "colour": "red"}),
        ("PATCH", "/switches", {"token_lifetime": 1}),
        ("PATCH", "/switches", {"token_seconds": "long"}),
        ("PATCH", "/switches", {"company_header": 1}),
        ("PATCH", "/switches", {"page_v1": [1, 2, 3]}),
        ("POST", "/clock", {"seconds": -1}),
        ("PATCH", "/projects", {"id": 1}),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_the_reason(
    control: httpx.Client, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = control.request(method, path, json=body)

    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_what_is_not_there_says_what_is(control: httpx.Client) -> None:
    answer = control.get("/nothing")

    assert answer.status_code == 404
    assert "POST /sandbox/faults" in answer.json()["message"]


def test_switches_change_while_it_runs(control: httpx.Client, sandbox: Sandbox) -> None:
    caller = Caller(sandbox)

    said = control.patch("/switches", json={"spike_limit": 7, "page_v1": [2, 5]}).json()

    assert (said["spike_limit"], sandbox.switches.page_v1) == (7, (2, 5))
    answer = caller.get("/rest/v1.0/projects", params=caller.company)
    assert (len(answer.json()), answer.headers["x-rate-limit-limit"]) == (2, "7")


def test_the_clock_goes_forward(control: httpx.Client, sandbox: Sandbox) -> None:
    caller = Caller(sandbox)
    control.post("/clock", json={"seconds": 5401})

    assert caller.get("/rest/v1.0/me").status_code == 401


def test_projects_are_added_by_hand_and_edited(control: httpx.Client, sandbox: Sandbox) -> None:
    caller = Caller(sandbox)

    rows = [{"name": "By Hand", "project_number": "H-1", "city": "Reno"}]
    added = control.post("/projects", json={"projects": rows}).json()["ids"][0]
    first = caller.project(added)
    control.patch("/projects", json={"id": added, "active": False, "name": "Renamed"})
    second = caller.project(added)

    assert (first["name"], first["active"], first["is_erp_integrated"]) == ("By Hand", True, True)
    assert (second["name"], second["active"]) == ("Renamed", False)


def test_the_installation_is_changed(control: httpx.Client, project_id: int) -> None:
    said = control.patch(
        "/installation", json={"permitted": [project_id], "denied": ["webhooks"]}
    ).json()
    gone = control.patch("/installation", json={"connected": False}).json()

    assert (said["permitted"], said["denied"], gone["connected"]) == (1, ["webhooks"], False)


def test_tokens_end_on_command(control: httpx.Client, sandbox: Sandbox) -> None:
    caller = Caller(sandbox)
    refresh = caller.log_in_as_person()["refresh_token"]

    ended = control.post("/tokens", json={"expire": True}).json()
    refused = caller.get("/rest/v1.0/me").status_code
    lost = control.post("/tokens", json={"lose_refresh": True}).json()

    answer = caller.token(grant_type="refresh_token", refresh_token=refresh)
    assert (ended, refused) == ({"expired": 2, "lost": 0}, 401)
    assert (lost, answer.status_code) == ({"expired": 0, "lost": 1}, 401)


def test_a_storm_without_hooks_sends_nothing(control: httpx.Client) -> None:
    assert control.post("/storm", json={"times": 3}).json() == {"sent": 0}
