"""Bring the tables up to what this version needs, once, whoever asks at the same time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tieback.cli.screen import note
from tieback.home import home

# Any number will do as long as every process of ours takes the same.
_ADVISORY_LOCK = 7_180_471


def pending_migrations() -> list[str]:
    """The migrations that the database has not had yet, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date() -> None:
    """Apply what is pending; two processes that start together do it one after the other."""
    if not pending_migrations():
        return
    with _alone():
        if missing := pending_migrations():
            note(f"Preparing the database ({len(missing)} steps) …")
            call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone() -> Iterator[None]:
    with (home() / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
