"""A certificate's document in the shape that its page shows: money as numbers, days as days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tieback.certificates.canonical import Document
from tieback.certificates.reckoning import JOB_WORDS, PROJECT_WORDS


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals; None where the other time has no such line."""

    label: str
    before: int | None
    value_before: Decimal | None
    after: int | None
    value_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan as the page lists it."""

    title: str
    plan_id: int
    rows: int
    done: int
    held: int
    content_hash: str
    drafted: tuple[str, datetime]
    approved: tuple[str, datetime] | None
    applied: tuple[str, datetime]


def shown(document: Document) -> dict[str, Any]:
    """What the page needs beside the document itself."""
    return {
        "since": datetime.fromisoformat(document["since"]),
        "jobs": totals(document, "jobs", JOB_WORDS),
        "projects": totals(document, "projects", PROJECT_WORDS),
        "plans": [_applied(plan) for plan in document["plans"]],
        "lanes": [
            (lane["name"], lane["rows"], lane["value"] and Decimal(lane["value"]))
            for lane in document["left"]["lanes"].values()
            if lane["rows"]
        ],
    }


def totals(document: Document, side: str, words: Mapping[str, str]) -> list[Total]:
    """The lines of one side that hold something, before or after."""
    before, after = document["before"][side], document["after"][side]
    lines = [
        Total(label, *_standing(before.get(word)), *_standing(after.get(word)))
        for word, label in words.items()
    ]
    return [line for line in lines if line.before or line.after]


def _standing(total: Mapping[str, Any] | None) -> tuple[int | None, Decimal | None]:
    return (total["rows"], Decimal(total["value"])) if total else (None, None)


def _applied(plan: Mapping[str, Any]) -> Applied:
    counts = plan["by_action_and_state"].items()
    return Applied(
        title=plan["title"],
        plan_id=plan["plan"],
        rows=plan["rows"],
        done=sum(number for name, number in counts if name.endswith(" applied")),
        held=sum(number for name, number in counts if name.endswith(" held")),
        content_hash=plan["content_hash"],
        drafted=(plan["drafted_by"], datetime.fromisoformat(plan["drafted_at"])),
        approved=(plan["approved_by"], datetime.fromisoformat(plan["approved_at"]))
        if plan["approved_by"]
        else None,
        applied=(plan["applied_by"], datetime.fromisoformat(plan["applied_at"])),
    )
