"""What every test shares: two companies with their people, one clock, no network, no skipping."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import hypothesis
import pytest
from django.db import connection

from tests import factories
from tieback.access.actors import Actor, person
from tieback.access.models import Company, Level, User
from tieback.audit import triggers

PASSWORD = "a password for tests only"
_TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences"}


# How fast a borrowed machine is says nothing about the code; what it finds must not depend on luck
# where nobody is there to look into it.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "house")


@dataclass(frozen=True)
class Cast:
    """One company and its people; `users` by level, for tests that log in with `PASSWORD`."""

    company: Company
    users: dict[Level, User]

    def actor(self, level: Level) -> Actor:
        return person(self.users[level], self.company, door="test")

    @property
    def admin(self) -> Actor:
        return self.actor(Level.ADMIN)

    @property
    def standard(self) -> Actor:
        return self.actor(Level.STANDARD)

    @property
    def reader(self) -> Actor:
        return self.actor(Level.READ_ONLY)

    @property
    def nobody(self) -> Actor:
        return self.actor(Level.NONE)


def _cast(slug: str, name: str) -> Cast:
    company = factories.make_company(slug=slug, name=name)
    users = {}
    for level in Level:
        user = factories.make_user(
            email=f"{level.name.lower()}@{slug}.example",
            name=f"{level.label} of {name}",
            password=PASSWORD,
        )
        factories.make_membership(company, user, level=level)
        users[level] = user
    return Cast(company, users)


@pytest.fixture
def now() -> datetime:
    """The hour at which every test plays."""
    return datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


@pytest.fixture
def acme(db: None) -> Cast:
    """The company that the test is about."""
    return _cast("acme", "Acme Builders")


@pytest.fixture
def rival(db: None) -> Cast:
    """Another company, whose rows nobody of Acme may see or touch."""
    return _cast("rival", "Rival Contractors")


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        _TRANSACTIONAL & set(request.fixturenames)
    )


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or ({"db"} | _TRANSACTIONAL) & fixtures)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The PostgreSQL pass repeats what uses a database; the rest cannot come out differently."""
    if not os.environ.get("TIEBACK_TEST_DATABASE_URL"):
        return
    config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
    items[:] = [item for item in items if _uses_database(item)]


@pytest.fixture(autouse=True)
def _audit_triggers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stand the audit triggers up for every test, and aside for the flush after it.

    A transactional test on SQLite ends with DELETE on every table, which the triggers refuse.
    """
    if not _uses_database(request.node) or connection.vendor != "sqlite":
        yield
        return
    # Asking for the database here makes it outlive this fixture.
    is_transactional = _is_transactional(request)
    request.getfixturevalue("transactional_db" if is_transactional else "db")
    triggers.install(connection)
    yield
    if is_transactional:
        with connection.cursor() as cursor:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_no_{verb}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that did not run proves nothing: skipping and expecting to fail both fail the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    dodged = [r for kind in ("skipped", "xfailed", "xpassed") for r in reporter.stats.get(kind, [])]
    if dodged:
        reporter.write_line(f"\n{len(dodged)} skipped or excused; every test has to run.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
