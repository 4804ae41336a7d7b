"""An installation of its own, for tests that call `tieback` as a process."""

import json
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installation:
    """Where one installation's data is, and how to call it."""

    environment: dict[str, str]

    def tieback(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """`tieback` as a process of its own, without a terminal."""
        return subprocess.run(
            [*self.command, *words],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-c", "from tieback.cli import main; main()"]

    def read(self, *words: str) -> Any:
        """What a command answers with `--json`."""
        answer = self.tieback(*words, "--json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def python(self, script: str) -> str:
        """Run a script in this installation, from the working copy; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def dump(self) -> "dict[str, list[dict[str, Any]]]":
        """Every row of each of our tables, by the table's name without `tieback_`."""
        with closing(self._connect()) as database:
            cursor = database.cursor()
            cursor.execute(_TABLES[type(database)])
            names = sorted(name for (name,) in cursor.fetchall())
            return {name.removeprefix("tieback_"): _rows(cursor, name) for name in names}

    def rows(self, table: str) -> "list[dict[str, Any]]":
        """Every row of one of our tables, by its name without `tieback_`, in the order of ids."""
        with closing(self._connect()) as database:
            return _rows(database.cursor(), f"tieback_{table}")

    def count(self, table: str) -> int:
        """How many rows one of our tables has."""
        with closing(self._connect()) as database:
            cursor = database.cursor()
            cursor.execute(f"SELECT count(*) FROM tieback_{table}")
            return int(cursor.fetchone()[0])

    def _connect(self) -> Any:
        if url := self.environment.get("TIEBACK_DATABASE_URL"):
            return psycopg.connect(url)
        return sqlite3.connect(Path(self.environment["TIEBACK_HOME"]) / "tieback.db")


_TABLES = {
    sqlite3.Connection: "SELECT name FROM sqlite_master"
    " WHERE type = 'table' AND name LIKE 'tieback_%' AND name NOT LIKE '%_fts%'",
    psycopg.Connection: "SELECT tablename FROM pg_tables WHERE tablename LIKE 'tieback_%'",
}


def _rows(cursor: Any, table: str) -> "list[dict[str, Any]]":
    cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """A new installation; on the PostgreSQL of the test pass where there is one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TIEBACK_")
    }
    environment["DJANGO_SETTINGS_MODULE"] = "tieback.settings"
    environment["TIEBACK_HOME"] = str(folder / "home")
    server = os.environ.get("TIEBACK_TEST_DATABASE_URL")
    if server is None:
        yield Installation(environment)
        return
    name = f"tieback_cli_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            before, _, options = server.partition("?")
            url = f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
            yield Installation({**environment, "TIEBACK_DATABASE_URL": url})
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
