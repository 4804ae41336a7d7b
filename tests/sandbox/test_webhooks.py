"""Webhooks: both versions of the calls, and messages delivered to a listener on this machine."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox
from tieback.sandbox.deliverer import Deliverer

V1 = "/rest/v1.0/webhooks"
NOWHERE = "http://127.0.0.1:9/"


class Listener:
    """Takes messages; answers with `status`, after `wait` seconds."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, Any], str]] = []
        self.status = 200
        self.wait = 0.0
        self.url = ""

    def resources(self) -> list[tuple[str, str]]:
        return [(body["resource_name"], body["event_type"]) for body, _ in self.heard]


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            found.heard.append((json.loads(raw), self.headers.get("authorization", "")))
            time.sleep(found.wait)
            self.send_response(found.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    yield found
    server.shutdown()
    server.server_close()


@contextmanager
def delivering(sandbox: Sandbox) -> Iterator[None]:
    deliverer = Deliverer(sandbox.world)
    deliverer.start()
    try:
        yield
    finally:
        deliverer.stop()


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def hook(caller: Caller, url: str, **more: Any) -> dict[str, Any]:
    wanted = {
        "api_version": "v2",
        "namespace": "tie-back",
        "destination_url": url,
        "destination_headers": {"Authorization": "Bearer open-sesame"},
        **more,
    }
    answer = caller.post(f"{V1}/hooks", json=caller.company | {"hook": wanted})
    return dict(answer.json())


def trigger(caller: Caller, hook_id: int, resource: str, event: str) -> int:
    wanted = {"resource_name": resource, "event_type": event}
    body = caller.company | {"api_version": "v2", "trigger": wanted}
    path = f"{V1}/hooks/{hook_id}/triggers"
    return caller.post(path, params=caller.company, json=body).status_code


@pytest.fixture
def hooked(caller: Caller, listener: Listener) -> int:
    """A hook that hears of changed projects."""
    made = hook(caller, listener.url)
    assert trigger(caller, made["id"], "Projects", "update") == 201
    return int(made["id"])


def test_a_hook_shows_the_last_five_letters_of_its_secret(caller: Caller, sandbox: Sandbox) -> None:
    made = hook(caller, NOWHERE)

    assert made["destination_headers"]["Authorization"] == "*************esame"
    assert (made["owned_by_company_id"], made["owned_by_project_id"]) == (sandbox.company.id, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"namespace": "Has Spaces"},
        {"namespace": None},
        {"destination_url": "ftp://x"},
        {"destination_url": "http://["},
        {"api_version": "v9"},
    ],
)
def test_a_hook_that_cannot_be_is_refused(caller: Caller, wrong: dict[str, Any]) -> None:
    made = hook(caller, NOWHERE, **wrong) if "destination_url" not in wrong else None
    if made is None:
        body = {"api_version": "v2", "namespace": "n", **wrong}
        made = caller.post(f"{V1}/hooks", json=caller.company | {"hook": body}).json()

    assert list(made["errors"]) == list(wrong)


def test_a_hook_is_changed_and_deleted(caller: Caller) -> None:
    made = hook(caller, NOWHERE)
    path = f"{V1}/hooks/{made['id']}"
    body = caller.company | {"hook": {"destination_url": "http://127.0.0.1:10/"}}

    changed = caller.patch(path, params=caller.company, json=body).json()
    caller.delete(path, params=caller.company)

    assert changed["destination_url"] == "http://127.0.0.1:10/"
    assert caller.get(f"{V1}/hooks", params=caller.company).json() == []


def test_hooks_of_another_app_are_not_seen(caller: Caller, sandbox: Sandbox) -> None:
    made = hook(Caller(sandbox, sandbox.other_app), NOWHERE)

    missing = caller.delete(f"{V1}/hooks/{made['id']}", params=caller.company)

    assert caller.get(f"{V1}/hooks", params=caller.company).json() == []
    assert (missing.status_code, list(missing.json())) == (404, ["message"])


@pytest.mark.parametrize(
    ("resource", "event", "status"),
    [
        ("Projects", "create", 201),
        ("Projects", "delete", 422),
        ("Cost Codes", "update", 422),
        ("ERP Requests", "create", 422),
        ("Line Item Types", "UPDATE", 201),
    ],
)
def test_triggers_are_for_resources_of_their_level(
    caller: Caller, resource: str, event: str, status: int
) -> None:
    made = hook(caller, NOWHERE)

    assert trigger(caller, made["id"], resource, event) == status


def test_a_trigger_stands_once(caller: Caller) -> None:
    made = hook(caller, NOWHERE)

    statuses = [trigger(caller, made["id"], "Projects", "create") for _ in range(2)]

    assert statuses == [201, 422]


def test_triggers_in_bulk_answer_row_by_row(caller: Caller) -> None:
    made = hook(caller, NOWHERE)
    path = f"{V1}/hooks/{made['id']}/triggers/bulk"
    good = {"resource_name": "Projects", "event_type": "create"}

    mixed = caller.post(path, params=caller.company, json=[good, {"resource_name": "None"}])
    many = caller.post(path, params=caller.company, json=[good] * 501)
    ids = [each["id"] for each in mixed.json()["success"]]
    gone = caller.request("DELETE", path, params=caller.company, json={"ids": ids})

    assert (mixed.status_code, many.status_code, gone.status_code) == (207, 413, 200)
    assert gone.json() == {"success": ids}


def test_a_change_is_told_with_ids_only_and_the_shared_secret(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        until(lambda: listener.heard)

    body, secret = listener.heard[0]
    assert secret == "Bearer open-sesame"
    assert (body["resource_name"], body["event_type"]) == ("Projects", "update")
    assert (body["resource_id"], body["company_id"]) == (project_id, sandbox.company.id)
    assert body["metadata"]["source_application_id"] == sandbox.app.id
    assert len(body["ulid"]) == 26
    assert "Reno" not in json.dumps(body)


def test_what_a_person_does_names_no_app(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    with delivering(sandbox):
        sandbox.edit_project(project_id, name="By Hand")
        until(lambda: listener.heard)

    assert listener.heard[0][0]["metadata"]["source_application_id"] is None


def test_nothing_is_told_that_no_trigger_wants(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    with delivering(sandbox):
        caller.sync("vendors", [{"name": "Silent"}])
        caller.write(project_id, city="Reno")
        until(lambda: listener.heard)

    assert listener.resources() == [("Projects", "update")]


def test_a_projects_hook_hears_of_its_own_cost_codes(
    caller: Caller, sandbox: Sandbox, listener: Listener, project_id: int
) -> None:
    caller.company = {"project_id": project_id}
    made = hook(caller, listener.url)
    assert trigger(caller, made["id"], "Cost Codes", "create") == 201
    other = list(sandbox.world.tables["projects"].rows)[1]

    with delivering(sandbox):
        for each in (other, project_id):
            row = {"code": "1", "name": "One"}
            caller.patch(
                "/rest/v1.0/cost_codes/sync", params={"project_id": each}, json={"updates": [row]}
            )
        until(lambda: listener.heard)

    assert [body["project_id"] for body, _ in listener.heard] == [project_id]


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("v2.0", {"ulid", "api_version", "resource_name"}),
        ("v3.0", {"ulid", "api_version", "related_resources"}),
        ("v4.0", {"reason", "resource_type"}),
    ],
)
def test_version_two_hooks_choose_the_payload(
    caller: Caller, sandbox: Sandbox, listener: Listener, project_id: int, version: str, names: set
) -> None:
    base = f"/rest/v2.0/companies/{sandbox.company.id}/webhooks/hooks"
    body = {"payload_version": version, "namespace": "n", "destination_url": listener.url}
    made = caller.post(base, json=body).json()["data"]
    wanted = {"resource_name": "Projects", "event_type": "update"}
    caller.post(f"{base}/{made['id']}/triggers", json=wanted)

    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        until(lambda: listener.heard)

    assert names <= set(listener.heard[0][0])
    assert isinstance(listener.heard[0][0]["resource_id"], str) == (version == "v4.0")


def test_a_failed_message_is_tried_again_at_growing_intervals(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    listener.status = 500
    waits = []
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        for tries in range(1, 5):
            until(lambda tries=tries: len(attempts(sandbox, hooked)) == tries)
            waits.append(sandbox.world.hooks.hooks[hooked].wait)
            sandbox.clock.advance(waits[-1])
        listener.status = 204
        sandbox.clock.advance(3600)
        until(lambda: not sandbox.world.hooks.hooks[hooked].queue)

    assert waits == [1, 2, 4, 8]
    assert sandbox.world.hooks.hooks[hooked].wait == 0


def attempts(sandbox: Sandbox, hook_id: int) -> list[Any]:
    queue = sandbox.world.hooks.hooks[hook_id].queue
    return list(queue[0].attempts) if queue else []


def test_after_twelve_hours_the_queue_is_dropped(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    listener.status = 500
    found = sandbox.world.hooks.hooks[hooked]
    with delivering(sandbox):
        for city in ("Reno", "Boise"):
            caller.write(project_id, city=city)
        until(lambda: attempts(sandbox, hooked))
        sandbox.clock.advance(12 * 3600 + 1)
        until(lambda: not found.queue)

    assert [message.outcome for message in found.past] == ["discarded", "discarded"]
    caller.log_in()
    listed = caller.get(
        f"{V1}/hooks/{hooked}/deliveries", params=caller.company | {"filters[status]": "discarded"}
    ).json()
    assert [each["outcome"] for each in listed] == ["discarded", "discarded"]


def test_an_answer_that_takes_too_long_is_none(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    sandbox.switches.set(hook_timeout=0.05)
    listener.wait = 0.3
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        until(lambda: attempts(sandbox, hooked))

    assert attempts(sandbox, hooked)[0].status == 0


def test_messages_can_come_twice(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    sandbox.switches.set(hook_duplicates=1.0)
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        until(lambda: len(listener.heard) >= 2)
        sandbox.switches.set(hook_duplicates=0.0)

    assert len({body["ulid"] for body, _ in listener.heard}) == 1


def test_messages_can_be_lost(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    sandbox.switches.set(hook_losses=1.0)
    caller.write(project_id, city="Reno")
    sandbox.switches.set(hook_losses=0.0)
    with delivering(sandbox):
        caller.write(project_id, city="Boise")
        until(lambda: listener.heard)
        until(lambda: not sandbox.world.hooks.hooks[hooked].queue)

    assert len(listener.heard) == 1


def test_messages_can_come_out_of_order(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    sandbox.switches.set(hook_disorder=1.0)
    for at in range(20):
        caller.write(project_id, city=f"City {at}")
    with delivering(sandbox):
        until(lambda: len(listener.heard) == 20)

    numbers = [body["id"] for body, _ in listener.heard]
    assert numbers != sorted(numbers)
    assert len(set(numbers)) == 20


def test_a_storm_sends_everything_again(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        until(lambda: sandbox.world.hooks.hooks[hooked].past)
        sent = sandbox.world.hooks.repeat(5)
        until(lambda: len(listener.heard) == 6)

    assert sent == 5


def test_a_disabled_hook_waits(
    caller: Caller, sandbox: Sandbox, listener: Listener, hooked: int, project_id: int
) -> None:
    path = f"/rest/v2.0/companies/{sandbox.company.id}/webhooks/hooks/{hooked}"
    caller.patch(path, json={"status": "disabled"})
    with delivering(sandbox):
        caller.write(project_id, city="Reno")
        time.sleep(0.15)
        waiting = list(listener.heard)
        caller.patch(path, json={"status": "active"})
        until(lambda: listener.heard)

    assert waiting == []
