"""`tieback schedule`: say when refreshing and finding matches are done by themselves."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.scope import open_scope
from tieback.cli.screen import document, note, say, table
from tieback.cli.shapes import connection_ref, task_shape
from tieback.sync.models import Kind, Schedule
from tieback.sync.schedules import (
    ScheduleError,
    daily_at,
    every_minutes,
    never,
    set_schedule,
    time_of_day,
)
from tieback.sync.seen import workers_at_work
from tieback.sync.selectors import Scheduled, scheduled

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="When things are done by themselves."
)


class What(StrEnum):
    """What can be done by itself, by the command that does it at once."""

    PULL = "pull"
    PROPOSE = "propose"


@app.command("list")
def list_(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List what is done by itself, when it is next, and how it went last."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the schedules")
    found = scheduled(scope.company)
    workers = len(workers_at_work(timezone.now()))
    if json:
        document({"workers": workers, "schedules": [_shape(one) for one in found]})
        return
    table(["What", "Connection", "When", "Next", "Set by", "Last", "Went", "Problem"], _rows(found))
    if not workers:
        note("No worker is at work: “tieback serve” on SQLite is one, “tieback worker” another.")


@app.command("set")
def set_(
    what: Annotated[What, typer.Argument(metavar="pull|propose", help="What to do by itself.")],
    connection: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of which connection, for pull, where there are several."
        ),
    ] = "",
    is_never: Annotated[bool, typer.Option("--never", help="Not any more.")] = False,
    every: Annotated[
        int | None, typer.Option(metavar="MINUTES", help="Every so many minutes.")
    ] = None,
    hourly: Annotated[bool, typer.Option("--hourly", help="Every hour.")] = False,
    daily: Annotated[str, typer.Option(metavar="HH:MM", help="Every day at this time.")] = "",
    zone: Annotated[
        str,
        typer.Option(
            metavar="ZONE",
            help="The time zone of --daily, as “America/Chicago”; otherwise TIEBACK_TIME_ZONE.",
        ),
    ] = "",
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Say when something is done by itself: --never, --every, --hourly or --daily."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="change a schedule")
    given = [is_never, every is not None, hourly, bool(daily)]
    if given.count(True) != 1:
        raise typer.BadParameter("give exactly one of --never, --every, --hourly and --daily.")
    fields = _fields(60 if hourly else every, daily, zone)
    chosen = pick.connection(scope.company, connection or None) if what == What.PULL else None
    kept = set_schedule(
        kind=Kind(what.value), fields=fields, by=scope.actor, now=timezone.now(), connection=chosen
    )
    say(f"{_named(kept)}: {kept.words}.")
    if kept.next_at:
        note(f"Next at {_moment(kept.next_at)}, as long as a worker is at work.")


def _fields(every: int | None, daily: str, zone: str) -> dict[str, object]:
    try:
        if daily:
            return daily_at(time_of_day(daily), zone or settings.TIME_ZONE)
        return never() if every is None else every_minutes(every)
    except ScheduleError as refused:
        hint = {"minutes": "--every", "at": "--daily", "time_zone": "--zone"}[refused.field]
        raise typer.BadParameter(str(refused), param_hint=hint) from None


def _named(schedule: Schedule) -> str:
    kind = schedule.get_kind_display()
    return f"{kind}, {schedule.connection}" if schedule.connection else kind


def _rows(found: list[Scheduled]) -> list[tuple[object, ...]]:
    return [
        (
            one.kind.label,
            one.connection,
            one.words,
            _moment(one.schedule.next_at if one.schedule else None),
            one.schedule.changed_by_name if one.schedule else "",
            _moment(one.last.settled_at if one.last else None),
            one.outcome.label if one.outcome else "",
            one.outcome.problem if one.outcome else "",
        )
        for one in found
    ]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M %Z") if at else ""


def _shape(one: Scheduled) -> dict[str, Any]:
    schedule = one.schedule
    return {
        "what": one.kind.value,
        "connection": connection_ref(one.connection),
        "every": schedule.every if schedule else Schedule.Every.NEVER,
        "minutes": schedule.minutes if schedule else None,
        "at": schedule.at.isoformat("minutes") if schedule and schedule.at else None,
        "time_zone": schedule.time_zone if schedule else None,
        "next_at": schedule.next_at if schedule else None,
        "changed_by": schedule.changed_by_name if schedule else None,
        "changed_at": schedule.changed_at if schedule else None,
        "open": task_shape(one.open),
        "last": task_shape(one.last),
    }
