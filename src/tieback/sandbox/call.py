"""One call as the endpoints see it: what was asked, by whom, for which company."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from tieback.sandbox.answers import Refused, flat, of_v2
from tieback.sandbox.tokens import App, Token

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class Call:
    """`query` and form fields keep every value given; `ids` are the numbers in the path."""

    method: str
    path: str
    base_url: str = ""
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    ids: dict[str, int] = field(default_factory=dict)
    client: str = ""
    body: Any = None
    token: Token | None = None
    app: App | None = None
    company_id: int = 0

    @property
    def is_v2(self) -> bool:
        return self.path.startswith("/rest/v2")

    @property
    def user_id(self) -> int:
        return self.token.user_id if self.token else 0

    def refused(self, status: int, message: str, *, about: str = "") -> Refused:
        """The refusal in the shape of the API's version that was called."""
        shape = of_v2(status, message, source=about) if self.is_v2 else None
        return Refused(status, shape or flat(status, message, about=about))

    def read_body(self) -> None:
        """Fill `body` from JSON, a form or multipart; raises Refused (400) for anything else."""
        kind = self.headers.get("content-type", "")
        if not self.raw:
            self.body = {}
        elif kind.startswith("application/x-www-form-urlencoded"):
            self.body = {name: values[-1] for name, values in _pairs(self.raw).items()}
        elif kind.startswith("multipart/form-data"):
            self.body = _parts(kind, self.raw)
        else:
            try:
                self.body = json.loads(self.raw)
            except (ValueError, RecursionError):
                raise self.refused(400, "The body is not JSON.") from None

    def sent(self) -> dict[str, Any]:
        """The body as an object; raises Refused (400) when it is something else."""
        if not isinstance(self.body, dict):
            raise self.refused(400, "The body has to be a JSON object.")
        return self.body

    def wrapped(self, name: str) -> dict[str, Any]:
        """The record in the body's field `name`; raises Refused (400) when there is none."""
        inner = self.sent().get(name)
        if not isinstance(inner, dict):
            raise self.refused(400, f"param is missing or the value is empty: {name}", about=name)
        return inner

    def text(self, name: str) -> str | None:
        values = self.query.get(name)
        return values[-1] if values else None

    def number(self, name: str) -> int | None:
        """An integer from the query, or the body; raises Refused (400) when it is none."""
        said: Any = self.text(name)
        if said is None and isinstance(self.body, dict):
            said = self.body.get(name)
        if said is None or said == "":
            return None
        number = as_number(said)
        if number is None:
            raise self.refused(400, f"{name} is not a number.", about=name)
        return number

    def needed(self, name: str) -> int:
        """The same, refused (400) when it is missing."""
        number = self.number(name)
        if number is None:
            raise self.refused(400, f"param is missing or the value is empty: {name}", about=name)
        return number

    def flag(self, name: str) -> bool | None:
        """A boolean from the query; raises Refused (400) when it is none."""
        said = self.text(name)
        if said is None or said == "":
            return None
        if said.lower() not in _BOOLEANS:
            raise self.refused(400, f"{name} is true or false.", about=name)
        return _BOOLEANS[said.lower()]

    def filter(self, name: str) -> str | None:
        return self.text(f"filters[{name}]")

    def filter_list(self, name: str) -> list[str]:
        """Every value of `filters[name][]`, or of `filters[name]`, also parted by commas."""
        values = self.query.get(f"filters[{name}][]", []) + self.query.get(f"filters[{name}]", [])
        return [part.strip(" []") for value in values for part in value.split(",")]


def as_number(said: Any) -> int | None:
    """The 64-bit number that was said, in digits or as a JSON integer; None when it is none."""
    if isinstance(said, bool) or not isinstance(said, int | str):
        return None
    if isinstance(said, str) and not (said.isascii() and said.lstrip("-").isdigit()):
        return None
    if isinstance(said, str) and len(said) > 20:
        return None
    number = int(said)
    return number if -(2**63) <= number < 2**63 else None


def _pairs(raw: bytes) -> dict[str, list[str]]:
    return parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True)


def _parts(kind: str, raw: bytes) -> dict[str, str]:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    found = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + raw).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content.decode("utf-8", "replace")
    return found
