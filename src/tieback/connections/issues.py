"""Sync issues: what a run refused, as rows that a person can see."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.connectors.errors import ConfigError, RecordError
from tieback.connectors.records import Resource

Refusal = RecordError | ConfigError


def raise_issues(
    *, run: SyncRun, resource: Resource, refusals: Iterable[Refusal], now: datetime
) -> int:
    """One open issue per refusal; the same trouble again is the same issue. Returns how many."""
    by_fingerprint = {_fingerprint(resource, refusal): refusal for refusal in refusals}
    open_ones = SyncIssue.objects.filter(
        connection_id=run.connection_id, resolved_at=None, fingerprint__in=by_fingerprint
    )
    known = set(open_ones.values_list("fingerprint", flat=True))
    open_ones.update(run=run, last_seen_at=now)
    SyncIssue.objects.bulk_create(
        _issue(run, resource, refusal, fingerprint, now)
        for fingerprint, refusal in by_fingerprint.items()
        if fingerprint not in known
    )
    return len(by_fingerprint)


def resolve_unseen(*, run: SyncRun, resource: Resource, now: datetime) -> int:
    """Close the issues of a resource that a whole reading did not meet again."""
    unseen = SyncIssue.objects.filter(
        connection_id=run.connection_id, resource=resource, resolved_at=None
    ).exclude(run=run)
    return unseen.update(resolved_at=now)


def raise_one(
    *, connection: Connection, about: str, resource: str, message: str, mend: str, now: datetime
) -> SyncIssue:
    """One open issue for something that no run met, known again by what it is `about`."""
    fingerprint = hashlib.sha256(about.encode()).hexdigest()
    issue, is_new = SyncIssue.objects.get_or_create(
        connection=connection,
        fingerprint=fingerprint,
        resolved_at=None,
        defaults={
            "company_id": connection.company_id,
            "resource": resource[:20],
            "message": message,
            "mend": mend,
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    if not is_new:
        issue.message, issue.mend, issue.last_seen_at = message, mend, now
        issue.save(update_fields=["message", "mend", "last_seen_at"])
    return issue


def resolve_one(*, connection: Connection, about: str, now: datetime) -> None:
    """Close the issue about something, where one is open."""
    fingerprint = hashlib.sha256(about.encode()).hexdigest()
    SyncIssue.objects.filter(
        connection=connection, fingerprint=fingerprint, resolved_at=None
    ).update(resolved_at=now)


def _fingerprint(resource: Resource, refusal: Refusal) -> str:
    external_id = refusal.external_id if isinstance(refusal, RecordError) else ""
    told_apart_by = (
        str(resource),
        refusal.source,
        refusal.column,
        external_id or str(refusal.row),
        refusal.message,
    )
    return hashlib.sha256(repr(told_apart_by).encode()).hexdigest()


def _issue(
    run: SyncRun, resource: Resource, refusal: Refusal, fingerprint: str, now: datetime
) -> SyncIssue:
    external_id = refusal.external_id if isinstance(refusal, RecordError) else ""
    return SyncIssue(
        company_id=run.company_id,
        connection_id=run.connection_id,
        run=run,
        resource=resource,
        external_id=external_id[:200],
        source=refusal.source[:300],
        row=refusal.row,
        column=refusal.column[:200],
        message=refusal.message,
        mend=refusal.mend,
        fingerprint=fingerprint,
        first_seen_at=now,
        last_seen_at=now,
    )
