"""The fields of a project, a list or a code as a form shows them, with what is wrong in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tieback.connectors.csvfile.fields import Field, Kind
from tieback.portfolio.refusals import FieldsError, RefusedError
from tieback.web.scope import ScopedRequest

_HINTS = {
    "number": "As people know the project. It may be left empty.",
    "value": "In the company's currency, as in 1,250,000.00.",
    "parent_code": "The full code of the one above, which has to be on the list already.",
    "full_code": "With the codes above it, as in 03-100.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its input's type, what stands in it, and what is wrong with that."""

    name: str
    label: str
    type: str
    value: str
    problem: str
    hint: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What a page around a form says; `crumbs` are (label, address), `back` is where it leads."""

    heading: str
    button: str
    crumbs: Sequence[tuple[str, str]]
    back: str


def said_in(request: ScopedRequest, fields: Sequence[Field]) -> dict[str, str]:
    """What the form says in these fields; a field that it does not send is not in it."""
    return {f.name: request.POST[f.name] for f in fields if f.name in request.POST}


def shown(
    request: ScopedRequest,
    page: Page,
    fields: Sequence[Field],
    values: Mapping[str, Any],
    refused: RefusedError | None = None,
) -> HttpResponse:
    """The form; with what was refused, and in which field, where something was."""
    problems = refused.problems if isinstance(refused, FieldsError) else {}
    whole = f"{refused.message} {refused.mend}" if refused and not problems else ""
    context = {
        "page": page,
        "lines": [_line(field, values.get(field.name), problems) for field in fields],
        "problem": whole,
    }
    status = 422 if refused else 200
    return render(request, "portfolio/form.html", context, status=status)


def _line(field: Field, value: object, problems: Mapping[str, str]) -> Line:
    text = "" if value is None else str(value)
    return Line(
        field.name,
        field.label,
        _type(field, text),
        text,
        problems.get(field.name, ""),
        _HINTS.get(field.name, ""),
        field.is_required,
    )


def _type(field: Field, text: str) -> str:
    """A date's own input, but for what that could not show back."""
    if field.kind is not Kind.DATE:
        return "text"
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        return "text"
    return "date"
