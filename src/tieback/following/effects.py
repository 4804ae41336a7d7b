"""What an effect is: one thing that will happen, or has happened, to one record of a project."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What becomes of a record (design §6)."""

    CREATE = "create"
    ADOPT = "adopt"
    RENAME = "rename"
    REACTIVATE = "reactivate"
    DEACTIVATE = "deactivate"
    KEEP = "keep"
    CONFLICT = "conflict"
    SET = "set"

    @property
    def is_change(self) -> bool:
        """Whether performing the effect writes anything; the rest is said and left alone."""
        return self not in {Kind.KEEP, Kind.CONFLICT}


class On(StrEnum):
    """The kinds of record that following touches or speaks of."""

    FIELD = "field"
    COST_TYPE = "cost_type"
    COST_CODE = "cost_code"
    ASSIGNMENT = "assignment"
    # A project's own setting, which a plan may change so that it can be linked.
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect; `before` and `after` hold only the columns that it speaks of.

    `key` finds the record on the project: a full code, "full code|cost type", a cost type's code,
    or a field's name. `note` is the sentence for a person where the kind does not say it all.
    """

    kind: Kind
    on: On
    key: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The same in plain JSON types, for storing, hashing and other languages."""
        # Written out, since `asdict` copies deeply, which for 1,500 rows takes seconds.
        return {
            "kind": self.kind,
            "on": self.on,
            "key": self.key,
            "before": self.before,
            "after": self.after,
            "note": self.note,
        }
