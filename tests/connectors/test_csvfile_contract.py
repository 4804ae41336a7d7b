"""The file connector under the contract that every connector inherits."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.connectors import export
from tieback.connectors.base import Connector
from tieback.connectors.contract import ConnectorContract
from tieback.connectors.records import Record, Resource


class TestCsvFile(ConnectorContract):
    @pytest.fixture(autouse=True)
    def _in_a_folder_of_its_own(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make(self) -> Connector:
        return export.reader(export.write_all(self.folder / "export"))

    def expected(self) -> Mapping[Resource, Sequence[Record]]:
        return export.RECORDS

    def refused(self) -> Mapping[Resource, Sequence[str]]:
        return {Resource.JOB: ["one million"]}

    def changed(self) -> Connector:
        files = {
            name: [*rows[:-1], [*rows[-1][:-2], "Another name", rows[-1][-1]]]
            for name, rows in export.FILES.items()
        }
        files["jobs.csv"][-1] = [*export.FILES["jobs.csv"][-1][:-1], "(13.00)"]
        return export.reader(export.write_all(self.folder / "changed", files))

    def unusable(self) -> Sequence[tuple[Connector, str]]:
        empty = self.folder / "empty"
        empty.mkdir()
        headless = export.write_all(self.folder / "headless", {"jobs.csv": [["Job #"], ["1"]]})
        doubled = export.write_all(
            self.folder / "doubled", {"jobs.csv": [["Job #", "Name", "Name"], ["1", "A", "B"]]}
        )
        return [
            (export.reader(empty), "jobs"),
            (export.reader(self.folder / "nowhere"), "nowhere"),
            (export.reader(Path("relative")), "relative"),
            (export.reader(headless), "Name"),
            (export.reader(doubled), "B and C"),
        ]

    def many(self, count: int) -> Connector:
        rows = [[f"{number:06}", f"Job {number}"] for number in range(count)]
        files = {"jobs.csv": [["Job #", "Name"], *rows]}
        return export.reader(export.write_all(self.folder / str(count), files))
