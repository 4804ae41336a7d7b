"""The frozen records that connectors return: what a remote said, in our words and types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Resource(StrEnum):
    """The kinds of record that travel, in the order in which a pull reads them."""

    JOB = "job"
    COST_CODE = "cost_code"
    SUB_JOB = "sub_job"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """An ERP's job. `None` and "" mean that the remote did not say, never "nothing"."""

    external_id: str
    number: str
    name: str
    status: str = ""
    is_active: bool = True
    customer: str = ""
    address: str = ""
    city: str = ""
    state_code: str = ""
    zip: str = ""
    country: str = ""
    start_date: date | None = None
    end_date: date | None = None
    contract_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CostCodeRecord:
    """One cost code of a job with one of its cost types ("" where the remote has none)."""

    external_id: str
    # The job's external id, or its number where the remote refers by number.
    job_ref: str
    full_code: str
    name: str
    parent_code: str = ""
    cost_type: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class SubJobRecord:
    """A sub job (phase, extra, task) of a job."""

    external_id: str
    job_ref: str
    code: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class VendorRecord:
    """A vendor."""

    external_id: str
    number: str
    name: str
    is_active: bool = True
    address: str = ""
    city: str = ""
    state_code: str = ""
    zip: str = ""
    phone: str = ""
    email: str = ""


Record = JobRecord | CostCodeRecord | SubJobRecord | VendorRecord


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One remote record before it is parsed: cheap to make, so an unchanged one costs no parsing.

    `digest` (32 hex characters) covers everything that parsing depends on: the record's own
    content and the connector's settings.
    """

    resource: Resource
    external_id: str
    digest: str
    raw: Mapping[str, object]
    # Where it stands, for a person: a file or table, and the row as a spreadsheet counts it.
    source: str = ""
    row: int | None = None
    # Cells by position, for connectors that parse from cells rather than from `raw`.
    cells: tuple[object, ...] = field(default=(), repr=False)
