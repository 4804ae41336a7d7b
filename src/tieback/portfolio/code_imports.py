"""Standard cost codes from a file: found by their full code, with the parents that it names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.audit.services import record
from tieback.connectors.csvfile.listing import Entry, Listing
from tieback.connectors.errors import RecordError
from tieback.portfolio.importing import Import, Outcome, Row, entries, without_repeats
from tieback.portfolio.lists import own_code, own_code_problem, target
from tieback.portfolio.models import StandardCostCode, StandardCostCodeList
from tieback.portfolio.projects import hold_portfolio

_CHUNK = 500
_COLUMNS = ("name", "code", "parent", "is_active")


def read_codes(
    *, cost_code_list: StandardCostCodeList, listing: Listing
) -> Import[StandardCostCode]:
    """What importing the file into the list would do now; changes nothing.

    A row is the code with its full code, added where the list has none. A parent is never guessed
    from the code: it has to be named, and to be on the list or in the file. A blank cell leaves
    what the list has. Raises `ConfigError` and `TransientError` for the file as a whole.
    """
    return _Reading(cost_code_list, listing).read()


@transaction.atomic
def import_codes(
    *,
    cost_code_list: StandardCostCodeList,
    listing: Listing,
    by: Actor,
    now: datetime,
    seen: str = "",
) -> Import[StandardCostCode]:
    """Do what `read_codes` says, all of it or nothing; refused rows are left out.

    With `seen`, the digest that a person was shown, raises `RefusedError` where it would do
    something else by now.
    """
    hold_portfolio(cost_code_list.company, by, "import standard cost codes")
    found = read_codes(cost_code_list=cost_code_list, listing=listing)
    found.require_seen(seen)
    _create([row.record for row in found.of(Outcome.ADDED)])
    changed = found.of(Outcome.CHANGED)
    # Parents that are new have their ids only now.
    for row in changed:
        row.record.parent = row.record.parent
    StandardCostCode.objects.bulk_update((row.record for row in changed), _COLUMNS, _CHUNK)
    record(
        by=by,
        now=now,
        action="cost_code_list.import_codes",
        target=target(cost_code_list),
        before={row.record.full_code: row.before for row in changed},
        after={
            "file": found.source,
            **found.counts,
            **{row.record.full_code: row.after for row in changed},
        },
    )
    return found


def _create(codes: list[StandardCostCode]) -> None:
    """Save new codes, each behind its parent."""
    waiting = codes
    while waiting:
        ready = [code for code in waiting if code.parent is None or code.parent.pk]
        for code in ready:
            code.parent = code.parent
        StandardCostCode.objects.bulk_create(ready, _CHUNK)
        waiting = [code for code in waiting if not code.pk]


class _Reading:
    """The file beside the list as it is now."""

    def __init__(self, cost_code_list: StandardCostCodeList, listing: Listing) -> None:
        self._list = cost_code_list
        self._listing = listing
        # A list that is only about to be made has no codes, and no id to ask for them by.
        there = cost_code_list.codes.select_related("parent") if cost_code_list.pk else []
        self._there = {code.full_code: code for code in there}
        self._new: dict[str, StandardCostCode] = {}
        self._said: Mapping[str, Entry] = {}

    def read(self) -> Import[StandardCostCode]:
        found, refused = entries(self._listing)
        result: Import[StandardCostCode] = Import(self._listing.source, refused=refused)
        single = without_repeats(self._listing, found, "full_code", refused)
        self._said = {entry.values["full_code"]: entry for entry in single}
        fit = []
        for entry in single:
            if error := self._refusal(entry):
                refused.append(error)
            else:
                fit.append(entry)
        self._new = {
            code: StandardCostCode(list=self._list, full_code=code)
            for code in (entry.values["full_code"] for entry in fit)
            if code not in self._there
        }
        result.rows.extend(self._row(entry) for entry in fit)
        refused.sort(key=lambda error: error.row or 0)
        return result

    def _refusal(self, entry: Entry) -> RecordError | None:
        full_code = entry.values["full_code"]
        if reason := self._parent_problem(full_code):
            return self._listing.refused(
                entry.row, "parent_code", reason, "Correct the parent, or leave the cell empty."
            )
        if reason := self._own_problem(full_code):
            return self._listing.refused(entry.row, "full_code", reason, "Shorten it.")
        return None

    def _own_problem(self, full_code: str) -> str:
        return own_code_problem(own_code(full_code, self._parent_of(full_code)))

    def _parent_of(self, full_code: str) -> str:
        """The full code of the parent: as the file says, else as the list has it, else ""."""
        entry = self._said.get(full_code)
        if entry and "parent_code" in entry.values:
            return str(entry.values["parent_code"])
        code = self._there.get(full_code)
        return code.parent.full_code if code and code.parent else ""

    def _parent_problem(self, full_code: str) -> str:
        """Why the code cannot stand where it is said to, looking at all above it."""
        above = self._parent_of(full_code)
        seen = {full_code}
        while above:
            if above in seen:
                return f"“{above}” would be above itself."
            if above not in self._said and above not in self._there:
                return f"“{above}” is neither on “{self._list}” nor, readable, in the file."
            if above in self._said and self._own_problem(above):
                return f"“{above}” is refused itself."
            seen.add(above)
            above = self._parent_of(above)
        return ""

    def _row(self, entry: Entry) -> Row[StandardCostCode]:
        full_code = entry.values["full_code"]
        parent_code = self._parent_of(full_code)
        parent = self._new.get(parent_code) or self._there.get(parent_code)
        values: dict[str, Any] = {
            "name": entry.values["name"],
            "parent": parent_code,
            "code": own_code(full_code, parent_code),
        }
        if "status" in entry.values:
            values["is_active"] = entry.values["status"][1]
        if full_code in self._new:
            return Row(entry.row, Outcome.ADDED, self._put(full_code, values, parent), {}, values)
        code = self._there[full_code]
        stands = {**_facts(code), "parent": code.parent.full_code if code.parent else ""}
        after = {name: value for name, value in values.items() if stands[name] != value}
        before = {name: stands[name] for name in after}
        if after:
            self._put(full_code, values, parent)
        outcome = Outcome.CHANGED if after else Outcome.UNCHANGED
        return Row(entry.row, outcome, code, before, after)

    def _put(
        self, full_code: str, values: dict[str, Any], parent: StandardCostCode | None
    ) -> StandardCostCode:
        code = self._new.get(full_code) or self._there[full_code]
        code.name, code.code, code.parent = values["name"], values["code"], parent
        code.is_active = values.get("is_active", code.is_active)
        return code


def _facts(code: StandardCostCode) -> dict[str, Any]:
    return {"name": code.name, "code": code.code, "is_active": code.is_active}
