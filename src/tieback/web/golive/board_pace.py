"""How fast a company decides, how long the rest will take, and how far it came over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from django.db.models import Count, Max, Min, Q

from tieback.access.models import Company
from tieback.plans.models import Batch, PlanRow
from tieback.proposing.lanes import Lane
from tieback.proposing.open_pairs import open_pairs
from tieback.staging.models import Job

WINDOW = timedelta(hours=1)
# A longer gap between two decisions is a pause, and no measure of how long one takes.
PAUSE = timedelta(minutes=3)
# Fewer gaps than these say nothing about the next one.
ENOUGH = 5
_READ = 1_000
_STEPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
)
_MOST_POINTS = 24
Action = PlanRow.Action


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between decisions of the company in the last hour; None while too few were made."""

    decisions: int
    seconds: float | None

    def minutes_for(self, decisions: int) -> int | None:
        """Whole minutes, at least one, that so many decisions take; None while nobody knows."""
        if self.seconds is None:
            return None
        return max(1, round(decisions * self.seconds / 60)) if decisions else 0


@dataclass(frozen=True, slots=True)
class Point:
    """How many jobs were linked and archived at a moment."""

    at: datetime
    linked: int
    archived: int


def pace(company: Company, *, now: datetime) -> Pace:
    """How fast decisions came in the last hour.

    A plan of many rows was one decision. Several people at once make for shorter gaps, so that
    the pace is the team's.
    """
    latest = Batch.objects.filter(company=company, plan__undoes=None).order_by("-pk")
    times = [at for at in latest.values_list("applied_at", flat=True)[:_READ] if at > now - WINDOW]
    times.sort()
    gaps = [later - one for one, later in pairwise(times)]
    busy = [gap for gap in gaps if gap <= PAUSE]
    if len(busy) < ENOUGH:
        return Pace(len(times), None)
    return Pace(len(times), sum(busy, timedelta()).total_seconds() / len(busy))


def decisions_left(company: Company, looks: int, twins: int) -> int:
    """How many decisions are to be made one by one: a row to look at, or a group of twins.

    Whole lanes (safe, blocked) go as one plan each, and are not counted.
    """
    if not twins:
        return looks
    waiting = {"job__state": Job.State.READY, "job__is_active__in": [True]}
    held = open_pairs(company).filter(lane=Lane.TWINS.label, **waiting)
    found = held.aggregate(
        groups=Count("twins", distinct=True), alone=Count("pk", filter=Q(twins=None))
    )
    return looks + int(found["groups"]) + int(found["alone"])


def burn_up(company: Company, *, now: datetime) -> list[Point]:
    """How many jobs stood linked and archived over time, from the first decision until now.

    In one query and a count, in steps that make no more than two dozen points.
    """
    done = PlanRow.objects.filter(
        plan__company=company,
        state=PlanRow.State.APPLIED,
        action__in=[Action.LINK, Action.UNLINK, Action.ARCHIVE, Action.RESTORE],
    ).order_by()
    span = done.aggregate(first=Min("settled_at"), last=Max("settled_at"))
    if span["first"] is None:
        return []
    edges = _edges(span["first"], max(now, span["last"]))
    counted = done.aggregate(
        **{
            f"{action}_{at}": Count("pk", filter=Q(action=action, settled_at__lte=edge))
            for at, edge in enumerate(edges)
            for action in (Action.LINK, Action.UNLINK, Action.ARCHIVE, Action.RESTORE)
        }
    )
    return [
        Point(
            edge,
            counted[f"link_{at}"] - counted[f"unlink_{at}"],
            counted[f"archive_{at}"] - counted[f"restore_{at}"],
        )
        for at, edge in enumerate(edges)
    ]


def _edges(first: datetime, last: datetime) -> Sequence[datetime]:
    span = last - first
    step = next((step for step in _STEPS if span / step < _MOST_POINTS), None)
    step = step or span / (_MOST_POINTS - 1)
    between = range(1, ceil(span / step))
    before = first - timedelta(microseconds=1)
    return [before, *(first + step * at for at in between), last]
