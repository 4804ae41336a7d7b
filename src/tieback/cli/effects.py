"""What a decision would do, or did, for a person to read and for a script."""

from collections import Counter
from typing import Any

from tieback.cli.screen import table
from tieback.cli.shapes import Shape, job_ref, project_ref
from tieback.plans.decisions import Preview
from tieback.plans.models import PlanRow

# A job may have thousands of cost codes; nobody reads past these, and --json has them all.
SHOWN = 30
_KINDS = {
    "create": "created",
    "adopt": "adopted",
    "rename": "renamed",
    "reactivate": "made active again",
    "deactivate": "made inactive",
    "keep": "kept",
    "conflict": "left, with a conflict",
}
_ONE = {
    "field": "field",
    "cost_type": "cost type",
    "cost_code": "cost code",
    "assignment": "cost type on a cost code",
}
_MANY = {
    "field": "fields",
    "cost_type": "cost types",
    "cost_code": "cost codes",
    "assignment": "cost types on cost codes",
}


def preview_shape(preview: Preview) -> Shape:
    """A row that was only looked at: `state` is "preview", or "held" with the reason."""
    return {
        "action": preview.action,
        "job": job_ref(preview.job),
        "project": project_ref(preview.project),
        "state": "held" if preview.reasons else "preview",
        "reason": " ".join(preview.reasons),
        "effects": preview.effects,
    }


def row_shape(row: PlanRow) -> Shape:
    """A row that was decided on: `state` is "applied", or "held" with the reason."""
    return {
        "action": row.action,
        "job": job_ref(row.job),
        "project": project_ref(row.project),
        "state": row.state,
        "reason": row.held_reason,
        "effects": row.effects,
    }


def summary(effects: list[dict[str, Any]]) -> str:
    """The effects counted, as one sentence without its full stop."""
    if not effects:
        return "nothing on the project changes"
    counted = Counter((effect["on"], _fate(effect)) for effect in effects)
    return ", ".join(
        f"{number:,} {(_ONE if number == 1 else _MANY)[on]} {fate}"
        for (on, fate), number in counted.items()
    )


def _fate(effect: dict[str, Any]) -> str:
    """What becomes of the record; an unlink's effect has a reason where it stays."""
    if "reason" in effect:
        return "left as it is" if effect["reason"] else "put back"
    return _KINDS[effect["kind"]]


def show_effects(effects: list[dict[str, Any]], *, on_stderr: bool) -> int:
    """The first effects as a table; returns how many there are beyond it."""
    if effects:
        headers = ["Effect", "On", "What", "Before", "After", "Note"]
        table(headers, [_line(effect) for effect in effects[:SHOWN]], on_stderr=on_stderr)
    return max(0, len(effects) - SHOWN)


def _line(effect: dict[str, Any]) -> tuple[object, ...]:
    return (
        _verb(effect),
        effect["on"].replace("_", " "),
        effect["key"],
        _columns(effect["before"]),
        _columns(effect["after"]),
        effect.get("note") or effect.get("reason", ""),
    )


def _verb(effect: dict[str, Any]) -> str:
    """What happens: an unlink's effect has a reason where it stays, and else is taken back."""
    if "reason" not in effect:
        return str(effect["kind"])
    if effect["reason"]:
        return "stay"
    return "remove" if effect["kind"] == "create" else "put back"


def _columns(values: dict[str, Any]) -> str:
    said = {name: value for name, value in values.items() if value not in (None, "", True)}
    if "name" in said or len(said) == 1:
        # A name tells a person enough; the ids beside it are for --json.
        return str(said["name"] if "name" in said else next(iter(said.values())))
    return ", ".join(f"{name} {value}" for name, value in said.items())
