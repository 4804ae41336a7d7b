"""Projects from a file: found by their number, added where it is new; never guessed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.audit.services import Entry as Event
from tieback.audit.services import record_all
from tieback.connectors.csvfile.listing import Entry, Listing
from tieback.connectors.errors import RecordError
from tieback.portfolio.fields import date_problem
from tieback.portfolio.importing import Import, Outcome, Row, entries, without_repeats
from tieback.portfolio.models import Project
from tieback.portfolio.projects import differing, hold_portfolio, new_project, put, target
from tieback.portfolio.selectors import erp_list

_CHUNK = 500
_WRITTEN_AT_ONCE = 200
T = TypeVar("T")


def read_projects(*, company: Company, listing: Listing) -> Import[Project]:
    """What importing the file would do now; changes nothing, and no project in it is saved.

    A row is the project with its number; a number that several projects bear is refused. A row
    without a number is a new project, unless one without a number has its name already: then
    nobody can tell, and it is refused. A blank cell leaves the project's value as it is. Raises
    `ConfigError` and `TransientError` for the file as a whole.
    """
    return _Reading(company, listing).read()


@transaction.atomic
def import_projects(
    *, company: Company, listing: Listing, by: Actor, now: datetime, seen: str = ""
) -> Import[Project]:
    """Do what `read_projects` says, all of it or nothing; refused rows are left out.

    With `seen`, the digest that a person was shown, raises `RefusedError` where it would do
    something else by now.
    """
    hold_portfolio(company, by, "import projects")
    found = _Reading(company, listing, is_locking=True).read()
    found.require_seen(seen)
    added, changed = found.of(Outcome.ADDED), found.of(Outcome.CHANGED)
    Project.objects.bulk_create((row.record for row in added), _CHUNK)
    _write(changed)
    summary = Event(
        "portfolio.import_projects",
        ("company", company.pk, company.name),
        after={"file": found.source, **found.counts},
    )
    record_all(
        by=by,
        now=now,
        entries=[
            *(Event("project.create", target(row.record), after=row.after) for row in added),
            *(
                Event("project.change", target(row.record), before=row.before, after=row.after)
                for row in changed
            ),
            summary,
        ],
    )
    return found


def _write(changed: list[Row[Project]]) -> None:
    columns = sorted({name for row in changed for name in row.after})
    if columns:
        Project.objects.bulk_update(
            (row.record for row in changed), [*columns, "search_text"], _WRITTEN_AT_ONCE
        )


class _Reading:
    """The file beside the portfolio as it is now."""

    def __init__(self, company: Company, listing: Listing, *, is_locking: bool = False) -> None:
        self._company = company
        self._listing = listing
        self._is_locking = is_locking
        self._erp_list = erp_list(company.pk)

    def read(self) -> Import[Project]:
        found, refused = entries(self._listing)
        result: Import[Project] = Import(self._listing.source, refused=refused)
        found = without_repeats(self._listing, found, "number", refused)
        numbered = [entry for entry in found if "number" in entry.values]
        blank = [entry for entry in found if "number" not in entry.values]
        unnumbered = without_repeats(self._listing, blank, "name", refused)
        there = self._by_number(entry.values["number"] for entry in numbered)
        for entry in numbered:
            self._judge(entry, there.get(entry.values["number"], []), result)
        taken = self._names_without_number(entry.values["name"] for entry in unnumbered)
        for entry in unnumbered:
            if entry.values["name"] in taken:
                refused.append(self._unclear(entry))
            else:
                self._judge(entry, [], result)
        result.rows.sort(key=lambda row: row.row)
        refused.sort(key=lambda error: error.row or 0)
        return result

    def _judge(self, entry: Entry, there: list[Project], result: Import[Project]) -> None:
        """Put the entry's row, or its refusal, into the result."""
        values = _values(entry)
        if len(there) > 1:
            result.refused.append(self._several(entry, len(there)))
            return
        project = there[0] if there else None
        dates = {"start_date", "end_date"} & set(values)
        start, end = (
            values.get(name, getattr(project, name, None)) for name in ("start_date", "end_date")
        )
        if dates and (why := date_problem(start, end)):
            name = "end_date" if "end_date" in values else "start_date"
            result.refused.append(
                self._listing.refused(entry.row, name, why, "Correct one of the two.")
            )
            return
        result.rows.append(self._row(entry, values, project))

    def _row(self, entry: Entry, values: dict[str, Any], project: Project | None) -> Row[Project]:
        if project is None:
            made = new_project(self._company, values, self._erp_list)
            return Row(entry.row, Outcome.ADDED, made, {}, values)
        after = differing(project, values)
        before = {name: getattr(project, name) for name in after}
        put(project, after)
        outcome = Outcome.CHANGED if after else Outcome.UNCHANGED
        return Row(entry.row, outcome, project, before, after)

    def _by_number(self, numbers: Iterable[str]) -> dict[str, list[Project]]:
        found: defaultdict[str, list[Project]] = defaultdict(list)
        projects = Project.objects.filter(company=self._company)
        if self._is_locking:
            projects = projects.select_for_update()
        for chunk in _chunks(numbers):
            for project in projects.filter(number__in=chunk).order_by("pk"):
                found[project.number].append(project)
        return found

    def _names_without_number(self, names: Iterable[str]) -> set[str]:
        without = Project.objects.filter(company=self._company, number="")
        return {
            name
            for chunk in _chunks(names)
            for name in without.filter(name__in=chunk).values_list("name", flat=True)
        }

    def _several(self, entry: Entry, times: int) -> RecordError:
        number = entry.values["number"]
        return self._listing.refused(
            entry.row,
            "number",
            f"{times} projects have the number “{number}”, so nobody can tell which one is meant.",
            "Give each project a number of its own, or change them on their pages.",
        )

    def _unclear(self, entry: Entry) -> RecordError:
        name = entry.values["name"]
        return self._listing.refused(
            entry.row,
            "name",
            f"There is a project “{name}” without a number already, so nobody can tell whether "
            "this is another one.",
            "Give both a number, or take the row out.",
        )


def _values(entry: Entry) -> dict[str, Any]:
    """What the row says, by the project's own fields."""
    values = dict(entry.values)
    if "status" in values:
        values["is_active"] = values.pop("status")[1]
    return values


def _chunks(things: Iterable[T]) -> Iterator[list[T]]:
    listed = list(things)
    return (listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK))
