"""How the watching screens put things: counts of records, spans of time, actions and facts."""

from django import template
from django.conf import settings

from tieback.audit.models import AuditEvent
from tieback.connectors.records import Resource
from tieback.web.templatetags.show import words_of

register = template.Library()

_LONGEST = 120


@register.filter
def words(name: str) -> str:
    """A name of ours as words: `cost_code` → "Cost code"."""
    return words_of(name)


@register.filter
def sentence(action: str) -> str:
    """An audit action with its noun: `sync_run.finish` → "Sync run: finish"."""
    noun, _, verb = action.rpartition(".")
    return f"{words_of(noun)}: {words_of(verb).lower()}" if noun else words_of(verb)


@register.filter
def records(number: int, resource: Resource) -> str:
    """So many of a resource: "1 job", "1,234 cost codes"."""
    return f"{number:,} {resource.replace('_', ' ')}{'' if number == 1 else 's'}"


@register.filter
def span(seconds: float) -> str:
    """A span of time: `4.2 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


@register.filter
def facts(event: AuditEvent) -> list[tuple[str, str, str]]:
    """Everything that an event keeps: (field, before, after), the unchanged too."""
    fields = dict.fromkeys([*event.before, *event.after])
    return [
        (words_of(field), told(event.before.get(field)), told(event.after.get(field)))
        for field in fields
    ]


@register.filter
def differences(event: AuditEvent) -> list[tuple[str, str, str]]:
    """What an event changed, each value in a line that fits a list."""
    return [
        (field, _short(before), _short(after))
        for field, before, after in facts(event)
        if before != after
    ]


def told(value: object) -> str:
    """A JSON value in words, however deep; what is empty or nought in a record is left out."""
    if isinstance(value, dict):
        parts = [_part(str(key), one) for key, one in value.items()]
        return ", ".join(filter(None, parts)) or "—"
    if isinstance(value, list):
        return ", ".join(told(one) for one in value) or "—"
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _part(key: str, value: object) -> str:
    said = told(value)
    if not value or said == "—":
        return ""
    name = words_of(key).lower()
    return f"{name} ({said})" if isinstance(value, dict) else f"{name} {said}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@register.simple_tag
def upload_limit() -> int:
    """How large an uploaded file may be, in MB."""
    return int(settings.UPLOAD_LIMIT // 2**20)
