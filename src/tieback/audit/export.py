"""The audit trail as lines of JSON: everything that an event's hash is over, and the hash."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder

from tieback.audit.models import AuditEvent

_TEXTS = ("actor_name", "door", "action", "target_type", "target_id", "target_label", "note")
_HASHES = ("previous_hash", "hash")


class UnreadableTrailError(Exception):
    """A file is no export of an audit trail; the message names the first line that is not."""


def line(event: AuditEvent) -> str:
    """An event on one line, from which `events_of` makes the same event again."""
    said = {
        "company": event.company_id,
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "before": event.before,
        "after": event.after,
        **{name: getattr(event, name) for name in (*_TEXTS, *_HASHES)},
    }
    return json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)


def events_of(lines: Iterable[str]) -> Iterator[AuditEvent]:
    """The events of an export, in its order; none of them is in a database.

    Raises `UnreadableTrailError` at the first line that is not one of ours.
    """
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            yield _event(json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise UnreadableTrailError(
                f"Line {number:,} of the export is no event of an audit trail."
            ) from problem


def _event(said: dict[str, object]) -> AuditEvent:
    texts = {name: str(said[name]) for name in (*_TEXTS, *_HASHES)}
    before, after = said["before"], said["after"]
    at = datetime.fromisoformat(str(said["at"]))
    if not isinstance(before, dict) or not isinstance(after, dict) or at.tzinfo is None:
        raise ValueError("not as it was written")
    return AuditEvent(
        company_id=_number(said["company"]),
        seq=_number(said["seq"]),
        at=at,
        actor_id=None if said["actor"] is None else _number(said["actor"]),
        before=before,
        after=after,
        **texts,
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a number was expected")
    return value
