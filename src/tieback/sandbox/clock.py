"""The sandbox's time: the machine's, put forward on command so that hours pass at once."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970. It never goes back."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward; raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("the clock goes forward only")
        self.ahead += seconds

    def stamp(self) -> str:
        """Now as the API writes times: 2026-03-02T10:15:00Z."""
        return as_stamp(self.now())


def as_stamp(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
