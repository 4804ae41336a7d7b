"""An installation of its own for tests that call `tieback` as a process: a folder and a database."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
_DUMP = """
import json, django
django.setup()
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
rows = {m.__name__: list(m.objects.order_by("pk").values()) for m in apps.get_models()}
print(json.dumps(rows, cls=DjangoJSONEncoder))
"""


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

    def dump(self) -> Any:
        """Every row of every table."""
        return json.loads(self.python(_DUMP))


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
