"""Trouble on command, over a real connection, because that is where it shows."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Fault, Sandbox, running

KINDS = ("rate_limited", "unavailable", "failed", "html")


@pytest.fixture
def client(sandbox: Sandbox, caller: Caller) -> Iterator[httpx.Client]:
    """A caller on the network, with the token of the direct one."""
    with running(sandbox) as url, httpx.Client(base_url=url, trust_env=False) as found:
        found.headers["authorization"] = caller.headers["authorization"]
        found.headers["procore-company-id"] = caller.headers["procore-company-id"]
        yield found


def write(client: httpx.Client, sandbox: Sandbox, project_id: int, city: str) -> httpx.Response:
    body = {"company_id": sandbox.company.id, "project": {"city": city}}
    return client.patch(f"/rest/v1.0/projects/{project_id}", json=body)


@pytest.mark.parametrize("kind", KINDS)
def test_some_faults_answer_without_doing(
    client: httpx.Client, sandbox: Sandbox, project_id: int, kind: str
) -> None:
    sandbox.faults.add(Fault(kind, seconds=2))

    answer = write(client, sandbox, project_id, "Nowhere")
    after = write(client, sandbox, project_id, "Reno")

    statuses = {"rate_limited": 429, "unavailable": 503, "failed": 500, "html": 502}
    assert answer.status_code == statuses[kind]
    assert answer.headers.get("retry-after") == ("2" if answer.status_code in (429, 503) else None)
    assert answer.headers["content-type"] == ("text/html" if kind == "html" else "application/json")
    assert (after.status_code, after.json()["city"]) == (200, "Reno")


def test_a_reset_comes_before_anything_is_done(
    client: httpx.Client, sandbox: Sandbox, project_id: int
) -> None:
    sandbox.faults.add(Fault("reset"))

    with pytest.raises(httpx.TransportError):
        write(client, sandbox, project_id, "Nowhere")

    assert sandbox.world.tables["projects"].rows[project_id]["city"] != "Nowhere"


@pytest.mark.parametrize("kind", ["lost", "timeout", "truncated"])
def test_some_faults_do_what_was_asked_and_keep_the_answer(
    client: httpx.Client, sandbox: Sandbox, project_id: int, kind: str
) -> None:
    sandbox.faults.add(Fault(kind, seconds=0.1))

    with pytest.raises(httpx.TransportError):
        write(client, sandbox, project_id, "Somewhere")

    assert sandbox.world.tables["projects"].rows[project_id]["city"] == "Somewhere"


def test_a_timeout_outlasts_the_callers_patience(
    client: httpx.Client, sandbox: Sandbox, project_id: int
) -> None:
    sandbox.faults.add(Fault("timeout", seconds=1))
    client.timeout = httpx.Timeout(0.1)

    with pytest.raises(httpx.ReadTimeout):
        write(client, sandbox, project_id, "Somewhere")


def test_a_slow_answer_comes(client: httpx.Client, sandbox: Sandbox, project_id: int) -> None:
    sandbox.faults.add(Fault("slow", seconds=0.2))

    answer = write(client, sandbox, project_id, "Reno")

    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2


def test_a_fault_meets_the_calls_that_it_names_as_often_as_it_says(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    sandbox.faults.add(Fault("failed", method="PATCH", path=r"/projects/\d+$", times=2))

    reads = caller.get(f"/rest/v1.0/projects/{project_id}", params=caller.company).status_code
    writes = [caller.write(project_id, city="Reno").status_code for _ in range(3)]

    assert (reads, writes) == (200, [500, 500, 200])


def test_a_fault_by_chance_is_the_same_by_the_same_seed(sandbox: Sandbox) -> None:
    def statuses() -> list[int]:
        fresh = Sandbox(sandbox.seeding, hourly_limit=0, spike_limit=0)
        caller = Caller(fresh)
        fresh.faults.add(Fault("failed", chance=0.5, times=0))
        return [caller.get("/rest/v1.0/me").status_code for _ in range(30)]

    first = statuses()

    assert first == statuses()
    assert {200, 500} == set(first)


@pytest.mark.parametrize(
    "wrong", [{"kind": "rain"}, {"kind": "lost", "chance": 2}, {"kind": "lost", "path": "("}]
)
def test_a_fault_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fault|chance|path"):
        Fault(**wrong)


def test_a_sandbox_can_be_stopped_and_run_again_at_the_same_place(
    sandbox: Sandbox, caller: Caller
) -> None:
    headers = {name: caller.headers[name] for name in ("authorization", "procore-company-id")}
    with running(sandbox) as url:
        first = httpx.get(f"{url}/rest/v1.0/me", headers=headers, trust_env=False).json()
    port = int(url.rpartition(":")[2])
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/rest/v1.0/me", trust_env=False)

    with running(sandbox, port=port) as again:
        second = httpx.get(f"{again}/rest/v1.0/me", headers=headers, trust_env=False).json()

    assert first == second
