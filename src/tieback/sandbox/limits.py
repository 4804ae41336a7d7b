"""The two limits that hold at once: by the hour, and by ten seconds.

Which of them the headers describe: whichever is nearer (reference, 2.3). That a window begins with
its first call and then starts anew is inferred.
"""

import math
from dataclasses import dataclass

from tieback.sandbox.switches import Switches

TEXT = (
    "You have surpassed the max number of requests for an hour. "
    "Please wait until your limit resets."
)


@dataclass(slots=True)
class Window:
    """Calls since `began`, of the `limit` that are let through before `ends`."""

    limit: int
    ends: float
    used: int = 0

    @property
    def left(self) -> int:
        return self.limit - self.used


@dataclass(slots=True)
class Standing:
    """What a call is told about its limits. `wait` is set when it is refused."""

    headers: list[tuple[str, str]]
    wait: int | None = None


class Limits:
    """The windows of every caller, by the name that its budget goes under."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._windows: dict[tuple[str, str], Window] = {}
        self.refused = 0

    def take(self, caller: str, now: float) -> Standing:
        """Count one call of `caller`, or refuse it."""
        windows = self._open(caller, now)
        if not windows:
            return Standing([])
        spent = [window for window in windows if window.left <= 0]
        if not spent or self._switches.refused_calls_count:
            for window in windows:
                window.used += 1
        if not spent:
            return Standing(_headers(min(windows, key=lambda window: window.left)))
        self.refused += 1
        last = max(spent, key=lambda window: window.ends)
        return Standing(_headers(last), max(1, math.ceil(last.ends - now)))

    def forget(self) -> None:
        """Give everybody their whole budget again."""
        self._windows.clear()

    def _open(self, caller: str, now: float) -> list[Window]:
        """The spike window first, so that it is the one described when both are as near."""
        switches = self._switches
        asked = (
            ("spike", switches.spike_limit, switches.spike_seconds),
            ("hour", switches.hourly_limit, switches.hourly_seconds),
        )
        return [
            self._window((caller, name), limit, seconds, now)
            for name, limit, seconds in asked
            if limit
        ]

    def _window(self, key: tuple[str, str], limit: int, seconds: int, now: float) -> Window:
        window = self._windows.get(key)
        if window is None or now >= window.ends or window.limit != limit:
            window = self._windows[key] = Window(limit, now + seconds)
        return window


def _headers(window: Window) -> list[tuple[str, str]]:
    return [
        ("x-rate-limit-limit", str(window.limit)),
        ("x-rate-limit-remaining", str(max(0, window.left))),
        ("x-rate-limit-reset", str(math.ceil(window.ends))),
    ]
