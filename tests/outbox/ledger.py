"""A connector to the remote of these tests, over the product's own HTTP client."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from tieback.connectors.base import Capability, Connector, Window
from tieback.connectors.errors import RecordError
from tieback.connectors.http import HttpClient
from tieback.connectors.records import Record, Resource, SourceRow


class LedgerConnector(Connector):
    """Writes records under our key, and can tell whether a key has arrived."""

    name: ClassVar[str] = "ledger"
    label: ClassVar[str] = "Ledger"
    capabilities: ClassVar[frozenset[Capability]] = frozenset()

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._http = HttpClient(system="Ledger", base_url=values["url"], timeout=1.0)
        self._remaining: int | None = None

    def check(self) -> str:
        return "There."

    def rows(self, resource: Resource) -> Iterator[SourceRow | RecordError]:
        return iter(())

    def record(self, row: SourceRow) -> Record:
        raise NotImplementedError

    def windows(self) -> Sequence[Window]:
        if self._remaining is None:
            return []
        return [Window(3600, self.values["limit"], self._remaining, 3600.0)]

    def write(self, resource: str, payload: Mapping[str, Any], *, key: str) -> str:
        answer = self._http.call("PUT", f"/{resource}/{key}", json=dict(payload))
        if "x-remaining" in answer.headers:
            self._remaining = int(answer.headers["x-remaining"])
        return str(answer.json["id"])

    def written(self, resource: str, payload: Mapping[str, Any], *, key: str) -> str | None:
        try:
            return str(self._http.get(f"/{resource}/{key}").json["id"])
        except RecordError:
            return None
