"""The demo's ERP: a folder of CSV files in the notation that an accounting system exports."""

import csv
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieback.demo.tables import rows

# Where accounting words a code otherwise than the company's standard list does.
_OWN_WORDS = {
    "01-500": "Temp Facilities & Utilities",
    "02-400": "Demo & Removals",
    "02-800": "Hazmat Abatement",
    "03-300": "Concrete In Place",
    "09-200": "Drywall",
    "23-300": "Sheet Metal Ductwork",
    "31-200": "Excavation & Backfill",
    "32-120": "Asphalt Concrete",
    "33-440": "Catch Basins & Manholes",
}
Line = Iterable[str]


def write_erp_files(folder: Path) -> None:
    """Write the files that are not there; a file that somebody has edited since stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / "jobs.csv", _jobs())
    _write(folder / "cost_codes.csv", _cost_codes())
    _write(folder / "sub_jobs.csv", _sub_jobs())
    _write(folder / "vendors.csv", _vendors())


def _write(path: Path, lines: Iterator[Line]) -> None:
    """Whole or not at all: an export that broke off would look like jobs that have gone."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _jobs() -> Iterator[Line]:
    yield (
        *("Job Key", "Job Number", "Job Description", "Job Status", "Customer Name", "City"),
        *("State", "Start Date", "Completion Date", "Contract Amount"),
    )
    for job in rows("jobs"):
        yield (
            job["id"],
            job["number"],
            job["name"],
            job["status"],
            job["customer"],
            job["city"],
            job["state"],
            _as_date(job["start"]),
            _as_date(job["end"]),
            f"{Decimal(job['value']):,.2f}",
        )


def _cost_codes() -> Iterator[Line]:
    """Each job's codes below their divisions; the cost types of a code share its line."""
    yield "Job Number", "Cost Code", "Description", "Parent Code", "Cost Type"
    standard = {code["full_code"]: code for code in rows("standard_codes")}
    for job in rows("jobs"):
        written: set[str] = set()
        for code in job["codes"].split():
            full_code, types = code.split(":")
            parent = standard[full_code]["parent"]
            if parent not in written:
                written.add(parent)
                yield job["number"], parent, standard[parent]["name"], "", ""
            name = _OWN_WORDS.get(full_code, standard[full_code]["name"])
            yield job["number"], full_code, name, parent, ",".join(types)


def _sub_jobs() -> Iterator[Line]:
    yield "Job Number", "Sub Job", "Description"
    for sub_job in rows("sub_jobs"):
        yield sub_job["job"], sub_job["code"], sub_job["name"]


def _vendors() -> Iterator[Line]:
    yield "Vendor Number", "Vendor Name", "Vendor Status", "City", "State", "Phone", "E-mail"
    for vendor in rows("vendors"):
        state = "NJ" if vendor["city"] == "Hoboken" else "NY"
        yield (
            vendor["number"],
            vendor["name"],
            vendor["status"],
            vendor["city"],
            state,
            vendor["phone"],
            vendor["email"],
        )


def _as_date(text: str) -> str:
    return f"{date.fromisoformat(text):%m/%d/%Y}" if text else ""
