"""Take a file from a person: within the limit, of a kind that can be read, whole on the disk."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings as site

from tieback.connectors.errors import ConfigError

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")
_ZIP = b"PK\x03\x04"
# First bytes of files that are no text, and what people call them.
_KINDS = {_ZIP: "an Excel workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that is on the disk; `size` in bytes, `digest` its SHA-256 in hex."""

    suffix: str
    path: Path
    size: int
    digest: str


def receive(*, name: str, chunks: Iterable[bytes], path: Path) -> ReceivedFile:
    """Write a file to `path`, which must not be there yet, and check it.

    Raises `ConfigError` where it is too large, empty, or not what its name says; what was written
    by then is the caller's to take away.
    """
    suffix = _suffix(name)
    digest, size, head = hashlib.sha256(), 0, b""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > site.UPLOAD_LIMIT:
                raise too_large(name)
            head = head or chunk[:4]
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    _check_kind(name, suffix, head)
    return ReceivedFile(suffix, path, size, digest.hexdigest())


def too_large(name: str) -> ConfigError:
    """The refusal of a file that is over the limit."""
    return ConfigError(
        f"{_shown(name)}, or all files of the form, are over {site.UPLOAD_LIMIT // 2**20} MB.",
        mend="Export fewer columns or rows, or have the file put into a folder on the server.",
    )


def _suffix(name: str) -> str:
    suffix = os.path.splitext(name)[1].lower()
    if suffix not in SUFFIXES:
        raise ConfigError(
            f"{_shown(name)} is of a kind that cannot be read.",
            mend=f"Choose a file whose name ends in one of: {', '.join(SUFFIXES)}.",
        )
    return suffix


def _check_kind(name: str, suffix: str, head: bytes) -> None:
    """Whether the content is what the name says: a wrong one would fail later and less clearly."""
    if not head:
        raise ConfigError(f"{_shown(name)} is empty.", mend="Export it again.")
    kind = _KINDS.get(head)
    if suffix == ".xlsx" and head != _ZIP:
        what = kind or "no Excel workbook"
        raise ConfigError(
            f"{_shown(name)} is {what}, though its name ends in .xlsx.",
            mend="Save it as an Excel workbook (.xlsx), or as CSV.",
        )
    if suffix != ".xlsx" and kind:
        raise ConfigError(
            f"{_shown(name)} is {kind}, though its name ends in {suffix}.",
            mend="Save it as CSV, or choose the workbook under its own name.",
        )


def _shown(name: str) -> str:
    """The person's own name for the file, as far as it can be shown in a sentence."""
    return f"“{printable(name)[:100]}”"


def printable(name: str) -> str:
    """The name with everything that cannot be shown taken out."""
    return "".join(char if char.isprintable() else "?" for char in name)
