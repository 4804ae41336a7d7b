"""ERP Integrations › Settings: when refreshing and finding matches are done by themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.connections.models import Connection
from tieback.sync.cadence import zones
from tieback.sync.models import Kind, Schedule
from tieback.sync.schedules import (
    ScheduleError,
    daily_at,
    every_minutes,
    minutes_in,
    never,
    set_schedule,
    time_of_day,
)
from tieback.sync.seen import workers_at_work
from tieback.sync.selectors import Scheduled, proposing, scheduled
from tieback.sync.tasks import start_now
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see the schedules"
CHANGE = "change a schedule"
START = "start this"
HOUR = 60


class ScheduleForm(forms.Form):
    """How often: what is beside the chosen way is read, the rest is not looked at."""

    every = forms.ChoiceField(
        choices=[(one, one) for one in ("never", "minutes", "hour", "day")],
        error_messages={
            "required": "How often: choose one.",
            "invalid_choice": "How often: choose one of those shown.",
        },
    )
    minutes = forms.CharField(required=False)
    at = forms.CharField(required=False)
    time_zone = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Puts every refusal at the field that it is about."""
        given = super().clean() or {}
        try:
            self.kept = _kept(given)
        except ScheduleError as refused:
            self.add_error(refused.field, str(refused))
        return given


@require_safe
@company_view(act=SEE)
def of_connection(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """When a connection is refreshed by itself."""
    return _page(request, scope, _one(scope, scope.get(Connection, pk)))


@require_safe
@company_view(act=SEE)
def of_matches(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """When matches are looked for by themselves."""
    return _page(request, scope, proposing(scope.company))


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def set_connection(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Say when a connection is refreshed by itself."""
    return _set(request, scope, _one(scope, scope.get(Connection, pk)))


@require_POST
@company_view(level=Level.ADMIN, act=CHANGE)
def set_matches(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Say when matches are looked for by themselves."""
    return _set(request, scope, proposing(scope.company))


@require_POST
@company_view(level=Level.STANDARD, act=START)
def start_connection(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Put a refresh in line, as its schedule would."""
    return _start(request, scope, Kind.PULL, scope.get(Connection, pk))


@require_POST
@company_view(level=Level.STANDARD, act=START)
def start_matches(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Put finding matches in line, as its schedule would."""
    return _start(request, scope, Kind.PROPOSE, None)


def shown(scope: Scope, *, only: int | None = None) -> dict[str, Any]:
    """What the pages that list schedules show of them."""
    return {
        "schedules": scheduled(scope.company, only=only),
        "workers": len(workers_at_work(scope.now)),
    }


def _one(scope: Scope, connection: Connection) -> Scheduled:
    return scheduled(scope.company, only=connection.pk)[0]


def _set(request: ScopedRequest, scope: Scope, one: Scheduled) -> HttpResponse:
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _page(request, scope, one, form=form, status=422)
    kept = set_schedule(
        kind=one.kind, fields=form.kept, by=scope.actor, now=scope.now, connection=one.connection
    )
    messages.success(request, f"{_named(one.kind, one.connection)}: {kept.words}.")
    if one.connection:
        return redirect("erp:schedule", scope.company.slug, one.connection.pk)
    return redirect("erp:matches-schedule", scope.company.slug)


def _start(
    request: ScopedRequest, scope: Scope, kind: Kind, connection: Connection | None
) -> HttpResponse:
    start_now(kind=kind, by=scope.actor, now=scope.now, connection=connection)
    named = _named(kind, connection)
    if workers_at_work(scope.now):
        messages.success(request, f"{named}: the next free worker takes it up.")
    else:
        messages.warning(request, f"{named}: it waits, for no worker is at work now.")
    return redirect("erp:runs", scope.company.slug)


def _page(
    request: ScopedRequest,
    scope: Scope,
    one: Scheduled,
    *,
    form: ScheduleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "one": one,
        "title": _named(one.kind, one.connection),
        "workers": len(workers_at_work(scope.now)),
        "can_change": scope.actor.level >= Level.ADMIN,
        "form": form,
        "chosen": form.data if form else _chosen(one.schedule),
        # Nobody has said yet: the reader's own is likelier than ours.
        "zone_is_open": form is None and not (one.schedule and one.schedule.at),
        "zones": sorted(zone for zone in zones() if "/" in zone and not zone.startswith("Etc/")),
    }
    return render(request, "erp/settings/schedule.html", context, status=status)


def _chosen(schedule: Schedule | None) -> dict[str, Any]:
    """What the form shows before anybody has touched it."""
    if schedule is None:
        return {"every": "never", "minutes": 30, "at": "06:00", "time_zone": "UTC"}
    is_hourly = schedule.every == Schedule.Every.MINUTES and schedule.minutes == HOUR
    return {
        "every": "hour" if is_hourly else schedule.every,
        "minutes": schedule.minutes if schedule.minutes and not is_hourly else 30,
        "at": f"{schedule.at:%H:%M}" if schedule.at else "06:00",
        "time_zone": schedule.time_zone,
    }


def _kept(given: dict[str, Any]) -> dict[str, object]:
    if given.get("every") == "minutes":
        return every_minutes(minutes_in(given["minutes"]))
    if given.get("every") == "hour":
        return every_minutes(HOUR)
    if given.get("every") == "day":
        return daily_at(time_of_day(given["at"]), given["time_zone"].strip())
    return never()


def _named(kind: Kind, connection: Connection | None) -> str:
    return f"{kind.label}, {connection}" if connection else kind.label
