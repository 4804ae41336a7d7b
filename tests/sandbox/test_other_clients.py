"""Clients that other people wrote can use the sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
from ProPyCore.exceptions import NotFoundItemError, UnprocessableContentError
from ProPyCore.procore import Procore
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tests.sandbox.shapes import PUBLISHED, any_error, nullable
from tieback.sandbox import Sandbox, running


@pytest.fixture
def procore() -> Iterator[tuple[Sandbox, Procore]]:
    """ProPyCore, which names companies in the query and not in the header."""
    seeding = replace(TIDY, projects=450)
    sandbox = Sandbox(seeding, hourly_limit=0, spike_limit=0, company_header=False)
    with running(sandbox) as url:
        app = sandbox.app
        yield sandbox, Procore(app.client_id, app.client_secret, "", url, url)


def test_propycore_finds_the_company(procore: tuple[Sandbox, Procore]) -> None:
    sandbox, client = procore

    found = client.companies.find(sandbox.company.name)

    assert found["id"] == sandbox.company.id


def test_propycore_lists_every_project_page_by_page(procore: tuple[Sandbox, Procore]) -> None:
    sandbox, client = procore

    found = client.projects.get(company_id=sandbox.company.id)

    assert len({project["id"] for project in found}) == 450
    assert sandbox.calls["GET /rest/v1.1/projects"] == 3


def test_propycore_finds_a_project_by_name_and_by_id(procore: tuple[Sandbox, Procore]) -> None:
    sandbox, client = procore
    sandbox.add_projects([{"name": "The One"}])

    by_name = client.projects.find(sandbox.company.id, "The One")
    by_id = client.projects.find(sandbox.company.id, by_name["id"])

    assert by_id["name"] == "The One"
    assert client.projects.get_type(sandbox.company.id, by_name["id"]) is None
    with pytest.raises(NotFoundItemError):
        client.projects.find(sandbox.company.id, "No Such Project")


def test_propycore_creates_a_project_and_a_cost_code_in_it(
    procore: tuple[Sandbox, Procore],
) -> None:
    sandbox, client = procore
    sandbox.switches.set(new_projects_permitted=True)
    wanted = {"company_id": sandbox.company.id, "project": {"name": "Made Elsewhere"}}

    made = client.projects.post_request(api_url="/rest/v1.0/projects", data=wanted)

    found = client.projects.find(sandbox.company.id, "Made Elsewhere")
    assert found["id"] == made["id"]
    code = client.cost_codes.post_request(
        api_url="/rest/v1.0/cost_codes",
        data={"project_id": made["id"], "cost_code": {"code": "1", "name": "One"}},
    )
    assert code["full_code"] == "1"


def test_propycore_is_told_what_is_wrong(procore: tuple[Sandbox, Procore]) -> None:
    sandbox, client = procore
    wanted = {"company_id": sandbox.company.id, "project": {"name": ""}}

    with pytest.raises(UnprocessableContentError):
        client.projects.post_request(api_url="/rest/v1.0/projects", data=wanted)


def document() -> dict[str, Any]:
    """What is published, null allowed, without errors: those are checked against every shape."""
    made = nullable(PUBLISHED)
    schemas = made["components"]["schemas"]
    # A refused row is given back as it was sent, wrong types and all.
    schemas.update({name: {} for name in schemas if name.endswith("SyncError")})
    for methods in made["paths"].values():
        for operation in methods.values():
            answers = operation["responses"]
            operation["responses"] = {
                status: answer for status, answer in answers.items() if status < "4"
            }
    return dict(made)


schema = schemathesis.openapi.from_dict(document())
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Caller]]:
    sandbox = Sandbox(TIDY, hourly_limit=0, spike_limit=0)
    caller = Caller(sandbox)
    with running(sandbox) as url:
        yield url, caller


@schema.parametrize()
@hypothesis.settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_schemathesis_finds_nothing_that_breaks_it(
    case: schemathesis.Case, served: tuple[str, Caller]
) -> None:
    url, caller = served
    if len(repr((case.query, case.body))) % 3:
        fill_in(case, caller.sandbox)
    headers = {name: caller.headers[name] for name in ("authorization", "procore-company-id")}

    answer = case.call(base_url=url, headers=headers, allow_redirects=False)

    case.validate_response(
        answer,
        checks=[not_a_server_error, content_type_conformance, response_schema_conformance],
    )
    if answer.status_code >= 400 and "/oauth/" not in case.path:
        jsonschema.validate(answer.json(), any_error())


def fill_in(case: schemathesis.Case, sandbox: Sandbox) -> None:
    """Put ids that exist where numbers were guessed, so that calls get further than a 404."""
    known = {
        "company_id": sandbox.company.id,
        "project_id": next(iter(sandbox.world.tables["projects"].rows)),
        "standard_cost_code_list_id": next(iter(sandbox.world.tables["lists"].rows)),
    }
    for fields in (case.path_parameters, case.query, case.body):
        if isinstance(fields, dict):
            fields.update({name: known[name] for name in known if name in fields})
