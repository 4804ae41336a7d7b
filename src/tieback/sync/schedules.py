"""Say when something is done by itself, and make it owed when its time has come."""

import logging
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.models import Connection
from tieback.sync.cadence import Cadence, Daily, Minutes, zones
from tieback.sync.models import Kind, Schedule, Task
from tieback.sync.tasks import SCHEDULE, want

log = logging.getLogger(__name__)
Every = Schedule.Every
MOST_MINUTES = 10_080


class ScheduleError(Exception):
    """The schedule cannot be as it was asked for: in which `field`, and what to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def never() -> dict[str, object]:
    """The fields of a schedule that does nothing by itself."""
    return {"every": Every.NEVER, "minutes": None, "at": None}


def time_of_day(text: str) -> time:
    """The time that a person wrote as hours and minutes; raises `ScheduleError` otherwise."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 — no moment
    except ValueError:
        said = f"Time: “{text[:20]}” is no time of day; “06:00” and “18:30” are."
        raise ScheduleError("at", said) from None


def minutes_in(text: str) -> int:
    """The number of minutes that a person wrote; raises `ScheduleError` for what is no number."""
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ScheduleError("minutes", "Minutes: write a whole number, such as 30.")
    return int(text)


def every_minutes(number: int) -> dict[str, object]:
    """The fields of a schedule by minutes; raises `ScheduleError` outside of 1 minute to a week."""
    if not 1 <= number <= MOST_MINUTES:
        raise ScheduleError("minutes", f"Minutes: choose between 1 and {MOST_MINUTES:,}.")
    return {"every": Every.MINUTES, "minutes": number, "at": None}


def daily_at(at: time, time_zone: str) -> dict[str, object]:
    """The fields of a daily schedule; raises `ScheduleError` for a zone that nobody knows."""
    if not time_zone:
        raise ScheduleError("time_zone", "Time zone: say which, such as “America/Chicago”.")
    if time_zone not in zones():
        said = f"Time zone: nobody knows “{time_zone[:64]}”; “America/Chicago” is one."
        raise ScheduleError("time_zone", said)
    return {"every": Every.DAY, "minutes": None, "at": at, "time_zone": time_zone}


@transaction.atomic
def set_schedule(
    *,
    kind: Kind,
    fields: dict[str, object],
    by: Actor,
    now: datetime,
    connection: Connection | None = None,
) -> Schedule:
    """Say when it is done by itself: `fields` as from `never`, `every_minutes` or `daily_at`."""
    by.require(Level.ADMIN, "change a schedule")
    if connection:
        by.require_company(connection.company_id)
    schedule, _ = Schedule.objects.select_for_update().get_or_create(
        company_id=by.company_id,
        kind=kind,
        connection=connection,
        defaults={"changed_at": now, "changed_by_name": by.name},
    )
    before = _shape(schedule)
    for name, value in fields.items():
        setattr(schedule, name, value)
    rhythm = cadence(schedule)
    schedule.next_at = rhythm.after(now) if rhythm else None
    schedule.changed_at, schedule.changed_by_name = now, by.name
    schedule.save()
    record(
        by=by,
        now=now,
        action="schedule.set",
        target=("schedule", schedule.pk, str(schedule)),
        before=before,
        after=_shape(schedule),
    )
    return schedule


def cadence(schedule: Schedule) -> Cadence | None:
    """The rhythm of a schedule, None for never."""
    if schedule.every == Every.MINUTES and schedule.minutes:
        return Minutes(schedule.minutes)
    if schedule.every == Every.DAY and schedule.at:
        return Daily(schedule.at, _zone(schedule))
    return None


def _zone(schedule: Schedule) -> ZoneInfo:
    try:
        return ZoneInfo(schedule.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Known when it was set, perhaps on a machine that knows more: late is better than never.
        log.warning("schedule %s: no zone %r here; UTC instead", schedule.pk, schedule.time_zone)
        return ZoneInfo("UTC")


def fire(*, now: datetime) -> list[Task]:
    """Make owed what is due. However many call this at once, each due time counts once.

    What was missed while nothing ran is done once, not once for each time missed.
    """
    fired = []
    for schedule in Schedule.objects.filter(next_at__lte=now).select_related("company"):
        with transaction.atomic():
            rhythm = cadence(schedule)
            then = rhythm.after(now) if rhythm else None
            mine = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
            if mine.update(next_at=then):
                fired.append(_want(schedule, now))
    return fired


def _want(schedule: Schedule, now: datetime) -> Task:
    name = f"Schedule set by {schedule.changed_by_name}"[:200]
    by = Actor(schedule.company_id, Level.ADMIN, name, SCHEDULE)
    return want(kind=Kind(schedule.kind), by=by, now=now, connection=schedule.connection)


def _shape(schedule: Schedule) -> dict[str, object]:
    return {
        "every": schedule.every,
        "minutes": schedule.minutes,
        "at": schedule.at.isoformat() if schedule.at else None,
        "time_zone": schedule.time_zone,
        "next_at": timezone.localtime(schedule.next_at).isoformat() if schedule.next_at else None,
    }
