"""The totals of both sides, as they stand now and as they stood at a time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tieback.access.models import Company
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Totals = dict[str, dict[str, Any]]
# The word in the document → as people read it.
JOB_WORDS = {
    "linked": "Linked",
    "archived": "Archived",
    "waiting": "Waiting for a decision",
    "unread": "Not read yet",
    "gone": "No longer in the ERP",
}
PROJECT_WORDS = {
    "linked": "Linked",
    "synced_elsewhere": "Synced by another integration",
    "not_linked": "Not linked",
    "inactive_or_template": "Inactive, or templates",
}
# The state in the database → the word in the document.
_WORD_OF_STATE = {
    Job.State.LINKED: "linked",
    Job.State.ARCHIVED: "archived",
    Job.State.READY: "waiting",
    Job.State.ORPHANED: "gone",
}


def now(company: Company) -> dict[str, Totals]:
    """Jobs by what became of them, and projects by whether they are synced."""
    linked = set(_links(company, None).values_list("project", flat=True))
    return {"jobs": _jobs_now(company), "projects": _projects(company, linked)}


def at(company: Company, when: datetime) -> dict[str, Totals]:
    """The same jobs and projects as they stood at a time; at the values that they have now.

    What was linked then is read from the links, what was archived from the audit trail. Jobs that
    were not read yet stand under "unread".
    """
    held = list(_links(company, when).values_list("job", "project"))
    linked, archived = {job for job, _ in held}, _archived_at(company, when)
    jobs = Job.objects.filter(company=company).order_by()
    rows: list[tuple[str, Decimal | None]] = []
    for pk, first_seen_at, value in jobs.values_list("pk", "first_seen_at", "contract_value"):
        word = "linked" if pk in linked else "archived" if str(pk) in archived else "waiting"
        rows.append(("unread" if first_seen_at >= when and pk not in linked else word, value))
    return {
        "jobs": _counted(["linked", "archived", "waiting", "unread"], rows),
        "projects": _projects(company, {project for _, project in held}),
    }


def _jobs_now(company: Company) -> Totals:
    rows = Job.objects.filter(company=company).order_by().values_list("state", "contract_value")
    named = ((_WORD_OF_STATE[Job.State(state)], value) for state, value in rows.iterator(2_000))
    return _counted(list(_WORD_OF_STATE.values()), named)


def _projects(company: Company, linked: set[int]) -> Totals:
    rows = Project.objects.filter(company=company).order_by()
    columns = rows.values_list(
        "pk", "origin_id", "origin_connection", "is_active", "is_template", "value"
    )
    named = []
    for pk, origin_id, connection, is_active, is_template, value in columns.iterator(2_000):
        is_open = is_active and not is_template
        word = "not_linked" if is_open else "inactive_or_template"
        if pk in linked:
            word = "linked"
        elif origin_id and not connection:
            word = "synced_elsewhere"
        named.append((word, value))
    return _counted(["linked", "synced_elsewhere", "not_linked", "inactive_or_template"], named)


def _links(company: Company, when: datetime | None) -> Any:
    """The links that hold now, or held at a time."""
    links = Link.objects.filter(company=company).order_by()
    if when is None:
        return links.filter(unlinked_at=None)
    return links.filter(Q(unlinked_at=None) | Q(unlinked_at__gte=when), linked_at__lt=when)


def _archived_at(company: Company, when: datetime) -> set[str]:
    """The ids of the jobs whose last word before a time was that they were archived."""
    events = AuditEvent.objects.filter(
        company=company,
        target_type="job",
        action__in=["job.archive", "job.restore"],
        at__lt=when,
    )
    last = dict(events.order_by("seq").values_list("target_id", "action"))
    return {job for job, action in last.items() if action == "job.archive"}


def _counted(words: list[str], rows: Iterable[tuple[str, Decimal | None]]) -> Totals:
    """Word → how many, their value in all, and how many of them have none said."""
    numbers: Counter[str] = Counter()
    unsaid: Counter[str] = Counter()
    values = dict.fromkeys(words, Decimal(0))
    for word, value in rows:
        numbers[word] += 1
        unsaid[word] += value is None
        values[word] += value or 0
    return {
        word: {
            "rows": numbers[word],
            "value": f"{values[word]:.2f}",
            "without_value": unsaid[word],
        }
        for word in words
    }
