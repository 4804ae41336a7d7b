"""Pages, filters and views."""

import re

import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox, Seeding
from tieback.sandbox.tables import Record

V10, V11 = "/rest/v1.0/projects", "/rest/v1.1/projects"


def links(header: str) -> dict[str, str]:
    return {name: url for url, name in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


@pytest.fixture
def many() -> Caller:
    seeding = Seeding(projects=650, vendors=0, inactive=0, coded=0)
    return Caller(Sandbox(seeding, hourly_limit=0, spike_limit=0))


def test_a_list_has_a_hundred_unless_asked_and_at_most_three_hundred(many: Caller) -> None:
    usual = many.get(V11, params=many.company)
    most = many.get(V11, params=many.company | {"per_page": 5000})

    assert (len(usual.json()), usual.headers["per-page"]) == (100, "100")
    assert (len(most.json()), most.headers["per-page"]) == (300, "300")
    assert usual.headers["total"] == most.headers["total"] == "650"


def test_too_large_a_page_can_be_refused_instead(many: Caller) -> None:
    many.sandbox.switches.set(too_large_page_refused=True)

    assert many.get(V11, params=many.company | {"per_page": 301}).status_code == 400


def test_links_lead_from_the_first_page_to_the_last(many: Caller) -> None:
    seen, rels = [], []
    url: str | None = f"{V11}?company_id={many.sandbox.company.id}&per_page=300&view=compact"
    while url:
        answer = many.get(url)
        found = links(answer.headers["link"])
        rels.append(sorted(found))
        seen += [project["id"] for project in answer.json()]
        url = found.get("next")

    assert rels == [["last", "next"], ["first", "last", "next", "prev"], ["first", "prev"]]
    assert len(seen) == len(set(seen)) == 650


def test_links_are_whole_addresses_that_keep_the_question(many: Caller) -> None:
    asked = many.company | {"filters[by_status]": "All", "per_page": 10}

    found = links(many.get(V11, params=asked).headers["link"])

    assert found["next"].startswith("http://sandbox/rest/v1.1/projects?")
    assert "filters%5Bby_status%5D=All" in found["next"]
    assert "page=65" in found["last"]


def test_past_the_end_a_page_is_empty(many: Caller) -> None:
    answer = many.get(V11, params=many.company | {"page": 99})

    assert (answer.status_code, answer.json()) == (200, [])


def test_all_ids_come_at_once(many: Caller) -> None:
    answer = many.get(V11, params=many.company | {"view": "ids", "per_page": 10})

    assert len(answer.json()) == 10
    assert len(many.get(V11, params=many.company | {"view": "ids"}).json()) == 650


@pytest.mark.parametrize("wrong", [{"page": "0"}, {"per_page": "-1"}, {"page": "x"}])
def test_pages_that_cannot_be_are_refused(caller: Caller, wrong: dict[str, str]) -> None:
    assert caller.get(V11, params=caller.company | wrong).status_code == 400


@pytest.mark.parametrize("path", [V10, V11])
def test_only_active_projects_come_unasked(
    caller: Caller, sandbox: Sandbox, project_id: int, path: str
) -> None:
    sandbox.edit_project(project_id, active=False)

    counts = {
        status: len(caller.get(path, params=caller.company | status_filter(status)).json())
        for status in ("", "All", "Active", "Inactive")
    }

    assert counts == {"": 5, "All": 6, "Active": 5, "Inactive": 1}


def status_filter(status: str) -> dict[str, str]:
    return {"filters[by_status]": status} if status else {}


@pytest.mark.parametrize("view", ["", "ids", "compact", "normal", "extended"])
def test_no_list_says_whether_a_project_is_erp_integrated(caller: Caller, view: str) -> None:
    params = caller.company | ({"view": view} if view else {})

    assert "is_erp_integrated" not in caller.get(V11, params=params).text
    assert "is_erp_integrated" not in caller.get(V10, params=caller.company).text


def test_only_the_extended_view_says_which_cost_code_list_a_project_uses(caller: Caller) -> None:
    texts = {
        view: caller.get(V11, params=caller.company | {"view": view}).text
        for view in ("compact", "normal", "extended")
    }

    assert [view for view in texts if "standard_cost_code_list_id" in texts[view]] == ["extended"]
    assert "standard_cost_code_list_id" not in caller.get(V10, params=caller.company).text


def project_of(sandbox: Sandbox, project_id: int) -> Record:
    return sandbox.world.tables["projects"].rows[project_id]


@pytest.mark.parametrize("path", [V10, V11])
@pytest.mark.parametrize(
    "filters",
    [
        {"filters[origin_id]": "JOB-1"},
        {"filters[synced]": "true"},
        {"filters[name]": "very own"},
        {"filters[updated_at]": "2026-01-01T00:00:00Z...2099-01-01T00:00:00Z"},
    ],
)
def test_filters_find_the_one(
    caller: Caller, sandbox: Sandbox, project_id: int, path: str, filters: dict[str, str]
) -> None:
    caller.write(project_id, origin_id="JOB-1", name="My Very Own Project")

    found = caller.get(path, params=caller.company | filters).json()

    assert [project["id"] for project in found] == [project_id]


def test_filters_take_many_ids(caller: Caller, sandbox: Sandbox) -> None:
    wanted = list(sandbox.world.tables["projects"].rows)[1:3]

    found = caller.get(V11, params={**caller.company, "filters[id][]": wanted}).json()

    assert [project["id"] for project in found] == wanted


def test_sorting_goes_both_ways(caller: Caller) -> None:
    up = caller.get(V11, params=caller.company | {"sort": "name"}).json()
    down = caller.get(V11, params=caller.company | {"sort": "-name"}).json()

    names = [project["name"] for project in up]
    assert names == sorted(names)
    assert [project["name"] for project in down] == names[::-1]


def test_version_two_pages_by_ten_and_puts_everything_under_data(
    caller: Caller, sandbox: Sandbox
) -> None:
    path = f"/rest/v2.0/companies/{sandbox.company.id}/webhooks/hooks"
    for number in range(12):
        body = {
            "payload_version": "v2.0",
            "namespace": f"n-{number}",
            "destination_url": "http://127.0.0.1:1/",
        }
        caller.post(path, json=body)

    answer = caller.get(path)

    assert (len(answer.json()["data"]), answer.headers["total"]) == (10, "12")
    assert all(isinstance(hook["id"], str) for hook in answer.json()["data"])


def test_ids_are_past_thirty_two_bits(caller: Caller) -> None:
    ids = caller.get(V11, params=caller.company | {"view": "ids"}).json()

    assert min(ids) > 2**32
