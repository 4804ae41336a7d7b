"""Trouble on command: which calls are met by which fault, and how often."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

# Answered without doing what was asked, or done and then kept from the caller.
BEFORE = ("rate_limited", "unavailable", "failed", "html", "reset")
AFTER = ("timeout", "lost", "truncated", "slow")


@dataclass(slots=True)
class Fault:
    """One fault. `method` and `path` (a regular expression, found anywhere) choose the calls.

    It meets `times` calls (0: any number), each with the chance `chance`. `seconds` is how long a
    timeout or a slow answer takes, and what Retry-After says.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    chance: float = 1.0
    seconds: float = 1.0
    met: int = 0
    pattern: re.Pattern[str] = field(default=re.compile(""), repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a kind, a pattern or a number that cannot be."""
        if self.kind not in (*BEFORE, *AFTER):
            raise ValueError(f"{self.kind!r} is no fault; known: {', '.join((*BEFORE, *AFTER))}")
        if not 0 <= self.chance <= 1 or self.times < 0 or self.seconds < 0:
            raise ValueError("chance is between 0 and 1; times and seconds are not negative")
        try:
            self.pattern = re.compile(self.path)
        except re.error as problem:
            raise ValueError(f"path is no regular expression: {problem}") from None

    def meets(self, method: str, path: str) -> bool:
        if self.times and self.met >= self.times:
            return False
        return self.method in ("", method) and self.pattern.search(path) is not None

    def shown(self) -> dict[str, Any]:
        names = ("kind", "method", "path", "times", "chance", "seconds", "met")
        return {name: getattr(self, name) for name in names}


class Faults:
    """Those that hold now, the first that meets a call deciding."""

    def __init__(self, seed: int) -> None:
        self.every: list[Fault] = []
        self._chance = random.Random(seed)  # noqa: S311 - decides which call is met

    def add(self, fault: Fault) -> None:
        self.every.append(fault)

    def clear(self) -> None:
        self.every.clear()

    def meeting(self, method: str, path: str) -> Fault | None:
        for fault in self.every:
            if fault.meets(method, path) and self._chance.random() < fault.chance:
                fault.met += 1
                return fault
        return None
