"""When a schedule is next due; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True, slots=True)
class Minutes:
    """Every so many minutes."""

    number: int

    def after(self, now: datetime) -> datetime:
        """Counted from the last time, so that a late start does not make two in a row."""
        return now + timedelta(minutes=self.number)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at an hour of a place, whatever its clocks do in spring and autumn."""

    at: time
    zone: ZoneInfo

    def after(self, now: datetime) -> datetime:
        """The next such hour after `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        found = (self._on(today + timedelta(days=days)) for days in range(3))
        return next(moment for moment in found if moment > now)

    def _on(self, day: date) -> datetime:
        # An hour that the clocks skip comes out as the one after it; of one that they repeat, the
        # first counts.
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


Cadence = Minutes | Daily


@cache
def zones() -> frozenset[str]:
    """The names of the time zones that this machine knows, without the machine's own."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}
