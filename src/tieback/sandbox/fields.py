"""What may be written into a field: its kind says whether a value fits and how it is kept."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tieback.sandbox.answers import Errors
from tieback.sandbox.call import as_number

Kind = Callable[[Any], Any]


class UnfitError(ValueError):
    """The value is of another kind; the text says which is wanted."""


def text(value: Any) -> Any:
    """A text; numbers are taken as their digits."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnfitError("must be a string")
    return str(value)


def boolean(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise UnfitError("must be true or false")
    return value


def integer(value: Any) -> Any:
    number = as_number(value)
    if number is None:
        raise UnfitError("is not a number")
    return number


def number(value: Any) -> Any:
    """A JSON number, or one in digits."""
    return float(_decimal(value))


def amount(value: Any) -> Any:
    """Money: taken as a number or digits, given back as a text with two places."""
    return f"{_decimal(value):.2f}"


def day(value: Any) -> Any:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise UnfitError("is not a date") from None


def integers(value: Any) -> Any:
    if not isinstance(value, list):
        raise UnfitError("must be a list of ids")
    return [integer(part) for part in value]


def mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        raise UnfitError("must be an object")
    return value


def one_of(*choices: str) -> Kind:
    """One of the words that the reference lists."""

    def chosen(value: Any) -> Any:
        if value not in choices:
            raise UnfitError(f"must be one of {', '.join(choices)}")
        return value

    return chosen


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnfitError("is not a number")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise UnfitError("is not a number") from None
    if not found.is_finite() or abs(found) > Decimal("1e15"):
        raise UnfitError("is not a number")
    return found


def taken(sent: Mapping[str, Any], kinds: Mapping[str, Kind]) -> tuple[dict[str, Any], Errors]:
    """The values that may be written, and what is wrong with the others.

    Null empties a field. A field that is not writable is passed over in silence, as v1 does.
    """
    values: dict[str, Any] = {}
    errors: Errors = {}
    for name, value in sent.items():
        kind = kinds.get(name)
        if kind is None:
            continue
        try:
            values[name] = None if value is None else kind(value)
        except UnfitError as problem:
            errors[name] = [str(problem)]
    return values, errors
