"""Dates: every notation says the same day, and what leaves a doubt is never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.connectors.csvfile.cell_error import CellError
from tieback.connectors.csvfile.dates import parse_date

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
CLEAR = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.000+01:00",
    "%d-%b-%Y",
    "%d %B %Y",
    "%d.%b.%Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%A, %B %d, %Y",
    "%a %d %b %Y",
    "%b-%d-%Y",
]
ORDERED = {
    "MDY": ["%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%Y %I:%M:%S %p"],
    "DMY": ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y %H:%M"],
}


@given(day=DAYS, order=st.sampled_from(["MDY", "DMY", "YMD"]), notation=st.sampled_from(CLEAR))
def test_a_clear_notation_is_read_under_any_order(day: date, order: str, notation: str) -> None:
    assert parse_date(day.strftime(notation), order) == day


@given(
    day=DAYS,
    case=st.sampled_from(
        [(order, one) for order, notations in ORDERED.items() for one in notations]
    ),
)
def test_an_ambiguous_notation_follows_the_order(day: date, case: tuple[str, str]) -> None:
    order, notation = case

    assert parse_date(day.strftime(notation), order) == day


@given(day=st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)))
def test_a_year_of_two_digits_is_1969_to_2068(day: date) -> None:
    assert parse_date(day.strftime("%m/%d/%y"), "MDY") == day
    assert parse_date(day.strftime("%y/%m/%d"), "YMD") == day
    assert parse_date(day.strftime("%d-%b-%y"), "MDY") == day


@pytest.mark.parametrize("text", ["3/4/2026", "03/04/2026", "3-4-2026", "3.4.26"])
def test_the_order_decides_where_both_readings_are_days(text: str) -> None:
    assert parse_date(text, "MDY") == date(2026, 3, 4)
    assert parse_date(text, "DMY") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "order"), [("24/3/2026", "MDY"), ("3/24/2026", "DMY"), ("3/4/2026", "YMD")]
)
def test_a_date_that_the_order_forbids_names_the_setting(text: str, order: str) -> None:
    with pytest.raises(CellError) as refusal:
        parse_date(text, order)

    assert text in refusal.value.reason
    assert "Order of dates" in refusal.value.mend


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("0000-00-00", "year 0"),
        ("0000-01-01", "year 0"),
        ("1/1/0001", "year 1"),
        ("1899-12-31", "year 1899"),
        ("2201-01-01", "year 2201"),
        ("9999-12-31", "year 9999"),
        ("2026-02-30", "does not exist"),
        ("2/29/2025", "does not exist"),
        ("2026-13-01", "does not exist"),
        ("32-Mar-2026", "does not exist"),
        ("20261332", "does not exist"),
        ("24-Foo-2026", "no month"),
        ("24 März 2026", "not a date"),
        ("45375", "not a date"),
        ("soon", "not a date"),
        ("Q1 2026", "not a date"),
        ("2026-03", "not a date"),
        ("2026/03-24", "not a date"),
        ("٢٠٢٦-٠٣-٢٤", "not a date"),
        ("2026-03-24 later", "not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, word: str) -> None:
    with pytest.raises(CellError) as refusal:
        parse_date(text, "MDY")

    assert word in refusal.value.reason
    assert refusal.value.mend


@given(text=st.text(max_size=60), order=st.sampled_from(["MDY", "DMY", "YMD"]))
def test_any_text_is_a_date_within_bounds_or_refused(text: str, order: str) -> None:
    try:
        day = parse_date(text, order)
    except CellError:
        return
    assert 1900 <= day.year <= 2200
