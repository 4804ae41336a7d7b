"""Everything the sandbox knows: companies and their records, apps, people, webhooks."""

import itertools
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from tieback.sandbox.clock import Clock
from tieback.sandbox.hooks import Author, Webhooks
from tieback.sandbox.switches import Switches
from tieback.sandbox.tables import Record, Table
from tieback.sandbox.tokens import App, Installation, Register

TABLES = (
    *("projects", "lists", "standard_codes", "cost_codes", "cost_types", "sub_jobs", "vendors"),
    *("tax_codes", "stages", "types", "regions", "programs", "offices", "departments"),
    *("owner_types", "bid_types"),
)
# Past 32 bits, as in the newer regions.
FIRST_ID = 598_134_325_800_000


@dataclass(slots=True)
class Person:
    """Somebody with a login; `companies` are those that they work for."""

    id: int
    name: str
    login: str
    companies: list[int]


@dataclass(slots=True)
class Company:
    """One company account; `erp_name` names its ERP integration, empty when it has none."""

    id: int
    name: str
    erp_name: str = ""
    project_vendors: dict[int, set[int]] = field(default_factory=dict)


class World:
    """The state that every call reads and writes, one call at a time under `lock`."""

    def __init__(self, switches: Switches, clock: Clock) -> None:
        self.switches = switches
        self.clock = clock
        self.lock = RLock()
        self.tables = {name: Table(name) for name in TABLES}
        self.companies: dict[int, Company] = {}
        self.people: dict[int, Person] = {}
        self.apps: dict[str, App] = {}
        self.tokens = Register()
        self.last_id = FIRST_ID
        self.hooks = Webhooks(clock, switches, self.new_id)
        self._operations = itertools.count(1)

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def add(
        self, table: str, company_id: int, scope: int, values: dict[str, Any], *, owner: str = ""
    ) -> Record:
        """A new record with its times, in the list `scope`."""
        stamp = self.clock.stamp()
        fields = {"created_at": stamp, "updated_at": stamp} | values
        return self.tables[table].add(Record(self.new_id(), company_id, scope, fields, owner))

    def change(self, table: str, record: Record, values: dict[str, Any]) -> None:
        self.tables[table].change(record, {**values, "updated_at": self.clock.stamp()})

    def emit(
        self, resource: str, event: str, record: Record, *, project_id: int, by: Author
    ) -> None:
        """Owe every hook whose triggers want it a message that the record has changed."""
        self.hooks.owe(
            resource=resource,
            event=event,
            resource_id=record.id,
            company_id=record.company_id,
            project_id=project_id,
            by=by,
        )

    def installation(self, app: App, company_id: int) -> Installation | None:
        """The app's installation in the company, when it is connected."""
        found = app.installations.get(company_id)
        return found if found and found.is_connected else None

    def named(self, table: str, record_id: Any) -> dict[str, Any] | None:
        """The little object {id, name} that stands for another record."""
        record = self.tables[table].rows.get(record_id) if record_id else None
        return {"id": record.id, "name": record["name"]} if record else None
