"""Amounts of money as people and ERPs write them."""

import re
from decimal import Decimal

from tieback.connectors.csvfile.cell_error import CellError, shown

MOST_DIGITS = 16
_CURRENCIES = (
    "USD CAD AUD NZD EUR GBP CHF SEK NOK DKK MXN BRL INR ZAR SGD HKD AED SAR ILS PLN CZK JPY CNY"
)
_CURRENCY = rf"(?:[A-Z]{{1,3}}[$£]|[$€£¥₹₪]|{'|'.join(_CURRENCIES.split())})"
# Everything around the digits: a sign, brackets and a currency, on either side.
_AROUND = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*{_CURRENCY}?\s*(?P<after>[-+−])?\s*"
    rf"(?P<digits>[0-9.,'’\s]*[0-9][0-9.,'’\s]*?)"
    rf"\s*{_CURRENCY}?\s*(?P<end>[-−])?\s*(?P<close>\))?"
)
_SIMPLE = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,2})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?P<mark>[.,'’ ])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_WHOLE = re.compile(r"[0-9]+")
# Four decimals and more are cents with zeros behind; exactly three look like thousands.
_CENTS = re.compile(r"[0-9]{0,2}|[0-9]{2}00+")
_CENT = Decimal("0.01")


def parse_money(text: str, decimal_mark: str) -> Decimal:
    """The amount that `text` names, with two decimals; the currency is not looked at.

    `decimal_mark` ("." or ",") decides only where the notation leaves a doubt, as in "1,234".
    Raises `CellError`.
    """
    if decimal_mark == "." and _SIMPLE.fullmatch(text):
        return _amount(text)
    match = _AROUND.fullmatch(text)
    if match is None:
        raise CellError(
            f"“{shown(text)}” is not an amount in digits.",
            "Write the amount in digits, as in 1234.56, or leave the cell empty.",
        )
    signs = [match[name] for name in ("sign", "after", "end") if match[name]]
    is_bracketed = bool(match["open"])
    if is_bracketed != bool(match["close"]) or len(signs) + is_bracketed > 1:
        raise _unclear(text)
    whole, cents = _split(text, re.sub(r"\s", " ", match["digits"]), decimal_mark)
    is_negative = is_bracketed or any(sign != "+" for sign in signs)
    return _amount(f"{'-' if is_negative else ''}{whole}.{cents[:2]}")


def exact_money(value: Decimal, text: str) -> Decimal:
    """An amount that came as a number; raises `CellError` for more than cents."""
    if not value.is_finite():
        raise _unclear(text)
    if value.adjusted() >= MOST_DIGITS:
        raise _too_long(text)
    if value != value.quantize(_CENT):
        raise CellError(
            f"“{shown(text)}” has more than two decimals.", "Round the amount to cents."
        )
    return _amount(str(value))


def _split(text: str, digits: str, decimal_mark: str) -> tuple[str, str]:
    """The whole part without marks, and the cents."""
    mark = _mark_of(digits, decimal_mark)
    whole, _, cents = digits.rpartition(mark) if mark else (digits, "", "")
    if not _CENTS.fullmatch(cents):
        raise CellError(
            f"“{shown(text)}” has more than two decimals.",
            "Round the amount to cents; if the mark separates thousands, choose the other "
            "“Decimal mark”.",
        )
    if whole and not (_WHOLE.fullmatch(whole) or _GROUPED.fullmatch(whole)):
        raise _unclear(text)
    whole = re.sub(r"[^0-9]", "", whole)
    if len(whole.lstrip("0")) > MOST_DIGITS:
        raise _too_long(text)
    return whole or "0", cents


def _mark_of(digits: str, decimal_mark: str) -> str:
    """Which mark separates the cents, "" where none does."""
    other = "." if decimal_mark == "," else ","
    if decimal_mark in digits and other in digits:
        return max(".,", key=digits.rindex)
    if digits.count(decimal_mark) == 1:
        return decimal_mark
    # "1234,50" under a point: nothing but cents has two digits behind its mark.
    if digits.count(other) == 1 and len(digits.rpartition(other)[2]) == 2:
        return other
    return ""


def _amount(plain: str) -> Decimal:
    # Adding zero turns -0.00 into 0.00.
    return Decimal(plain).quantize(_CENT) + 0


def _unclear(text: str) -> CellError:
    return CellError(
        f"“{shown(text)}” can be read as more than one amount, or as none.",
        "Write the amount as 1234.56 without anything else, or leave the cell empty.",
    )


def _too_long(text: str) -> CellError:
    return CellError(
        f"“{shown(text)}” has more than {MOST_DIGITS} digits before its cents.",
        "Correct the amount, or leave the cell empty.",
    )
