"""How values are shown: one way for money, days, moments, blanks and states on every screen."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from tieback.audit.models import AuditEvent

register = template.Library()

_LONGEST_VALUE = 120
NOT_SAID = format_html('<span class="unsaid">{}</span>', "not said")
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$"}
# A value or a meaning → the colour of its badge.
COLOURS = {
    "ready": "blue",
    "linked": "green",
    "archived": "secondary",
    "orphaned": "red",
    "running": "azure",
    "done": "green",
    "with_issues": "yellow",
    "failed": "red",
    "interrupted": "orange",
    "good": "green",
    "waiting": "blue",
    "busy": "azure",
    "warning": "yellow",
    "bad": "red",
    "special": "purple",
    "quiet": "secondary",
}


@register.filter
def money(value: Decimal | int | None, currency: str = "USD") -> str:
    """`$1,234,567.00`; other currencies by their code."""
    if value is None:
        return NOT_SAID
    sign = "−" if value < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    return f"{sign}{symbol}{abs(value):,.2f}"


@register.filter
def count(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


@register.filter
def day(value: date | None) -> str:
    """`Jan 2, 2026`, in a time element."""
    if value is None:
        return NOT_SAID
    text = f"{value:%b} {value.day}, {value.year}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def moment(value: datetime | None) -> str:
    """A point in time: in UTC from here, turned into the reader's own time by `moments.js`."""
    if value is None:
        return NOT_SAID
    at = value.astimezone(UTC)
    text = f"{at:%b} {at.day}, {at.year}, {at:%H:%M} UTC"
    return format_html(
        '<time class="moment" datetime="{}">{}</time>', at.isoformat(timespec="seconds"), text
    )


@register.filter
def said(value: object) -> object:
    """The value, or a quiet "not said" where there is none; zero and False are values."""
    return NOT_SAID if value is None or value == "" else value


@register.filter
def action_words(action: str) -> str:
    """An audit action as people read it: `project.set_active` → "Set active"."""
    return words_of(action.rpartition(".")[2])


@register.filter
def changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """What an audit event changed: (field, before, after), unchanged fields left out."""
    fields = dict.fromkeys([*event.before, *event.after])
    pairs = [(field, event.before.get(field), event.after.get(field)) for field in fields]
    return [(words_of(field), plain(old), plain(new)) for field, old, new in pairs if old != new]


def words_of(name: str) -> str:
    """A field's or a verb's name as words: `is_erp_integrated` → "ERP integrated"."""
    words = name.removeprefix("is_").removesuffix("_id").replace("_", " ")
    return (words[:1].upper() + words[1:]).replace("Erp", "ERP").replace(" erp", " ERP")


def plain(value: object) -> str:
    """A JSON value in one short line."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
    return Truncator(str(text)).chars(_LONGEST_VALUE)


@register.simple_tag
def badge(label: object, meaning: str) -> SafeString:
    """A badge whose colour stands for a state (`ready`, `failed` …) or a meaning (`good` …)."""
    colour = COLOURS.get(meaning, "secondary")
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, label)


@register.inclusion_tag("parts/sort_header.html", takes_context=True)
def sort_header(
    context: RequestContext, label: str, key: str, sort: str, kind: str = ""
) -> dict[str, Any]:
    """A column heading that sorts by `key` and turns the order round; `kind` is a CSS class."""
    request: HttpRequest = context["request"]
    asked = request.GET.copy()
    asked.pop("page", None)
    asked["sort"] = f"-{key}" if sort == key else key
    order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    return {"label": label, "query": asked.urlencode(), "order": order, "kind": kind}


@register.inclusion_tag("parts/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: "Page[Any]", things: str) -> dict[str, Any]:
    """Where one is in a list, the other pages, and how many rows each has."""
    request: HttpRequest = context["request"]
    near = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "things": things,
        "links": [(number, _with(request, page=number)) for number in near],
        "sizes": [(size, _with(request, size=size)) for size in (50, 100, 200)],
        "gap": page.paginator.ELLIPSIS,
    }


def _with(request: HttpRequest, **changed: object) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    for key, value in changed.items():
        asked[key] = str(value)
    return asked.urlencode()
