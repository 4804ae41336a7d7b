"""An ERP of files: what a person would export, in a folder of the test's own."""

import csv
from collections.abc import Sequence
from pathlib import Path

from tests import factories
from tieback.access.models import Company
from tieback.connections.models import Connection

JOBS = ["Job No", "Description", "Status", "Customer", "Contract Amount"]
COST_CODES = ["Job No", "Cost Code", "Description", "Cost Type"]


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A CSV file as a spreadsheet would save it."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def job_rows(numbers: Sequence[str]) -> list[list[str]]:
    """One active job a number."""
    return [[number, f"Job {number}", "Active", "Owner", "1,000.00"] for number in numbers]


def erp_of(company: Company, folder: Path) -> Connection:
    """The connection that reads the folder."""
    return factories.make_connection(company, settings={"folder": str(folder)})
