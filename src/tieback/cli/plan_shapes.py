"""Plans and returned files, for a person to read and for a script."""

from collections.abc import Sequence
from typing import Any

from tieback.cli.effects import preview_shape, summary
from tieback.cli.screen import note, say, table
from tieback.cli.shapes import Shape, job_ref, project_ref
from tieback.following.effects import On
from tieback.plans.decisions import Preview
from tieback.plans.models import Batch, Plan
from tieback.plans.roundtrip.checking import Checked, Fate, Verdict

_SHOWN = 30


def state_of(plan: Plan) -> str:
    """In one word how a plan stands."""
    if plan.discarded_at:
        return "discarded"
    if _batch(plan):
        return "applied"
    if plan.needs_approval and not plan.approved_at:
        return "needs approval"
    return "approved" if plan.approved_at else "not applied"


def plan_shape(plan: Plan) -> Shape:
    """A plan of a list, with its rows counted."""
    batch = _batch(plan)
    counted = {name: getattr(plan, name) for name in ("size", "done", "held")}
    return {
        "id": plan.pk,
        "title": plan.title,
        "state": state_of(plan),
        "rows": counted["size"],
        "done": counted["done"],
        "held": counted["held"],
        "content_hash": plan.content_hash,
        "drafted_by": plan.created_by_name,
        "drafted_at": plan.created_at,
        "approved_by": plan.approved_by_name,
        "approved_at": plan.approved_at,
        "applied_by": batch.applied_by_name if batch else "",
        "applied_at": batch.applied_at if batch else None,
    }


def show_plans(plans: Sequence[Plan], total: int) -> None:
    """The list as a table."""
    rows = [
        (
            one["id"],
            one["title"],
            f"{one['rows']:,}",
            f"{one['done']:,}",
            f"{one['held']:,}",
            one["state"],
            one["drafted_by"],
            one["drafted_at"],
        )
        for one in map(plan_shape, plans)
    ]
    headers = ["Plan", "Title", "Rows", "Done", "Held", "State", "Drafted by", "On"]
    table(headers, rows, numbers=["Plan", "Rows", "Done", "Held"])
    if total > len(rows):
        note(f"{total:,} in all; --limit 0 shows them.")


def checked_shape(checked: Checked, seen: Sequence[Preview]) -> Shape:
    """A returned file: the fate of each row, and what its decisions would do now."""
    return {
        "file": checked.name,
        "counts": checked.counts,
        "notes": checked.notes,
        "rows": [_verdict_shape(one) for one in checked.verdicts],
        "previews": [preview_shape(one) for one in seen],
    }


def show_checked(checked: Checked, seen: Sequence[Preview]) -> None:
    """What is refused, what stands in the way of the others, and the sum."""
    for sentence in checked.notes:
        note(sentence)
    if checked.refused:
        headers = ["Row", "Column", "Why", "What to do"]
        table(headers, [_refused(one) for one in checked.refused[:_SHOWN]], on_stderr=True)
        _say_rest(len(checked.refused), "refused rows")
    blocked = [one for one in seen if one.reasons]
    if blocked:
        rows = [(one.job, one.project, " ".join(one.reasons)) for one in blocked[:_SHOWN]]
        table(["Job", "Project", "Cannot be done now"], rows, on_stderr=True)
        _say_rest(len(blocked), "rows that cannot be done now")
    counts = checked.counts
    say(", ".join(f"{number:,} {fate}" for fate, number in counts.items()) + ".")
    if seen:
        say(f"The decisions would do this: {summary(_effects(seen))}.")


def _effects(seen: Sequence[Preview]) -> list[dict[str, Any]]:
    """All effects; a cost type is the company's, so the first row that brings it brings it."""
    types: set[str] = set()
    found = []
    for effect in (effect for one in seen if not one.reasons for effect in one.effects):
        if effect["on"] != On.COST_TYPE or effect["key"] not in types:
            found.append(effect)
        if effect["on"] == On.COST_TYPE:
            types.add(effect["key"])
    return found


def _refused(one: Verdict) -> tuple[object, ...]:
    assert one.problem is not None
    return one.row, one.problem.column, one.problem.reason, one.problem.mend


def _say_rest(total: int, things: str) -> None:
    if total > _SHOWN:
        note(f"The first {_SHOWN} of {total:,} {things} are shown; --json has them all.")


def _verdict_shape(one: Verdict) -> Shape:
    problem = one.problem
    return {
        "row": one.row,
        "fate": one.fate,
        "job": job_ref(one.job) if one.job else None,
        "project": project_ref(one.project),
        "before": one.before,
        "action": one.decision.action if one.decision and one.fate != Fate.REFUSED else None,
        "note": one.decision.note if one.decision else "",
        "column": problem.column if problem else "",
        "reason": problem.reason if problem else "",
        "mend": problem.mend if problem else "",
    }


def _batch(plan: Plan) -> Batch | None:
    return getattr(plan, "batch", None)
