"""Reads of the audit trail, newest first and paged by sequence number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from tieback.access.models import Company
from tieback.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events; `older` and `newer` are the sequence numbers to go on from, or None."""

    events: list[AuditEvent]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody and everything that the trail names, to choose from."""

    people: list[str]
    actions: list[str]
    target_types: list[str]


def events(
    company: Company,
    *,
    who: str = "",
    action: str = "",
    target_type: str = "",
    since: date | None = None,
    until: date | None = None,
    query: str = "",
) -> QuerySet[AuditEvent]:
    """The company's events, newest first; days are whole days of the site's time zone."""
    found = AuditEvent.objects.filter(company=company).order_by("-seq")
    exact = {"actor_name": who, "action": action, "target_type": target_type}
    found = found.filter(**{column: value for column, value in exact.items() if value})
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until and until < date.max:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    for word in query.split()[:12]:
        found = found.filter(Q(target_label__icontains=word) | Q(note__icontains=word))
    return found


def page(
    found: QuerySet[AuditEvent], *, before: int | None = None, after: int | None = None, size: int
) -> EventPage:
    """At most `size` events before (or after) a sequence number; from the newest without either."""
    if after is not None:
        ahead = list(found.filter(seq__gt=after).order_by("seq")[: size + 1])
        shown = ahead[:size][::-1]
        has_newer, has_older = len(ahead) > size, True
    else:
        behind = found if before is None else found.filter(seq__lt=before)
        fetched = list(behind[: size + 1])
        shown = fetched[:size]
        has_newer, has_older = before is not None, len(fetched) > size
    return EventPage(
        shown,
        older=shown[-1].seq if shown and has_older else None,
        newer=shown[0].seq if shown and has_newer else None,
    )


def known(company: Company) -> Known:
    """What the filters offer."""
    trail = AuditEvent.objects.filter(company=company).order_by()

    def every(column: str) -> list[str]:
        return sorted(trail.values_list(column, flat=True).distinct())

    return Known(every("actor_name"), every("action"), every("target_type"))


def last_seq(company: Company) -> int:
    """The sequence number of the newest event, 0 where there is none."""
    newest = AuditEvent.objects.filter(company=company).aggregate(last=Max("seq"))
    return newest["last"] or 0


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
