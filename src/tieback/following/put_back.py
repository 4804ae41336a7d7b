"""What unlinking puts back, and what it cannot: a pure function of the log and what stands now.

Goes through the log backwards. A record that somebody has changed since is kept as it is, with the
reason; one that is as following left it returns to what it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tieback.following.effects import Kind, On
from tieback.following.models import FollowedEffect

_GONE = "It was deleted since, so there is nothing to put back."
_IN_USE = "It is in use on the project, so it stays, as the project's own."
_HAS_CHILDREN = "Other codes were put under it, so it stays, as the project's own."
_ELSEWHERE = "Other projects use it by now, so it stays."


@dataclass(frozen=True, slots=True)
class CodeState:
    """A project's cost code as it stands, as far as following may have changed it."""

    pk: int
    name: str
    origin_id: str
    is_active: bool
    is_in_use: bool
    parent_id: int | None


@dataclass
class Standing:
    """What stands now of the records in the log, by row id, and what putting back makes of it."""

    codes: dict[int, CodeState]
    # assignment id → cost code id
    assignments: dict[int, int]
    # cost type id → ids of every assignment that uses it, on any project
    type_uses: dict[int, set[int]]
    deleted_codes: set[int] = field(default_factory=set)
    changed_codes: set[int] = field(default_factory=set)
    deleted_assignments: set[int] = field(default_factory=set)
    deleted_types: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PutBack:
    """What becomes of one logged effect; `reason` says why when it is not put back."""

    effect_id: int
    kind: str
    on: str
    key: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str = ""

    @property
    def is_put_back(self) -> bool:
        return not self.reason

    def as_dict(self) -> dict[str, Any]:
        """The same in plain JSON types."""
        return {
            "effect_id": self.effect_id,
            "kind": self.kind,
            "on": self.on,
            "key": self.key,
            "before": self.before,
            "after": self.after,
            "reason": self.reason,
            "is_put_back": self.is_put_back,
        }


def plan_put_back(log: Iterable[FollowedEffect], now: Standing) -> tuple[list[PutBack], Standing]:
    """The steps, last effect first, and the state that they lead to."""
    log = list(log)
    made = {e.record_id for e in log if e.kind == Kind.CREATE and e.resource == On.COST_CODE}
    steps = []
    for effect in sorted(log, key=lambda effect: effect.position, reverse=True):
        reason = _take_back(effect, now, made)
        steps.append(
            PutBack(
                effect_id=effect.pk,
                kind=effect.kind,
                on=effect.resource,
                key=effect.label,
                # Seen from unlinking, what was "after" is what goes.
                before=effect.after,
                after=effect.before,
                reason=reason,
            )
        )
    return steps, now


def _take_back(effect: FollowedEffect, now: Standing, made: set[int]) -> str:
    if effect.resource == On.ASSIGNMENT:
        return _remove_assignment(effect.record_id, now, made)
    if effect.resource == On.COST_TYPE:
        return _remove_cost_type(effect.record_id, now)
    if effect.record_id not in now.codes:
        return _GONE
    if effect.kind == Kind.CREATE:
        return _remove_code(effect, now)
    return _restore_columns(effect, now)


def _remove_assignment(record_id: int, now: Standing, made: set[int]) -> str:
    """A code that following made and that is in use by now stays, and with it what it may carry."""
    if record_id not in now.assignments:
        return _GONE
    code_id = now.assignments[record_id]
    if code_id in made and now.codes[code_id].is_in_use:
        return _IN_USE
    now.assignments.pop(record_id)
    now.deleted_assignments.add(record_id)
    return ""


def _remove_cost_type(record_id: int, now: Standing) -> str:
    if record_id not in now.type_uses:
        return _GONE
    if now.type_uses[record_id] - now.deleted_assignments:
        return _ELSEWHERE
    now.deleted_types.add(record_id)
    return ""


def _remove_code(effect: FollowedEffect, now: Standing) -> str:
    state = now.codes[effect.record_id]
    reason = _why_code_stays(effect, state, now)
    if reason:
        if state.origin_id == effect.after["origin_id"]:
            _change(effect.record_id, now, origin_id="")
        return reason
    now.codes.pop(effect.record_id)
    now.deleted_codes.add(effect.record_id)
    return ""


def _why_code_stays(effect: FollowedEffect, state: CodeState, now: Standing) -> str:
    if state.is_in_use:
        return _IN_USE
    if any(code.parent_id == effect.record_id for code in now.codes.values()):
        return _HAS_CHILDREN
    changed = [
        f"{column.replace('is_active', 'status').replace('origin_id', 'ERP id')}"
        for column in ("name", "origin_id", "is_active")
        if getattr(state, column) != effect.after[column]
    ]
    if changed:
        return f"Its {', '.join(changed)} was changed since by hand, so it stays."
    if effect.record_id in now.assignments.values():
        return "A cost type was added to it since by hand, so it stays."
    return ""


def _restore_columns(effect: FollowedEffect, now: Standing) -> str:
    state = now.codes[effect.record_id]
    for column, value in effect.after.items():
        if getattr(state, column) != value:
            return f"It was changed since by hand, to “{getattr(state, column)}”, so it stays."
    _change(effect.record_id, now, **effect.before)
    return ""


def _change(record_id: int, now: Standing, **columns: Any) -> None:
    now.codes[record_id] = replace(now.codes[record_id], **columns)
    now.changed_codes.add(record_id)
