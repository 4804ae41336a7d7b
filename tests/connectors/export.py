"""A small ERP's export, as a folder of files."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import RecordError
from tieback.connectors.records import (
    CostCodeRecord,
    JobRecord,
    Record,
    Resource,
    SubJobRecord,
    VendorRecord,
)

FILES: dict[str, list[list[str]]] = {
    "jobs.csv": [
        ["Job #", "Job Name", "Status", "Owner", "City", "Start Date", "Contract Amount"],
        ["24001", "PS 118 façade", "Active", "City Schools", "Queens", "3/24/2026", "$1,234.50"],
        ["24002", "One million", "Active", "", "", "", "one million"],
        ["00123", "Pier 40 🏗️ إصلاح", "Closed", "", "", "", "(12.00)"],
    ],
    "cost_codes.csv": [
        ["Job", "Cost Code", "Description", "Cost Type"],
        ["24001", "03-100", "Concrete", "L; M"],
        ["24001", "03-200", "Rebar", ""],
    ],
    "sub_jobs.csv": [
        ["Job", "Sub Job", "Name", "Active"],
        ["24001", "01", "North wing", "yes"],
        ["24001", "02", "South wing", "no"],
    ],
    "vendors.csv": [
        ["Vendor ID", "Vendor Name", "Email"],
        ["V1", "Steel & Sons", "office@steel.example"],
        ["V2", "Lumber Yard", ""],
    ],
}
RECORDS: dict[Resource, list[Record]] = {
    Resource.JOB: [
        JobRecord(
            external_id="24001",
            number="24001",
            name="PS 118 façade",
            status="Active",
            customer="City Schools",
            city="Queens",
            start_date=date(2026, 3, 24),
            contract_value=Decimal("1234.50"),
        ),
        JobRecord(
            external_id="00123",
            number="00123",
            name="Pier 40 🏗️ إصلاح",
            status="Closed",
            is_active=False,
            contract_value=Decimal("-12.00"),
        ),
    ],
    Resource.COST_CODE: [
        CostCodeRecord("24001|03-100|L", "24001", "03-100", "Concrete", cost_type="L"),
        CostCodeRecord("24001|03-100|M", "24001", "03-100", "Concrete", cost_type="M"),
        CostCodeRecord("24001|03-200", "24001", "03-200", "Rebar"),
    ],
    Resource.SUB_JOB: [
        SubJobRecord("24001|01", "24001", "01", "North wing"),
        SubJobRecord("24001|02", "24001", "02", "South wing", is_active=False),
    ],
    Resource.VENDOR: [
        VendorRecord("V1", "V1", "Steel & Sons", email="office@steel.example"),
        VendorRecord("V2", "V2", "Lumber Yard"),
    ],
}


def write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A CSV file as a spreadsheet would save it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def write_all(folder: Path, files: Mapping[str, Sequence[Sequence[str]]] = FILES) -> Path:
    """A folder with all files of the export."""
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        write(folder / name, rows)
    return folder


def reader(folder: Path, **values: object) -> CsvFileConnector:
    """The connector over a folder."""
    return CsvFileConnector({"folder": str(folder), **values})


def of_jobs(folder: Path, content: str | bytes, **values: object) -> CsvFileConnector:
    """The connector over a folder whose `jobs.csv` has exactly this content."""
    data = content.encode() if isinstance(content, str) else content
    (folder / "jobs.csv").write_bytes(data)
    return reader(folder, **values)


def jobs(connector: CsvFileConnector) -> list[JobRecord]:
    """The jobs that are not refused."""
    return [one for one in connector.read(Resource.JOB) if isinstance(one, JobRecord)]


def refusals(
    connector: CsvFileConnector, resource: Resource = Resource.JOB
) -> list[tuple[int | None, str, str]]:
    """Row, column and message of everything that is refused."""
    return [
        (one.row, one.column, one.message)
        for one in connector.read(resource)
        if isinstance(one, RecordError)
    ]
