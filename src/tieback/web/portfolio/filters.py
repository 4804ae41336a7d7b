"""What the project list's address asks for, turned into a query."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from tieback.portfolio.models import Project

STATUSES = {
    "active": ("Active", Q(is_active=True, is_template=False)),
    "inactive": ("Inactive", Q(is_active=False, is_template=False)),
    "template": ("Template", Q(is_template=True)),
}
INTEGRATION = {
    "on": ("ERP-integrated", Q(is_erp_integrated=True)),
    "off": ("Not ERP-integrated", Q(is_erp_integrated=False)),
}
SYNCED = {
    "yes": ("Synced", ~Q(origin_id="")),
    "no": ("Unsynced", Q(origin_id="")),
}
# The key in the address → the column.
SORTS = {"number": "number", "name": "name", "value": "value", "start": "start_date"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as a select: its name in the address, what is chosen, and what else could be."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]


def choices(asked: QueryDict, stages: list[str]) -> list[Choice]:
    """The list's filters with what the address chose; an unknown value chooses nothing."""
    fixed = [
        ("status", "Any status", STATUSES),
        ("erp", "Any ERP setting", INTEGRATION),
        ("synced", "Synced or not", SYNCED),
    ]
    made = [
        Choice(name, label, asked.get(name, ""), [(key, said) for key, (said, _) in known.items()])
        for name, label, known in fixed
    ]
    return [*made, Choice("stage", "Any stage", asked.get("stage", ""), [(s, s) for s in stages])]


def narrowed(projects: "QuerySet[Project]", asked: QueryDict) -> "QuerySet[Project]":
    """Only those projects that every filter in the address lets through."""
    for name, known in (("status", STATUSES), ("erp", INTEGRATION), ("synced", SYNCED)):
        if found := known.get(asked.get(name, "")):
            projects = projects.filter(found[1])
    if stage := asked.get("stage"):
        projects = projects.filter(stage=stage)
    return projects


def is_narrowed(asked: QueryDict) -> bool:
    """Whether anything but order and page is asked for."""
    return any(asked.get(name) for name in ("q", "status", "erp", "synced", "stage"))
