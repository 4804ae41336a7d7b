"""Which fields a sheet can hold, and the headers by which each is known: data, no logic."""

from dataclasses import dataclass
from enum import StrEnum

from tieback.connectors.records import Resource


class Kind(StrEnum):
    """How a cell of the field is read."""

    # Something that other records refer to: no line breaks, nothing invisible.
    KEY = "key"
    TEXT = "text"
    # Text that people break over lines in one cell, as they do with addresses.
    LINES = "lines"
    STATUS = "status"
    DATE = "date"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource. `limit` is in characters: the width of the table behind it.

    `headers` are the names by which the column is known, the likeliest first.
    """

    name: str
    label: str
    kind: Kind
    headers: tuple[str, ...]
    limit: int = 0
    is_required: bool = False


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))


_ID = _names("external id, erp id, record id, unique id, guid, uuid, id, key")
_STATUS = _names("status, active, is active, active?")
_ADDRESS = _names("address, street, street address, address 1, address line 1")
_STATE = _names("state, state code, state/province, province, st")
_ZIP = _names("zip, zip code, postal code, postcode, zip/postal code, postal")
# The job's number, on its own sheet and on those that belong to it.
_JOB_NUMBER = _names(
    "job number, job no, job #, job id, job code, job, "
    "project number, project no, project #, project id, project code, project"
)

_JOB = (
    Field("external_id", "ERP id", Kind.KEY, (*_ID, "job key", "project key"), 200),
    Field(
        "number",
        "Number",
        Kind.KEY,
        (*_JOB_NUMBER, *_names("number, no, #, code, job num, contract number")),
        100,
        is_required=True,
    ),
    Field(
        "name",
        "Name",
        Kind.TEXT,
        _names(
            "job name, project name, name, job description, project description, description, "
            "job title, project title, title"
        ),
        300,
        is_required=True,
    ),
    Field(
        "status",
        "Status",
        Kind.STATUS,
        (*_names("job status, project status, contract status"), *_STATUS),
        60,
    ),
    Field(
        "customer",
        "Customer",
        Kind.TEXT,
        _names("customer, customer name, client, client name, owner, owner name, bill to"),
        200,
    ),
    Field(
        "address",
        "Address",
        Kind.LINES,
        (*_ADDRESS, *_names("job address, project address, site address, ship to, location")),
        200,
    ),
    Field("city", "City", Kind.TEXT, _names("city, town, job city, site city, project city"), 100),
    Field(
        "state_code",
        "State",
        Kind.TEXT,
        (*_STATE, *_names("job state, site state, project state")),
        40,
    ),
    Field("zip", "ZIP", Kind.TEXT, (*_ZIP, *_names("job zip, site zip, project zip")), 20),
    Field("country", "Country", Kind.TEXT, _names("country, country code, job country"), 60),
    Field(
        "start_date",
        "Start",
        Kind.DATE,
        _names(
            "start date, start, actual start date, actual start, job start date, "
            "project start date, begin date, contract date"
        ),
    ),
    Field(
        "end_date",
        "End",
        Kind.DATE,
        _names(
            "end date, end, completion date, finish date, finish, projected completion, "
            "estimated completion date, job end date, project end date"
        ),
    ),
    Field(
        "contract_value",
        "Contract value",
        Kind.MONEY,
        _names(
            "contract value, contract amount, contract, original contract, "
            "original contract amount, contract sum, total contract, job value, project value, "
            "value, amount"
        ),
    ),
)

_COST_CODE = (
    Field("external_id", "ERP id", Kind.KEY, (*_ID, "cost code id"), 200),
    Field("job_ref", "Job", Kind.KEY, _JOB_NUMBER, 200, is_required=True),
    Field(
        "full_code",
        "Cost code",
        Kind.KEY,
        _names(
            "cost code, full code, full cost code, cost code number, cost code no, cost code #, "
            "phase code, phase, code"
        ),
        100,
        is_required=True,
    ),
    Field(
        "name",
        "Name",
        Kind.TEXT,
        _names(
            "cost code name, cost code description, name, description, phase description, "
            "code description, title"
        ),
        300,
        is_required=True,
    ),
    Field(
        "parent_code",
        "Parent code",
        Kind.KEY,
        _names("parent code, parent, parent cost code, division, group"),
        100,
    ),
    Field(
        "cost_type",
        "Cost type",
        Kind.TEXT,
        _names("cost type, cost types, type, types, category, cost category, line item type"),
        20,
    ),
    Field("status", "Status", Kind.STATUS, ("cost code status", *_STATUS), 60),
)

_SUB_JOB = (
    Field("external_id", "ERP id", Kind.KEY, (*_ID, "sub job id", "extra id"), 200),
    Field("job_ref", "Job", Kind.KEY, _JOB_NUMBER, 200, is_required=True),
    Field(
        "code",
        "Code",
        Kind.KEY,
        _names(
            "sub job, sub job code, sub job number, sub job no, sub job #, code, extra, "
            "extra code, phase, phase code, number"
        ),
        100,
        is_required=True,
    ),
    Field(
        "name",
        "Name",
        Kind.TEXT,
        _names("sub job name, sub job description, name, description, title"),
        300,
        is_required=True,
    ),
    Field("status", "Status", Kind.STATUS, ("sub job status", *_STATUS), 60),
)

_VENDOR = (
    Field("external_id", "ERP id", Kind.KEY, (*_ID, "vendor key"), 200),
    Field(
        "number",
        "Number",
        Kind.KEY,
        _names(
            "vendor number, vendor no, vendor #, vendor id, vendor code, supplier number, "
            "supplier id, number, no, #, code"
        ),
        100,
        is_required=True,
    ),
    Field(
        "name",
        "Name",
        Kind.TEXT,
        _names(
            "vendor name, vendor, supplier name, supplier, company name, company, name, description"
        ),
        300,
        is_required=True,
    ),
    Field("status", "Status", Kind.STATUS, ("vendor status", *_STATUS), 60),
    Field("address", "Address", Kind.LINES, (*_ADDRESS, "vendor address"), 200),
    Field("city", "City", Kind.TEXT, _names("city, town"), 100),
    Field("state_code", "State", Kind.TEXT, _STATE, 40),
    Field("zip", "ZIP", Kind.TEXT, _ZIP, 20),
    Field(
        "phone",
        "Phone",
        Kind.TEXT,
        _names("phone, phone number, telephone, business phone, main phone, tel"),
        60,
    ),
    Field("email", "Email", Kind.TEXT, _names("email, e-mail, email address, e-mail address"), 254),
)

FIELDS: dict[Resource, tuple[Field, ...]] = {
    Resource.JOB: _JOB,
    Resource.COST_CODE: _COST_CODE,
    Resource.SUB_JOB: _SUB_JOB,
    Resource.VENDOR: _VENDOR,
}

# What a file of each resource may be called: letters only, so "Job List 2026.xlsx" is "joblist".
FILE_WORDS: dict[Resource, tuple[str, ...]] = {
    Resource.JOB: _names(
        "jobs, job, joblist, joblisting, jobmaster, erpjobs, erpprojects, "
        "projects, project, projectlist"
    ),
    Resource.COST_CODE: _names(
        "costcodes, costcode, costcodelist, jobcostcodes, jobcostcode, "
        "phases, phasecodes, jobphases"
    ),
    Resource.SUB_JOB: _names("subjobs, subjob, subjoblist, extras, jobextras"),
    Resource.VENDOR: _names(
        "vendors, vendor, vendorlist, vendormaster, suppliers, supplier, supplierlist"
    ),
}
FILE_NAMES: dict[Resource, str] = {
    Resource.JOB: "jobs",
    Resource.COST_CODE: "cost_codes",
    Resource.SUB_JOB: "sub_jobs",
    Resource.VENDOR: "vendors",
}
