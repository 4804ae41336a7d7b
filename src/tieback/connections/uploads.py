"""Take files that people upload for a connection: checked, put in place whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings as site
from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.folders import folder_setting, own_folder
from tieback.connections.models import Connection
from tieback.connections.services import add_connection, change_settings
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class
from tieback.home import home

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")
_ZIP = b"PK\x03\x04"
# First bytes of files that are no text, and what people call them.
_KINDS = {_ZIP: "an Excel workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file from a person. `name` is what their machine calls it: told back, never a path."""

    resource: Resource
    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class _Received:
    """An upload that lies beside its place; `size` in bytes, `digest` its SHA-256 in hex."""

    upload: Upload
    suffix: str
    path: Path
    size: int
    digest: str


def add_with_files(
    *,
    by: Actor,
    now: datetime,
    name: str,
    connector: str,
    settings: Mapping[str, Any],
    uploads: Sequence[Upload],
) -> Connection:
    """Add a connection that reads uploaded files; raises `ConfigError` and leaves nothing."""
    by.require(Level.ADMIN, "add a connection")
    with _received(by, uploads) as received, transaction.atomic():
        connection = add_connection(
            by=by, now=now, name=name, connector=connector, settings=settings
        )
        return _place(connection, received, by, now)


def store(
    *, connection: Connection, uploads: Sequence[Upload], by: Actor, now: datetime
) -> Connection:
    """Put files into the connection's own folder, each in place of the one before it.

    The connection reads that folder from then on. Raises `ConfigError` where a file is not
    acceptable; every old file then stays as it was.
    """
    by.require_company(connection.company_id)
    by.require(Level.ADMIN, "upload files")
    with _received(by, uploads) as received, transaction.atomic():
        return _place(connection, received, by, now)


@contextmanager
def _received(by: Actor, uploads: Sequence[Upload]) -> Iterator[list[_Received]]:
    """The uploads written to the disk and checked, before any lock is taken; gone afterwards."""
    if not uploads:
        raise ConfigError("No file was chosen.", mend="Choose the files, then send them again.")
    folder = home() / "files" / str(by.company_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    received: list[_Received] = []
    try:
        for upload in uploads:
            path = folder / f".incoming-{secrets.token_hex(8)}"
            try:
                received.append(_receive(upload, path))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        yield received
    finally:
        for one in received:
            one.path.unlink(missing_ok=True)


def _receive(upload: Upload, path: Path) -> _Received:
    suffix = _suffix(upload.name)
    digest, size, head = hashlib.sha256(), 0, b""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        for chunk in upload.chunks:
            size += len(chunk)
            if size > site.UPLOAD_LIMIT:
                raise too_large(upload.name)
            head = head or chunk[:4]
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    _check_kind(upload.name, suffix, head)
    return _Received(upload, suffix, path, size, digest.hexdigest())


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


def _place(
    connection: Connection, received: Sequence[_Received], by: Actor, now: datetime
) -> Connection:
    setting = folder_setting(connector_class(connection.connector))
    if setting is None:
        raise ConfigError(f"{connection} reads no files.", mend="Change its settings instead.")
    folder = own_folder(connection)
    _check_jobs(folder, received)
    if connection.settings.get(setting.name) != str(folder):
        # Files chosen by name were those of the folder before.
        kept = {key: value for key, value in connection.settings.items() if key != "files"}
        connection = change_settings(
            connection=connection, settings={**kept, setting.name: str(folder)}, by=by, now=now
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    for one in received:
        _record(connection, one, by, now)
    # Last, as a file that is in place cannot be rolled back.
    for one in received:
        _replace(folder, one)
    return connection


def _check_jobs(folder: Path, received: Sequence[_Received]) -> None:
    if any(one.upload.resource == Resource.JOB for one in received):
        return
    if not any((folder / f"{Resource.JOB}{suffix}").exists() for suffix in SUFFIXES):
        raise ConfigError(
            "The file of jobs is missing.",
            mend="Choose it too: cost codes and sub jobs belong to jobs.",
        )


def _record(connection: Connection, one: _Received, by: Actor, now: datetime) -> None:
    record(
        by=by,
        now=now,
        action="connection.upload",
        target=("connection", connection.pk, connection.name),
        after={
            "resource": one.upload.resource,
            "file": _printable(one.upload.name)[:200],
            "bytes": one.size,
            "sha256": one.digest,
        },
    )


def _replace(folder: Path, one: _Received) -> None:
    os.replace(one.path, folder / f"{one.upload.resource}{one.suffix}")
    for suffix in SUFFIXES:
        if suffix != one.suffix:
            (folder / f"{one.upload.resource}{suffix}").unlink(missing_ok=True)


def _shown(name: str) -> str:
    """The person's own name for the file, as far as it can be shown in a sentence."""
    return f"“{_printable(name)[:100]}”"


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)
