"""What goes back to the caller: an answer, or one of the seven error shapes of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Errors = dict[str, list[str]]


@dataclass(slots=True)
class Answer:
    """A status, a body that becomes JSON, and headers; `text` instead of the body is HTML."""

    body: Any = None
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


class Refused(Exception):  # noqa: N818 - not an error of the sandbox, but an answer that it gives
    """Ends a call with a status and an error body."""

    def __init__(self, status: int, body: Any, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(status, body)
        self.answer = Answer(body, status, list(headers))


class RowRefused(Exception):  # noqa: N818 - the same, for one row of many
    """Says field by field why a record was not written."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def flat(status: int, message: str, *, about: str = "") -> dict[str, Any]:
    """The first shape, which most v1 operations document: {"code", "message", …}."""
    return {"code": status, "message": message, "reason": HTTPStatus(status).phrase} | (
        {"fields": about} if about else {}
    )


def listed(message: str) -> dict[str, Any]:
    """The second: {"errors": ["…"]}."""
    return {"errors": [message]}


def by_field(errors: Errors) -> dict[str, Any]:
    """The third: {"errors": {"field": ["…"]}}; its other form, a bare text, is `said`."""
    return {"errors": errors}


def said(message: str) -> dict[str, Any]:
    return {"errors": message}


def with_base(message: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """The fourth: {"errors": {"base": ["…"], "fields": {…}}}."""
    return {"errors": {"base": [message], "fields": dict(fields)}}


def unexpected(status: int, message: str, *, source: str = "") -> dict[str, Any]:
    """The fifth, of v1's `default` answers: {"error": {"code": "500", …}}."""
    details = [{"code": str(status), "message": message, "source": source}] if source else []
    return {"error": {"code": str(status), "message": message, "details": details}}


def of_v2(status: int, message: str, *, source: str = "") -> dict[str, Any]:
    """The sixth, of v2: {"error": {"code": "BAD_REQUEST", …}}."""
    code = HTTPStatus(status).name
    details = [{"reason_code": code, "message": message, "source": source}] if source else []
    return {"error": {"code": code, "message": message, "details": details}}


def bare(message: str) -> dict[str, Any]:
    """The seventh: {"message": "…"}."""
    return {"message": message}
