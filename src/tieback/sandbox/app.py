"""The sandbox itself: what happens to a call between the network and an endpoint."""

import itertools
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieback.sandbox import endpoints
from tieback.sandbox.answers import Answer, Refused, flat, listed, of_v2, unexpected
from tieback.sandbox.call import Call, as_number
from tieback.sandbox.clock import Clock
from tieback.sandbox.endpoints.oauth import bearer
from tieback.sandbox.faults import BEFORE, Fault, Faults
from tieback.sandbox.hooks import Author
from tieback.sandbox.keeping import Keeper
from tieback.sandbox.limits import TEXT, Limits
from tieback.sandbox.routing import Route, routes
from tieback.sandbox.seeding import Seeding, fill
from tieback.sandbox.switches import Switches
from tieback.sandbox.tables import Record
from tieback.sandbox.tokens import App, Installation
from tieback.sandbox.world import Company, World

# Importing the endpoints is what makes them known.
assert endpoints.__all__
_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"/\d+(?=/|$)")
_HEADER_FREE = {"/rest/v1.0/me", "/rest/v1.0/companies"}
_HTML = "<!doctype html><title>502</title><h1>502 Bad Gateway</h1>"


@dataclass(slots=True)
class Outcome:
    """What to send, and what trouble to make while sending it."""

    answer: Answer
    fault: Fault | None = None


class Sandbox:
    """A Procore of one's own, in memory. Give it to `server.running` to put it on the network.

    `calls` counts what was asked, by endpoint; `unpublished` counts addresses that nobody
    documents. Both count every call that came in, refused ones too. With `file`, an SQLite file,
    what changes outlives the process; it raises ValueError when the file is another seeding's.
    """

    def __init__(
        self,
        seeding: Seeding | None = None,
        *,
        redirect_uris: Sequence[str] = ("http://127.0.0.1/callback",),
        file: Path | None = None,
        **switches: Any,
    ) -> None:
        self.seeding = seeding or Seeding()
        self.switches = Switches()
        self.switches.set(**switches)
        self.clock = Clock()
        self.world = World(self.switches, self.clock)
        self.limits = Limits(self.switches)
        self.faults = Faults(self.seeding.seed)
        self.calls: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.unpublished: Counter[str] = Counter()
        self._requests = itertools.count(1)
        fill(self.world, self.seeding, set(redirect_uris))
        self._keeper = Keeper(file, self.seeding) if file else None
        if self._keeper:
            self._keeper.recall(self.world)

    @property
    def app(self) -> App:
        """The app that a client under test is meant to be."""
        return next(iter(self.world.apps.values()))

    @property
    def other_app(self) -> App:
        """The other integration, which owns some origin_ids."""
        return list(self.world.apps.values())[1]

    @property
    def company(self) -> Company:
        return next(iter(self.world.companies.values()))

    @property
    def neighbor(self) -> Company:
        """The company where no app is installed."""
        return list(self.world.companies.values())[1]

    @property
    def installation(self) -> Installation:
        """Our app's installation in the company: permitted projects, denied tools, connection."""
        return self.app.installations[self.company.id]

    def answer(self, call: Call) -> Outcome:
        """Count the call, meet it with a fault or answer it. Nothing raises out of here."""
        with self.world.lock:
            found = routes.find(call.method, call.path)
            self._count(call, found)
            fault = self.faults.meeting(call.method, call.path)
            headers = [("x-request-id", f"{next(self._requests):032x}")]
            if fault and fault.kind in BEFORE:
                answer = self._trouble(call, fault)
            else:
                answer = self._carry_out(call, found, headers)
            self.statuses[answer.status] += 1
            if call.method != "GET" or call.path == "/oauth/authorize":
                self.keep()
            answer.headers.extend(headers)
            return Outcome(answer, fault)

    def keep(self) -> None:
        """Write what has changed into the file, when there is one."""
        if self._keeper:
            self._keeper.keep(self.world)

    def add_projects(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Projects that somebody made by hand, the app permitted in them; their ids."""
        usual: dict[str, Any] = {"active": True, "is_demo": False, "template": False}
        with self.world.lock:
            made = []
            lists = list(self.world.tables["lists"].within(self.company.id))
            for row in rows:
                values = {
                    **usual,
                    "is_erp_integrated": self.seeding.has_erp,
                    "standard_cost_code_list_id": lists[0].id,
                    "created_by_id": next(iter(self.world.people)),
                    **row,
                }
                record = self.world.add("projects", self.company.id, self.company.id, values)
                self._tell(record, "create")
                made.append(record.id)
            if self.installation.permitted is not None:
                self.installation.permitted.update(made)
            return made

    def edit_project(self, project_id: int, **values: Any) -> None:
        """Change a project as a person in the screens does; raises KeyError for an unknown id."""
        with self.world.lock:
            record = self.world.tables["projects"].rows[project_id]
            self.world.change("projects", record, values)
            self._tell(record, "update")

    def forget_calls(self) -> None:
        """Count from nought again."""
        with self.world.lock:
            for counter in (self.calls, self.statuses, self.unpublished):
                counter.clear()

    def _tell(self, record: Record, event: str) -> None:
        person = list(self.world.people)[1]
        self.world.emit("Projects", event, record, project_id=record.id, by=Author(person))

    def _count(self, call: Call, found: tuple[Route, dict[str, int]] | None) -> None:
        if found:
            self.calls[found[0].name] += 1
        else:
            self.unpublished[f"{call.method} {_NUMBER.sub('/{id}', call.path)}"] += 1

    def _carry_out(
        self, call: Call, found: tuple[Route, dict[str, int]] | None, headers: list[tuple[str, str]]
    ) -> Answer:
        try:
            if found and found[0].is_open:
                call.read_body()
                return found[0].handler(self.world, call)
            self._let_in(call, headers)
            if found is None:
                raise call.refused(404, "The requested resource was not found.")
            route, call.ids = found
            self._check_company(call)
            self._check_tool(call, route)
            return route.handler(self.world, call)
        except Refused as refusal:
            return refusal.answer
        except Exception:
            # A mistake of the sandbox's own. The caller sees what a failing server shows.
            _log.exception("%s %s", call.method, call.path)
            return Answer(unexpected(500, "Internal Server Error", source=call.path), 500)

    def _let_in(self, call: Call, headers: list[tuple[str, str]]) -> None:
        """Token, then limits, then the body: who has no token spends nobody's budget."""
        call.token = bearer(self.world, call)
        call.app = self.world.apps[call.token.client_id]
        call.company_id = as_number(call.headers.get("procore-company-id", "")) or 0
        standing = self.limits.take(self._caller(call), self.clock.now())
        headers.extend(standing.headers)
        if standing.wait is not None:
            if self.switches.retry_after_on_429:
                headers.append(("retry-after", str(standing.wait)))
            raise call.refused(429, TEXT)
        call.read_body()

    def _caller(self, call: Call) -> str:
        """Per token; a service account has a budget for each company that it names."""
        assert call.token is not None
        if call.token.is_service:
            company_id = call.company_id or as_number(call.text("company_id") or "") or 0
            return f"{call.token.client_id}:{company_id}"
        return call.token.access if self.switches.limit_follows_token else call.token.grant

    def _check_company(self, call: Call) -> None:
        """The header on every call, but for two that only service accounts need it on."""
        assert call.token is not None
        assert call.app is not None
        is_free = call.path in _HEADER_FREE and not call.token.is_service
        if not call.company_id:
            if is_free:
                return
            if self.switches.company_header:
                raise call.refused(
                    self.switches.missing_header_status,
                    "Missing Procore-Company-Id header! Name the company that the call is about.",
                )
            call.company_id = call.ids.get("company_id") or self._guessed(call)
        if call.company_id and self.world.installation(call.app, call.company_id) is None:
            raise Refused(403, self._not_connected(call))

    def _guessed(self, call: Call) -> int:
        """Where the header is not asked for: company_id, else the company of project_id."""
        said = call.number("company_id")
        if said:
            return said
        project_id = call.ids.get("project_id") or call.number("project_id")
        record = self.world.tables["projects"].rows.get(project_id or 0)
        return record.company_id if record else 0

    def _not_connected(self, call: Call) -> Any:
        message = "App is not connected to this company."
        return of_v2(403, message) if call.is_v2 else listed(message)

    def _check_tool(self, call: Call, route: Route) -> None:
        assert call.app is not None
        installation = self.world.installation(call.app, call.company_id)
        if installation and route.tool in installation.denied:
            raise call.refused(403, f"You do not have permission for the tool: {route.tool}")

    def _trouble(self, call: Call, fault: Fault) -> Answer:
        wait = ("retry-after", str(max(1, round(fault.seconds))))
        if fault.kind == "rate_limited":
            ends = ("x-rate-limit-reset", str(round(self.clock.now() + fault.seconds)))
            left = [("x-rate-limit-limit", "1"), ("x-rate-limit-remaining", "0"), ends]
            return Answer(flat(429, TEXT), 429, [*left, wait])
        if fault.kind == "unavailable":
            return Answer({"message": "Service Unavailable"}, 503, [wait])
        if fault.kind == "html":
            return Answer(status=502, text=_HTML)
        return Answer(unexpected(500, "Internal Server Error", source=call.path), 500)
