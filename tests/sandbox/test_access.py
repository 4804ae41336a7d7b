"""Who may call what: the company header, connection, permitted projects, tools."""

import pytest

from tests.sandbox.direct import Caller
from tieback.sandbox import Sandbox

LIST = "/rest/v1.1/projects"


@pytest.mark.parametrize("path", [LIST, "/rest/v1.0/companies", "/rest/v1.0/me"])
def test_a_service_account_names_the_company_on_every_call(caller: Caller, path: str) -> None:
    del caller.headers["Procore-Company-Id"]

    answer = caller.get(path, params=caller.company)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Missing Procore-Company-Id header!")


def test_a_person_may_ask_who_they_are_and_for_their_companies_without_it(caller: Caller) -> None:
    caller.log_in_as_person()
    del caller.headers["Procore-Company-Id"]

    statuses = [
        caller.get(path, params=caller.company).status_code
        for path in ("/rest/v1.0/me", "/rest/v1.0/companies", LIST)
    ]

    assert statuses == [200, 200, 400]


def test_the_status_of_a_missing_header_can_be_another(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(missing_header_status=403)
    del caller.headers["Procore-Company-Id"]

    assert caller.get(LIST, params=caller.company).status_code == 403


def test_a_service_account_sees_the_companies_where_the_app_is_installed(
    caller: Caller, sandbox: Sandbox
) -> None:
    companies = caller.get("/rest/v1.0/companies").json()

    assert [company["id"] for company in companies] == [sandbox.company.id]


def test_a_person_sees_all_their_companies(caller: Caller, sandbox: Sandbox) -> None:
    caller.log_in_as_person()

    companies = caller.get("/rest/v1.0/companies").json()

    assert [each["id"] for each in companies] == [sandbox.company.id, sandbox.neighbor.id]


def test_a_company_without_the_app_answers_that_it_is_not_connected(
    caller: Caller, sandbox: Sandbox
) -> None:
    caller.headers["Procore-Company-Id"] = str(sandbox.neighbor.id)

    answer = caller.get(LIST, params={"company_id": sandbox.neighbor.id})

    assert answer.status_code == 403
    assert answer.json() == {"errors": ["App is not connected to this company."]}


def test_disconnecting_ends_access_at_once(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.installation.is_connected = False

    assert caller.get(LIST, params=caller.company).status_code == 403


def test_header_and_company_id_have_to_agree(caller: Caller, sandbox: Sandbox) -> None:
    answer = caller.get(LIST, params={"company_id": sandbox.neighbor.id})

    assert answer.status_code == 404


def test_company_id_is_asked_for_beside_the_header(caller: Caller) -> None:
    assert caller.get(LIST).status_code == 400


def test_a_project_of_another_company_is_not_there(caller: Caller, sandbox: Sandbox) -> None:
    theirs = next(iter(sandbox.world.tables["projects"].within(sandbox.neighbor.id)))

    assert caller.get(f"/rest/v1.0/projects/{theirs.id}", params=caller.company).status_code == 404


def test_a_project_that_is_not_permitted_is_in_no_list_and_cannot_be_shown(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    assert sandbox.installation.permitted is not None
    sandbox.installation.permitted.discard(project_id)

    listed = {each["id"] for each in caller.get(LIST, params=caller.company).json()}
    shown = caller.get(f"/rest/v1.0/projects/{project_id}", params=caller.company)
    codes = caller.get("/rest/v1.0/cost_codes", params={"project_id": project_id})

    assert (project_id in listed, len(listed)) == (False, 5)
    assert (shown.status_code, codes.status_code) == (404, 404)


def test_a_person_is_not_held_to_the_permitted_projects(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    sandbox.installation.permitted = set()
    caller.log_in_as_person()

    assert len(caller.get(LIST, params=caller.company).json()) == 6


def test_a_project_that_the_app_makes_is_not_permitted_by_itself(caller: Caller) -> None:
    body = caller.company | {"project": {"name": "New Wing"}}

    made = caller.post("/rest/v1.0/projects", json=body)

    shown = caller.get(f"/rest/v1.0/projects/{made.json()['id']}", params=caller.company)
    assert (made.status_code, shown.status_code) == (201, 404)


def test_it_is_when_the_switch_says_so(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.switches.set(new_projects_permitted=True)
    body = caller.company | {"project": {"name": "New Wing"}}

    made = caller.post("/rest/v1.0/projects", json=body).json()

    assert caller.project(made["id"])["name"] == "New Wing"


def test_a_tool_that_the_app_may_not_use_says_which(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.installation.denied.add("directory")

    vendors = caller.get("/rest/v1.0/vendors", params=caller.company)
    projects = caller.get(LIST, params=caller.company)

    assert (vendors.status_code, projects.status_code) == (403, 200)
    assert "directory" in vendors.json()["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/rest/v1.0/companies/1/erp_requests/1",
        "/rest/v1.0/companies/1/external_data/sync",
        "/rest/v1.0/projects/1/cost_codes",
        "/nothing",
    ],
)
def test_what_is_not_published_is_not_there_and_is_counted(
    caller: Caller, sandbox: Sandbox, path: str
) -> None:
    answer = caller.get(path)

    assert answer.status_code == 404
    assert sum(sandbox.unpublished.values()) == 1


def test_every_answer_has_an_id_of_its_own(caller: Caller) -> None:
    ids = {caller.get("/rest/v1.0/me").headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3
