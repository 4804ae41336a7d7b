"""Amounts: every notation says the same amount to the cent, or is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.connectors.csvfile.cell_error import CellError
from tieback.connectors.csvfile.money import parse_money
from tieback.connectors.csvfile.values import read_money

CENTS = st.integers(min_value=-(10**17), max_value=10**17).map(lambda n: Decimal(n) / 100)
# Grouping mark and decimal mark, and the setting under which each pair is read.
MARKS = [
    (",", ".", "."),
    (",", ".", ","),
    (".", ",", ","),
    (".", ",", "."),
    (" ", ",", ","),
    (" ", ",", "."),
    ("\N{NO-BREAK SPACE}", ",", ","),
    ("\N{NARROW NO-BREAK SPACE}", ",", ","),
    ("'", ".", "."),
    ("’", ".", "."),
    ("", ".", "."),
    ("", ",", ","),
]
SIGNED = ["-{}", "({})", "{}-", "-${}", "(${})", "$-{}", "−{}", "- {}", "USD -{}", "({} EUR)"]
UNSIGNED = ["{}", "${}", "$ {}", "USD {}", "{} USD", "{}€", "£{}", "+{}", " {} ", "US${}"]


def written(amount: Decimal, group: str, decimal: str) -> str:
    whole, _, cents = f"{amount:,.2f}".partition(".")
    return whole.replace(",", group) + decimal + cents


@given(amount=CENTS, marks=st.sampled_from(MARKS), data=st.data())
def test_an_amount_is_read_back_from_any_notation(
    amount: Decimal, marks: tuple[str, str, str], data: st.DataObject
) -> None:
    group, decimal, setting = marks
    around = data.draw(st.sampled_from(SIGNED if amount < 0 else UNSIGNED))
    text = around.format(written(abs(amount), group, decimal))
    if abs(amount) >= 10**16:
        return

    assert read_money(text, setting) == amount


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("1,234,567.89", ".", "1234567.89"),
        ("$1,234.00", ".", "1234.00"),
        ("(1,234.00)", ".", "-1234.00"),
        ("1.234.567,89", ".", "1234567.89"),
        ("1 234,50", ".", "1234.50"),
        ("USD 1,234", ".", "1234.00"),
        ("1234-", ".", "-1234.00"),
        ("1'234'567", ".", "1234567.00"),
        ("1\N{NO-BREAK SPACE}234", ".", "1234.00"),
        ("1,234", ".", "1234.00"),
        ("1.234", ",", "1234.00"),
        ("12,345,678", ",", "12345678.00"),
        ("1234.5", ".", "1234.50"),
        ("1234.5000", ".", "1234.50"),
        (".50", ".", "0.50"),
        ("5.", ".", "5.00"),
        ("-0.00", ".", "0.00"),
        ("0001", ".", "1.00"),
        ("9999999999999999.99", ".", "9999999999999999.99"),
    ],
)
def test_common_notations(text: str, mark: str, amount: str) -> None:
    assert str(read_money(text, mark)) == amount


@pytest.mark.parametrize(
    ("text", "mark", "word"),
    [
        ("one million", ".", "digits"),
        ("NaN", ".", "digits"),
        ("inf", ".", "digits"),
        ("1e999", ".", "digits"),
        ("1E+06", ".", "digits"),
        ("N/A", ".", "digits"),
        ("-", ".", "digits"),
        ("$", ".", "digits"),
        ("12%", ".", "digits"),
        ("=1+1", ".", "digits"),
        ("١٢٣", ".", "digits"),
        ("1.234", ".", "two decimals"),
        ("1,234", ",", "two decimals"),
        ("1.2345", ".", "two decimals"),
        ("0.125", ".", "two decimals"),
        ("1,5", ".", "more than one amount"),
        ("1,2345", ".", "more than one amount"),
        ("12,34,567.00", ".", "more than one amount"),
        ("1,234.567.890", ".", "two decimals"),
        ("1.234,567,890", ",", "two decimals"),
        ("1234.5000", ",", "more than one amount"),
        ("1 23", ".", "more than one amount"),
        ("(1", ".", "more than one amount"),
        ("1)", ".", "more than one amount"),
        ("(-1)", ".", "more than one amount"),
        ("-1-", ".", "more than one amount"),
        ("--1", ".", "more than one amount"),
        ("1 2/3", ".", "digits"),
        ("10000000000000000", ".", "16 digits"),
        ("9" * 61, ".", "too long"),
    ],
)
def test_what_is_no_clear_amount_is_refused_with_its_reason(
    text: str, mark: str, word: str
) -> None:
    with pytest.raises(CellError) as refusal:
        read_money(text, mark)

    assert word in refusal.value.reason
    assert refusal.value.mend


def test_three_digits_behind_the_mark_name_the_setting() -> None:
    with pytest.raises(CellError) as refusal:
        parse_money("1.234", ".")

    assert "Decimal mark" in refusal.value.mend


@given(text=st.text(alphabet="0123456789.,'() -+$USDE€", max_size=30), mark=st.sampled_from(".,"))
def test_any_text_is_cents_or_refused(text: str, mark: str) -> None:
    try:
        amount = read_money(text, mark)
    except CellError:
        return
    if amount is None:
        assert not text.strip()
    else:
        assert amount.as_tuple().exponent == -2
        assert abs(amount) < 10**16
