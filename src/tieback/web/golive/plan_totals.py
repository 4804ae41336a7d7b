"""What a plan's rows come to, and what one of them does, in words and colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieback.plans.models import Plan, PlanRow
from tieback.plans.totals import counted

# Kind and record → what it is called, the colour of its badge; in the order of the page.
_WORDS: dict[str, tuple[str, str]] = {
    "conflict cost_code": ("conflict{s}, left alone", "bad"),
    "stay cost_code": ("cost code{s} that stay{v}", "bad"),
    "stay assignment": ("cost type{s} that stay{v} on codes", "bad"),
    # The rows before may be all that still uses it: then it goes in the end.
    "stay cost_type": ("cost type{s} that stay{v} as long as a project has use for it", "quiet"),
    "create cost_code": ("cost code{s} added", "good"),
    "adopt cost_code": ("cost code{s} adopted", "waiting"),
    "rename cost_code": ("cost code{s} renamed", "warning"),
    "reactivate cost_code": ("cost code{s} made active", "warning"),
    "deactivate cost_code": ("cost code{s} made inactive", "warning"),
    "keep cost_code": ("cost code{s} kept", "quiet"),
    "create assignment": ("cost type{s} put on codes", "waiting"),
    "create cost_type": ("new cost type{s}", "good"),
    "keep field": ("field{s} that differ{v}, left alone", "quiet"),
    "set setting": ("setting{s} changed", "warning"),
    "back cost_code": ("cost code{s} put back", "waiting"),
    "back assignment": ("cost type{s} taken off codes", "waiting"),
    "back cost_type": ("cost type{s} removed", "warning"),
}


@dataclass(frozen=True, slots=True)
class Total:
    """How many records something becomes of."""

    count: int
    words: str
    meaning: str


def totals_of(plan: Plan) -> list[Total]:
    """The sum over all rows that are not held back when the plan was drafted."""
    found = plan.totals
    if not found:
        waiting = plan.rows.exclude(state=PlanRow.State.HELD)
        found = counted(waiting.values_list("effects", flat=True).iterator())
    return _worded(found)


def totals_of_row(row: PlanRow) -> list[Total]:
    """The same for one row."""
    return _worded(counted([row.effects]))


def _worded(found: Mapping[str, Any]) -> list[Total]:
    return [
        Total(found[name], _in_number(words, found[name]), meaning)
        for name, (words, meaning) in _WORDS.items()
        if found.get(name)
    ]


def _in_number(words: str, count: int) -> str:
    return words.format(s="" if count == 1 else "s", v="s" if count == 1 else "")
