"""A company that owes writes to the remote of these tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest

from tests.conftest import Cast
from tests.factories import LONG_AGO, make_connection
from tests.outbox.ledger import LedgerConnector
from tests.outbox.remote import Ledger, remote
from tieback.connections.models import Connection
from tieback.connectors import registry
from tieback.outbox.delivering import Delivery
from tieback.outbox.models import OutboxMessage
from tieback.outbox.services import owe


@dataclass
class Clock:
    """A clock that stands until it is told to go on."""

    at: datetime = LONG_AGO

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Debt:
    """The company, its connection to the remote, and what the remote holds."""

    acme: Cast
    connection: Connection
    ledger: Ledger
    clock: Clock
    connector: LedgerConnector

    def owe(self, target: str = "P-1", **payload: object) -> OutboxMessage:
        return owe(
            connection=self.connection,
            resource="project",
            target=target,
            title=f"Write {target}",
            payload={"target": target, **payload},
            by=self.acme.admin,
            now=self.clock(),
        )

    def delivery(self, worker: str = "w1") -> Delivery:
        return Delivery(worker, self.clock, Random(1))


@pytest.fixture
def debt(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Debt]:
    with remote() as (url, ledger):
        known = {**registry.connectors(), "ledger": LedgerConnector}
        monkeypatch.setattr(registry, "connectors", lambda: known)
        connection = make_connection(
            acme.company, connector="ledger", settings={"url": url, "limit": 100}
        )
        connector = LedgerConnector(connection.settings)
        yield Debt(acme, connection, ledger, Clock(), connector)
