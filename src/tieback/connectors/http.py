"""The one HTTP client of all connectors: what a remote answers becomes JSON or one of four errors.

Nothing is retried here: whether a call may be repeated is the outbox's question, or a pull's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import httpx

from tieback.connectors.errors import ConfigError, RecordError, TransientError

# A page of any API we know is far below; more than this is not an answer but an attack or a fault.
MOST_BYTES = 32 * 1024 * 1024
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LATER = "Tieback tries again by itself."
_SAID = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What the remote said: its JSON (None for an empty body) and its headers, names lower-case."""

    status: int
    json: Any
    headers: Mapping[str, str]


class HttpClient:
    """Calls one remote. Raises the four errors of `connectors/errors.py` and no others.

    `system` is the remote's name as messages say it. Redirects are not followed: a remote that
    moves is a setting to correct, and credentials never go where nobody sent them.
    """

    def __init__(
        self,
        *,
        system: str,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._system = system
        try:
            self._client = httpx.Client(
                base_url=base_url,
                headers=dict(headers or {}),
                timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
                follow_redirects=False,
                transport=transport,
                trust_env=False,
            )
        except (httpx.InvalidURL, ValueError, TypeError):
            raise ConfigError(
                f"“{base_url}” is no address.", mend="Correct the address in the settings."
            ) from None

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, *, params: Mapping[str, Any] | None = None) -> Answer:
        """Read something; safe to repeat."""
        return self.call("GET", path, params=params)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call. A write that got no answer to be trusted raises with `may_have_arrived`."""
        is_write = method.upper() not in _SAFE
        try:
            with self._client.stream(
                method, path, params=params, json=json, headers=headers
            ) as response:
                body = self._read(response, is_write)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            # Nothing was sent, so nothing can have been done.
            raise self._unreachable(error) from None
        except httpx.UnsupportedProtocol:
            raise ConfigError(
                f"The address of {self._system} does not begin with https:// or http://.",
                mend="Correct the address in the settings.",
            ) from None
        except httpx.HTTPError as error:
            raise self._no_answer(error, is_write) from None
        return self._answer(response, body, is_write)

    def _read(self, response: httpx.Response, is_write: bool) -> bytes:
        read = bytearray()
        for chunk in response.iter_bytes():
            read += chunk
            if len(read) > MOST_BYTES:
                raise TransientError(
                    f"{self._system} sent more than {MOST_BYTES >> 20} MB in one answer.",
                    mend=_LATER,
                    may_have_arrived=is_write,
                )
        return bytes(read)

    def _answer(self, response: httpx.Response, body: bytes, is_write: bool) -> Answer:
        status = response.status_code
        if status >= 300:
            self._refuse(response, body, is_write)
        if not body:
            return Answer(status, None, _lower(response.headers))
        try:
            parsed = httpx.Response(200, content=body).json()
        except (ValueError, UnicodeDecodeError, RecursionError):
            raise TransientError(
                f"{self._system} answered, but not in JSON: “{_shown(body)}”",
                mend=f"{_LATER} If it goes on, check the address in the settings.",
                may_have_arrived=is_write,
            ) from None
        return Answer(status, parsed, _lower(response.headers))

    def _refuse(self, response: httpx.Response, body: bytes, is_write: bool) -> NoReturn:
        status, said = response.status_code, _shown(body)
        if status < 400:
            raise ConfigError(
                f"{self._system} sent us on to another address ({status}), which Tieback does "
                "not follow.",
                mend="Correct the address in the settings.",
            )
        if status in {401, 403}:
            raise ConfigError(
                f"{self._system} refused our credentials or rights ({status}): “{said}”",
                mend="Check the credentials, and what they are allowed to do.",
            )
        if status == 429 or (status == 503 and "retry-after" in response.headers):
            raise TransientError(
                f"{self._system} asks us to wait ({status}).",
                mend=_LATER,
                retry_after=retry_after(response.headers.get("retry-after", "")),
            )
        if status >= 500 or status == 408:
            raise TransientError(
                f"{self._system} failed ({status}): “{said}”",
                mend=_LATER,
                may_have_arrived=is_write,
            )
        raise RecordError(
            f"{self._system} refused it ({status}): “{said}”",
            mend="Correct the record, or what it refers to, and try again.",
        )

    def _unreachable(self, error: httpx.HTTPError) -> TransientError:
        return TransientError(
            f"{self._system} cannot be reached ({type(error).__name__}).",
            mend=f"{_LATER} If it goes on, check the address and the network.",
        )

    def _no_answer(self, error: httpx.HTTPError, is_write: bool) -> TransientError:
        return TransientError(
            f"{self._system} gave no answer ({type(error).__name__}).",
            mend=_LATER,
            may_have_arrived=is_write,
        )


def retry_after(text: str, *, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date; None when unreadable.

    Never below 0 nor above a day, whatever the remote says.
    """
    text = text.strip()
    if text.replace(".", "", 1).isdigit():
        seconds = float(text)
    else:
        try:
            then = parsedate_to_datetime(text)
        except (TypeError, ValueError, IndexError):
            return None
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        seconds = (then - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), 86_400.0)


def _lower(headers: httpx.Headers) -> dict[str, str]:
    pairs: Iterable[tuple[str, str]] = headers.items()
    return {name.lower(): value for name, value in pairs}


def _shown(body: bytes) -> str:
    """The first words of a body, on one line, safe to show."""
    text = body[: _SAID * 4].decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:_SAID] + ("…" if len(line) > _SAID else "")
