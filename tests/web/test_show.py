"""How values are shown."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.template import Context, Template

from tieback.audit.models import AuditEvent
from tieback.web.templatetags import show


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        (Decimal("1234567.5"), "USD", "$1,234,567.50"),
        (Decimal("-12"), "EUR", "−€12.00"),
        (0, "USD", "$0.00"),
        (Decimal("9"), "CHF", "CHF\N{NO-BREAK SPACE}9.00"),
        (None, "USD", '<span class="unsaid">not said</span>'),
    ],
)
def test_money(value: Decimal | None, currency: str, shown: str) -> None:
    assert show.money(value, currency) == shown


def test_a_day_is_a_time_element() -> None:
    assert show.day(date(2026, 3, 2)) == '<time datetime="2026-03-02">Mar 2, 2026</time>'


def test_a_moment_stands_in_utc_until_the_browser_has_localised_it() -> None:
    at = datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert show.moment(at) == (
        '<time class="moment" datetime="2026-03-02T06:30:00+00:00">Mar 2, 2026, 06:30 UTC</time>'
    )


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_says_that_it_was_not_said(blank: object) -> None:
    assert Template("{{ v|said }}").render(Context({"v": blank})) == (
        '<span class="unsaid">not said</span>'
    )


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (False, "False"), ("<b>", "&lt;b&gt;")])
def test_zero_no_and_mark_up_are_values(value: object, shown: str) -> None:
    assert Template("{{ v|said }}").render(Context({"v": value})) == shown


def test_a_badge_has_the_colour_of_its_meaning_and_escapes_its_label() -> None:
    assert show.badge("Synced", "linked") == '<span class="badge bg-green-lt">Synced</span>'
    assert show.badge("<i>", "never heard") == (
        '<span class="badge bg-secondary-lt">&lt;i&gt;</span>'
    )


@pytest.mark.parametrize(
    ("action", "words"),
    [("project.set_erp_integrated", "Set ERP integrated"), ("link.create", "Create")],
)
def test_an_audit_action_reads_as_words(action: str, words: str) -> None:
    assert show.action_words(action) == words


def test_changes_leave_out_what_stayed_and_name_what_was_blank() -> None:
    event = AuditEvent(
        before={"is_active": True, "name": "A", "origin_id": ""},
        after={"is_active": False, "name": "A", "origin_id": "x-1", "codes added": 3},
    )

    assert show.changes(event) == [
        ("Active", "yes", "no"),
        ("Origin", "—", "x-1"),
        ("Codes added", "—", "3"),
    ]


def test_a_long_value_is_cut_in_the_list_of_changes() -> None:
    event = AuditEvent(before={}, after={"note": "x" * 1000})

    assert [len(new) for _, _, new in show.changes(event)] == [120]


def test_utc_moments_keep_their_instant() -> None:
    at = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)

    assert show.moment(at) == show.moment(at.astimezone(timezone(timedelta(hours=9))))
