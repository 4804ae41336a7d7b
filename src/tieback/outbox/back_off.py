"""How long to wait before the next try."""

from datetime import timedelta
from random import Random

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=30)
# A message that failed so often for passing reasons is a person's business.
MOST_ATTEMPTS = 12
# Failures in a row after which a connection is left alone for a while.
CLOSES_AFTER = 3


def wait(attempts: int, *, asked: float | None, chance: Random) -> timedelta:
    """The time to wait after so many attempts; never less than what the remote asked for.

    Doubles from `FIRST` to `LONGEST`; anywhere in its upper half, so that what failed together does
    not come back together. `asked` is in seconds.
    """
    doubled: timedelta = min(LONGEST, FIRST * (1 << min(max(attempts - 1, 0), 30)))
    drawn = doubled * (0.5 + chance.random() / 2)
    return max(drawn, timedelta(seconds=asked)) if asked is not None else drawn
