"""Take files that people upload for a connection: checked, put in place whole or not at all."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.connections.folders import folder_setting, own_folder
from tieback.connections.models import Connection
from tieback.connections.receiving import SUFFIXES, ReceivedFile, printable, receive
from tieback.connections.services import add_connection, change_settings
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class
from tieback.home import home


@dataclass(frozen=True, slots=True)
class Upload:
    """One file from a person. `name` is what their machine calls it: told back, never a path."""

    resource: Resource
    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class _Received:
    """An upload, and the file that lies beside its place."""

    upload: Upload
    file: ReceivedFile


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
                file = receive(name=upload.name, chunks=upload.chunks, path=path)
                received.append(_Received(upload, file))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        yield received
    finally:
        for one in received:
            one.file.path.unlink(missing_ok=True)


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
            "file": printable(one.upload.name)[:200],
            "bytes": one.file.size,
            "sha256": one.file.digest,
        },
    )


def _replace(folder: Path, one: _Received) -> None:
    os.replace(one.file.path, folder / f"{one.upload.resource}{one.file.suffix}")
    for suffix in SUFFIXES:
        if suffix != one.file.suffix:
            (folder / f"{one.upload.resource}{suffix}").unlink(missing_ok=True)
