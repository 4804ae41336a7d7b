"""What has changed since the seed, in an SQLite file, so that a restarted sandbox goes on with it.

Messages of webhooks that were still to be sent are not kept.
"""

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tieback.sandbox.hooks import Hook, Trigger
from tieback.sandbox.seeding import Seeding
from tieback.sandbox.tables import Record
from tieback.sandbox.tokens import Code, Installation, Token
from tieback.sandbox.world import World

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, company_id INTEGER NOT NULL,
    scope INTEGER NOT NULL, owner TEXT NOT NULL, fields TEXT
);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_WRITE = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"
_HOOK = (
    *("id", "client_id", "user_id", "company_id", "project_id", "namespace", "url"),
    *("authorization", "version", "created", "updated", "is_active"),
)


class Keeper:
    """The file. One for each sandbox; it is written after every call that may have changed it."""

    def __init__(self, path: Path, seeding: Seeding) -> None:
        """Raises ValueError when the file belongs to a company of another seed or size."""
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(_SCHEMA)
        wanted = json.dumps(asdict(seeding))
        if self._note("seeding", wanted) != wanted:
            raise ValueError(f"{path} was made from another seed; take it away or use its own")

    def recall(self, world: World) -> None:
        """Bring a freshly seeded world to where the file left it."""
        for row in self._database.execute("SELECT * FROM record ORDER BY id"):
            _put_back(world, *row)
        notes = dict(self._database.execute("SELECT name, value FROM note"))
        if "state" in notes:
            _restore(world, json.loads(notes["state"]))
        for table in world.tables.values():
            table.changed.clear()

    def keep(self, world: World) -> None:
        """Write what has changed, whole or not at all."""
        self._database.execute("BEGIN")
        for kind, table in world.tables.items():
            rows = [_row(kind, each, table.rows.get(each)) for each in table.changed]
            self._database.executemany(_WRITE, rows)
            table.changed.clear()
        state = json.dumps(_state(world))
        self._database.execute("INSERT OR REPLACE INTO note VALUES ('state', ?)", [state])
        self._database.execute("COMMIT")

    def _note(self, name: str, value: str) -> str:
        """What the file says under `name`, which becomes `value` when it says nothing yet."""
        self._database.execute("INSERT OR IGNORE INTO note VALUES (?, ?)", [name, value])
        query = "SELECT value FROM note WHERE name = ?"
        return str(self._database.execute(query, [name]).fetchone()[0])


def _row(kind: str, record_id: int, record: Record | None) -> tuple[Any, ...]:
    """A record that is gone leaves a row without fields."""
    if record is None:
        return record_id, kind, 0, 0, "", None
    fields = json.dumps(record.fields)
    return record.id, kind, record.company_id, record.scope, record.owner, fields


def _put_back(
    world: World, record_id: int, kind: str, company_id: int, scope: int, owner: str, fields: Any
) -> None:
    table = world.tables[kind]
    record = table.rows.get(record_id)
    if fields is None:
        if record:
            table.drop(record)
    elif record:
        table.change(record, json.loads(fields))
        record.owner = owner
    else:
        table.add(Record(record_id, company_id, scope, json.loads(fields), owner))


def _state(world: World) -> dict[str, Any]:
    return {
        "last_id": world.last_id,
        "tokens": [asdict(token) for token in world.tokens.by_access.values()],
        "refreshable": [asdict(token) for token in world.tokens.by_refresh.values()],
        "codes": {word: asdict(code) for word, code in world.tokens.codes.items()},
        "installations": [
            (app.client_id, company_id, _plain(installation))
            for app in world.apps.values()
            for company_id, installation in app.installations.items()
        ],
        "vendors": [
            (company.id, project_id, sorted(ids))
            for company in world.companies.values()
            for project_id, ids in company.project_vendors.items()
        ],
        "hooks": [
            {
                **{name: getattr(hook, name) for name in _HOOK},
                "triggers": [asdict(trigger) for trigger in hook.triggers.values()],
            }
            for hook in world.hooks.hooks.values()
        ],
    }


def _plain(installation: Installation) -> dict[str, Any]:
    permitted = installation.permitted
    return {
        "permitted": None if permitted is None else sorted(permitted),
        "denied": sorted(installation.denied),
        "is_connected": installation.is_connected,
    }


def _restore(world: World, state: dict[str, Any]) -> None:
    world.last_id = state["last_id"]
    for said in state["tokens"]:
        world.tokens.by_access[said["access"]] = Token(**said)
    for said in state["refreshable"]:
        world.tokens.by_refresh[said["refresh"]] = Token(**said)
    world.tokens.codes.update({word: Code(**said) for word, said in state["codes"].items()})
    for client_id, company_id, said in state["installations"]:
        permitted = said["permitted"]
        world.apps[client_id].installations[company_id] = Installation(
            None if permitted is None else set(permitted), set(said["denied"]), said["is_connected"]
        )
    for company_id, project_id, ids in state["vendors"]:
        world.companies[company_id].project_vendors[project_id] = set(ids)
    for said in state["hooks"]:
        triggers = {each["id"]: Trigger(**each) for each in said.pop("triggers")}
        world.hooks.hooks[said["id"]] = Hook(**said, triggers=triggers)
