"""What a person may say of a project or a standard cost code, and how it is read.

The same fields and the same reading serve a form, a command and a file that is imported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tieback.connectors.csvfile.cell_error import CellError
from tieback.connectors.csvfile.fields import FIELDS, Field, Kind
from tieback.connectors.csvfile.parsing import cell_reader
from tieback.connectors.records import Resource
from tieback.portfolio.refusals import FieldsError

_OF_JOB = {field.name: field for field in FIELDS[Resource.JOB]}
_OF_CODE = {field.name: field for field in FIELDS[Resource.COST_CODE]}


def _known_first(field: Field, *headers: str, **changed: Any) -> Field:
    others = tuple(one for one in field.headers if one not in headers)
    return replace(field, headers=(*headers, *others), **changed)


PROJECT_FIELDS: tuple[Field, ...] = (
    _known_first(_OF_JOB["number"], "project number", "number", is_required=False),
    _known_first(_OF_JOB["name"], "project name", "name"),
    _OF_JOB["customer"],
    _OF_JOB["address"],
    _OF_JOB["city"],
    _OF_JOB["state_code"],
    _OF_JOB["zip"],
    _OF_JOB["country"],
    _OF_JOB["start_date"],
    _OF_JOB["end_date"],
    _known_first(
        _OF_JOB["contract_value"], "project value", "total value", name="value", label="Value"
    ),
    Field("stage", "Stage", Kind.TEXT, ("project stage", "stage"), 60),
)
# A file may also say whether the project is active; a person switches that on its page.
PROJECT_FILE_FIELDS: tuple[Field, ...] = (
    *PROJECT_FIELDS,
    _known_first(_OF_JOB["status"], "project status", "status"),
)
CODE_FIELDS: tuple[Field, ...] = (
    _OF_CODE["full_code"],
    _OF_CODE["name"],
    _OF_CODE["parent_code"],
)
CODE_FILE_FIELDS: tuple[Field, ...] = (*CODE_FIELDS, _OF_CODE["status"])
LIST_FIELDS: tuple[Field, ...] = (
    Field("name", "Name", Kind.TEXT, ("name",), 120, is_required=True),
)
# Not read from a dialect: what a person types here is shown back to them at once.
_DATE_ORDER, _DECIMAL_MARK = "MDY", "."


def read_fields(said: Mapping[str, object], fields: Sequence[Field]) -> dict[str, Any]:
    """The values of those fields that are in `said`; blank is "" for text and None for others.

    Raises `FieldsError` with every problem at once.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        if field.name not in said:
            continue
        try:
            values[field.name] = _value(field, said[field.name])
        except CellError as refused:
            reason = f"{refused.reason[:1].upper()}{refused.reason[1:]}"
            problems[field.name] = f"{field.label}: {reason} {refused.mend}"
    if problems:
        raise FieldsError(problems)
    return values


def date_problem(start: date | None, end: date | None) -> str:
    """Why the two days cannot both be right, "" where they can."""
    if start is None or end is None or start <= end:
        return ""
    return f"The end, {end}, is before the start, {start}."


def _value(field: Field, said: object) -> Any:
    reader = cell_reader(field, date_order=_DATE_ORDER, decimal_mark=_DECIMAL_MARK)
    value = reader("" if said is None else said)
    if value in (None, "") and field.is_required:
        raise CellError("It is empty.", "Fill it in.")
    return value
