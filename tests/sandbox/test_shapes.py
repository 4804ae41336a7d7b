"""Every endpoint answers in the shape that is published for it."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from tests.sandbox.conftest import TIDY
from tests.sandbox.direct import Caller
from tests.sandbox.shapes import PUBLISHED, check
from tieback.sandbox import Fault, Sandbox
from tieback.sandbox.routing import routes

EVERY = {route.name: route for route in routes.every}
HOOK = {"namespace": "n", "destination_url": "http://127.0.0.1:9/"}
TRIGGER = {"resource_name": "Projects", "event_type": "create"}
Ask = tuple[str, str, dict[str, Any], Any]


def test_only_what_is_published_is_served() -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in PUBLISHED["paths"].items()
        for method in methods
    }

    assert set(EVERY) == published


def test_nothing_of_the_partners_interface_is_served() -> None:
    gated = ("erp_", "external_data", "staged_record", "invoice_payments", "/configuration")
    allowed = {"GET /rest/v2.0/companies/{company_id}/uoms/configuration"}

    assert [name for name in EVERY if any(word in name for word in gated)] == sorted(allowed)


class Tour:
    """Calls every endpoint of a sandbox in an order in which each finds what it needs."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(TIDY, hourly_limit=0, spike_limit=0, new_projects_permitted=True)
        self.caller = Caller(self.sandbox)
        self.company = self.caller.company
        self.project_id = next(iter(self.sandbox.world.tables["projects"].rows))
        self.list_id = next(iter(self.sandbox.world.tables["lists"].rows))
        self.vendor_id = next(iter(self.sandbox.world.tables["vendors"].rows))
        self.made: dict[str, Any] = {}
        self.seen: list[tuple[str, httpx.Response]] = []

    def go(self) -> None:
        for stops in (self.oauth, self.projects, self.codes, self.small, self.vendors):
            for ask in stops():
                self.call(ask)
        for version in (self.hooks_v1, self.hooks_v2):
            for ask in version():
                self.call(ask)

    def call(self, ask: Ask) -> Any:
        method, path, params, body = ask
        before = dict(self.sandbox.calls)
        answer = self.caller.request(method, path, params=params, json=body)
        after = self.sandbox.calls
        name = next(name for name in after if after[name] != before.get(name, 0))
        self.seen.append((name, answer))
        self.made = answer.json() if answer.content and answer.status_code != 302 else {}
        return self.made

    def oauth(self) -> Iterator[Ask]:
        app = self.sandbox.app
        address = "http://127.0.0.1/callback"
        asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": address}
        yield "GET", "/oauth/authorize", asked, None
        secret = {"client_id": app.client_id, "client_secret": app.client_secret}
        fields = {"grant_type": "client_credentials", **secret}
        yield "POST", "/oauth/token", {}, fields
        yield "POST", "/oauth/revoke", {}, {**secret, "token": self.made["access_token"]}
        yield "GET", "/oauth/token/info", {}, None
        for path in ("me", "companies", "company_configuration"):
            yield "GET", f"/rest/v1.0/{path}", self.company, None
        yield "GET", f"/rest/v2.0/companies/{app_company(self)}/uoms/configuration", {}, None

    def projects(self) -> Iterator[Ask]:
        for view in ("ids", "compact", "normal", "extended"):
            if view != "ids":
                yield "GET", "/rest/v1.1/projects", {**self.company, "view": view}, None
        yield "GET", "/rest/v1.0/projects", self.company, None
        yield "GET", f"/rest/v1.0/companies/{app_company(self)}/projects", {}, None
        at = f"/rest/v1.0/projects/{self.project_id}"
        yield "GET", at, self.company, None
        yield "PATCH", at, {}, {**self.company, "project": {"flag": "Red", "total_value": 5}}
        yield "POST", "/rest/v1.0/projects", {}, {**self.company, "project": {"name": "N"}}
        rows = [{"id": self.project_id, "city": "X"}, {"id": 1}]
        yield "PATCH", "/rest/v1.0/projects/sync", {}, {**self.company, "updates": rows}

    def codes(self) -> Iterator[Ask]:
        where = {**self.company, "standard_cost_code_list_id": self.list_id}
        lists = "/rest/v1.0/standard_cost_code_lists"
        yield "GET", lists, self.company, None
        body = {**self.company, "standard_cost_code_list": {"name": "Third"}}
        yield "POST", lists, {}, body
        at = f"{lists}/{self.made['id']}"
        yield "GET", at, self.company, None
        yield "PATCH", at, {}, body
        yield from self.standard_codes(where)
        yield from self.cost_codes(where)

    def standard_codes(self, where: dict[str, Any]) -> Iterator[Ask]:
        base = "/rest/v1.0/standard_cost_codes"
        yield "GET", base, {**where, "view": "extended"}, None
        body = {**where, "standard_cost_code": {"code": "9", "name": "Nine"}}
        yield "POST", base, {}, body
        code_id = self.made["id"]
        yield "GET", f"{base}/{code_id}", where, None
        yield "PATCH", f"{base}/{code_id}", {}, body
        yield "PATCH", f"{base}/sync", {}, {**where, "updates": [{"id": code_id, "name": "9"}]}
        yield "DELETE", f"{base}/{code_id}", self.company, None

    def cost_codes(self, where: dict[str, Any]) -> Iterator[Ask]:
        self.caller.write(self.project_id, erp_integrated=False)
        project = {"project_id": self.project_id}
        base = "/rest/v1.0/cost_codes"
        body = {**project, "cost_code": {"code": "9", "name": "Nine"}}
        yield "POST", base, {}, body
        code_id = self.made["id"]
        yield "GET", f"{base}/{code_id}", project, None
        yield "PATCH", f"{base}/{code_id}", {}, body
        rows = [{"id": code_id, "name": "9"}, {"id": 1}]
        yield "PATCH", f"{base}/sync", project, {"updates": rows}
        yield "POST", f"{base}/copy_from_standard_list", {}, {**project, **where}
        subset = {**project, **where, "standard_cost_code_ids": []}
        yield "POST", f"{base}/copy_subset_from_standard_list", {}, subset
        for view in ("default", "erp_compact"):
            yield "GET", base, {**project, "view": view}, None
        for path in ("patterns", "segments"):
            at = f"/rest/v1.0/projects/{self.project_id}/work_breakdown_structure/{path}"
            yield "GET", at, {}, None
        at = f"/rest/v1.0/companies/{app_company(self)}/work_breakdown_structure"
        yield "GET", f"{at}/patterns", {}, None
        yield "GET", f"{at}/segments", {}, None
        yield "GET", f"{at}/segments/{self.made[0]['id']}/lists", {}, None

    def small(self) -> Iterator[Ask]:
        project = {"project_id": self.project_id}
        for kind, wrapper, where, record in (
            ("line_item_types", "line_item_type", self.company, {"name": "T"}),
            ("tax_codes", "tax_code", self.company, {"code": "T"}),
            ("sub_jobs", "sub_job", project, {"name": "T", "code": "T"}),
        ):
            base = f"/rest/v1.0/{kind}"
            yield "POST", base, where, {**where, wrapper: record}
            made_id = self.made["id"]
            yield "GET", base, where, None
            yield "GET", f"{base}/{made_id}", where, None
            yield "PATCH", f"{base}/{made_id}", where, {**where, wrapper: record}
            rows = [{"id": made_id, **record}]
            yield "PATCH", f"{base}/sync", where, {**where, "updates": rows}
            if kind == "sub_jobs":
                yield "DELETE", f"{base}/{made_id}", where, None
        yield "GET", "/rest/v1.0/offices", self.company, None
        for path in ("project_stages", "project_types", "programs"):
            yield "GET", f"/rest/v1.0/companies/{app_company(self)}/{path}", {}, None

    def vendors(self) -> Iterator[Ask]:
        base = "/rest/v1.0/vendors"
        for view in ("compact", "normal", "erp", "extended", "summary", "directory"):
            yield "GET", base, {**self.company, "view": view}, None
        body = {**self.company, "vendor": {"name": "V"}}
        yield "POST", base, {}, body
        yield "GET", f"{base}/{self.made['id']}", self.company, None
        yield "PATCH", f"{base}/{self.made['id']}", {}, body
        rows = [{"id": self.made["id"], "city": "X"}, {"id": 1}]
        yield "PATCH", f"{base}/sync", {}, {**self.company, "updates": rows}
        for version in ("v1.0", "v1.1"):
            at = f"/rest/{version}/projects/{self.project_id}/vendors"
            yield "POST", f"{at}/{self.vendor_id}/actions/add", {}, None
            yield "GET", at, {}, None
            yield "DELETE", f"{at}/{self.vendor_id}/actions/remove", {}, None

    def hooks_v1(self) -> Iterator[Ask]:
        base, where = "/rest/v1.0/webhooks", self.company
        hook = {**where, "hook": {"api_version": "v2", **HOOK}}
        yield "POST", f"{base}/hooks", {}, hook
        hook_id = self.made["id"]
        yield "GET", f"{base}/hooks", where, None
        yield "PATCH", f"{base}/hooks/{hook_id}", where, hook
        at = f"{base}/hooks/{hook_id}/triggers"
        yield "POST", at, {}, {**where, "trigger": TRIGGER}
        yield "GET", at, where, None
        yield "DELETE", f"{at}/{self.made[0]['id']}", where, None
        yield "POST", f"{at}/bulk", where, [TRIGGER]
        ids = [each["id"] for each in self.made["success"]]
        yield "DELETE", f"{at}/bulk", where, ids
        yield "GET", f"{base}/hooks/{hook_id}/deliveries", where, None
        yield "GET", f"{base}/resources", where, None
        yield "GET", f"{base}/resources/api_versions", where, None
        yield "DELETE", f"{base}/hooks/{hook_id}", where, None

    def hooks_v2(self) -> Iterator[Ask]:
        company = f"/rest/v2.0/companies/{app_company(self)}"
        for base, trigger in (
            (f"{company}/webhooks", TRIGGER),
            (
                f"{company}/projects/{self.project_id}/webhooks",
                {**TRIGGER, "resource_name": "Sub Jobs"},
            ),
        ):
            yield "POST", f"{base}/hooks", {}, {"payload_version": "v4.0", **HOOK}
            at = f"{base}/hooks/{self.made['data']['id']}"
            yield "GET", f"{base}/hooks", {}, None
            yield "GET", at, {}, None
            yield "PATCH", at, {}, HOOK
            yield "POST", f"{at}/triggers", {}, trigger
            yield "GET", f"{at}/triggers", {}, None
            yield "DELETE", f"{at}/triggers/{self.made['data'][0]['id']}", {}, None
            if "projects" not in base:
                yield "POST", f"{at}/triggers/bulk", {}, [trigger]
                ids = [each["id"] for each in self.made["data"]]
                yield "DELETE", f"{at}/triggers/bulk", {}, ids
            yield "GET", f"{at}/deliveries", {}, None
            yield "GET", f"{base}/resources", {"payload_version": "v2.0"}, None
            yield "DELETE", at, {}, None


def app_company(tour: Tour) -> int:
    return tour.sandbox.company.id


@pytest.fixture(scope="module")
def tour() -> Tour:
    made = Tour()
    made.go()
    return made


def test_every_endpoint_answers_in_its_published_shape(tour: Tour) -> None:
    refused = [
        (name, answer.status_code, answer.text)
        for name, answer in tour.seen
        if answer.status_code >= 400
    ]
    for name, answer in tour.seen:
        body = answer.json() if answer.content and answer.status_code != 302 else None
        check(name, answer.status_code, body)

    assert refused == []
    assert {name for name, _ in tour.seen} == set(EVERY)


def test_the_check_sees_a_wrong_type_and_a_field_too_many(tour: Tour) -> None:
    name, answer = next(each for each in tour.seen if each[0] == "GET /rest/v1.0/projects/{id}")

    for wrong in ({"id": "text"}, {"is_linked": True}):
        with pytest.raises(jsonschema.ValidationError):
            check(name, 200, answer.json() | wrong)


@pytest.mark.parametrize("name", [name for name in EVERY if not EVERY[name].is_open])
def test_every_endpoint_wants_a_token(caller: Caller, name: str) -> None:
    route = EVERY[name]
    path = "/".join("7" if part.startswith("{") else part for part in route.template.split("/"))
    caller.headers["Authorization"] = "Bearer wrong"

    answer = caller.request(route.method, path)

    assert answer.status_code == 401
    check(name, 401, answer.json())
    assert ("error" in answer.json()) == ("/v2.0/" in path)


def test_the_seven_shapes_of_errors_all_occur(
    caller: Caller, sandbox: Sandbox, project_id: int
) -> None:
    def keys(answer: httpx.Response) -> Any:
        body = answer.json()
        inner = body.get("errors", body.get("error"))
        return sorted(inner) if isinstance(inner, dict) else (sorted(body), type(inner).__name__)

    flat = caller.get("/rest/v1.0/projects/1", params=caller.company)
    fields = caller.write(project_id, name="")
    base = caller.post(
        "/rest/v1.0/cost_codes",
        json={"project_id": project_id, "cost_code": {"code": "1", "name": "1"}},
    )
    text = caller.sync("vendors", [{}] * 1001)
    bare = caller.get("/rest/v1.0/webhooks/hooks/1/triggers", params=caller.company)
    v2 = caller.get(f"/rest/v2.0/companies/{sandbox.company.id}/webhooks/hooks/1")
    sandbox.faults.add(Fault("failed"))
    unexpected = caller.get("/rest/v1.0/me")
    sandbox.installation.is_connected = False
    connected = caller.get("/rest/v1.0/me")

    assert keys(flat) == (["code", "message", "reason"], "NoneType")
    assert keys(connected) == (["errors"], "list")
    assert keys(fields) == ["name"]
    assert keys(text) == (["errors"], "str")
    assert keys(base) == ["base", "fields"]
    assert (keys(unexpected), unexpected.json()["error"]["code"]) == (
        ["code", "details", "message"],
        "500",
    )
    assert (keys(v2), v2.json()["error"]["code"]) == (["code", "details", "message"], "NOT_FOUND")
    assert keys(bare) == (["message"], "NoneType")
