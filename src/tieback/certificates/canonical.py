"""One print of a document, its digest, and the file that carries both.

Canonical print: JSON in UTF-8, keys sorted, no blanks, whole numbers and texts only. So the same
document has the same digest whoever prints it, in whatever language.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

Document = dict[str, Any]
FORMAT = "tieback-certificate/1"
# A certificate of 100,000 jobs is far below; what is larger is something else.
LARGEST = 20 * 2**20


class CertificateError(Exception):
    """The certificate cannot be issued or read; `mend` is what a person can do instead."""

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(f"{message} {mend}".strip())
        self.message = message
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as a file carries it: the document, and the digest that is claimed for it."""

    document: Document
    claimed: str

    @property
    def digest(self) -> str:
        return digest(self.document)


def canonical(document: Document) -> bytes:
    """The one print of a document; raises `ValueError` for what no document of ours holds."""
    return json.dumps(
        _plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest(document: Document) -> str:
    """SHA-256 of the canonical print, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def written(document: Document) -> bytes:
    """The file: document and digest, with line breaks for people; its digest is of the document."""
    wrapped = {"certificate": document, "digest": digest(document)}
    return json.dumps(wrapped, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def read(content: bytes) -> Paper:
    """What a file carries; raises `CertificateError` for one that is no certificate of ours."""
    if len(content) > LARGEST:
        raise CertificateError(
            f"The file has {len(content) // 2**20} MB, which no certificate has.",
            mend="Choose the JSON file that was downloaded.",
        )
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_no_doubles,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
        document, claimed = found["certificate"], found["digest"]
        if set(found) != {"certificate", "digest"} or document["format"] != FORMAT:
            raise ValueError("another format")
        canonical(document)
        return Paper(document, str(claimed))
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise CertificateError(
            f"The file cannot be read as a certificate ({_short(problem)}).",
            mend="Choose the JSON file of a certificate as it was downloaded, not the PDF and not "
            "a copy that was edited.",
        ) from problem


def moment(value: datetime) -> str:
    """A point in time, in UTC and to the microsecond, as the chain has it too."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def together_hash(content_hashes: Iterable[str]) -> str:
    """One SHA-256 over many content hashes, whatever their order."""
    return hashlib.sha256("\n".join(sorted(content_hashes)).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is no text")
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise ValueError(f"a {type(value).__name__} in the document")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values for one key would let two readers read two documents."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same key twice")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise ValueError("a number with a fraction")


def _short(problem: Exception) -> str:
    return str(problem)[:120] or type(problem).__name__
