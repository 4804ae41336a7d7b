"""Files that a person brings to be imported: kept while they look at what it would do."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.connections.receiving import receive
from tieback.home import home

KEPT_FOR = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_LONGEST_NAME = 60


def keep(*, name: str, chunks: Iterable[bytes], by: Actor, now: datetime) -> str:
    """Keep the file for a day; returns the token that finds it again, in this company only.

    Raises `ConfigError` where it is too large, empty or of a kind that cannot be read.
    """
    by.require(Level.ADMIN, "import a file")
    _sweep(by, now)
    token = secrets.token_urlsafe(24)
    folder = _folder(by) / token
    folder.mkdir(mode=0o700, parents=True)
    try:
        receive(name=name, chunks=chunks, path=folder / _safe_name(name))
        # The clock of the caller, not of the disk, says when the day is over.
        os.utime(folder, (now.timestamp(), now.timestamp()))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return token


def kept(*, token: str, by: Actor) -> Path | None:
    """The file, None where it is not kept, or no longer."""
    by.require(Level.ADMIN, "import a file")
    folder = _folder(by) / token
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        return None
    return next((path for path in folder.iterdir() if path.is_file()), None)


def let_go(*, token: str, by: Actor) -> None:
    """Take the file away."""
    by.require(Level.ADMIN, "import a file")
    if _TOKEN.fullmatch(token):
        shutil.rmtree(_folder(by) / token, ignore_errors=True)


def _folder(by: Actor) -> Path:
    return home() / "files" / str(by.company_id) / "imports"


def _sweep(by: Actor, now: datetime) -> None:
    """Take away what nobody came back for."""
    folder = _folder(by)
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.stat().st_mtime < (now - KEPT_FOR).timestamp():
            shutil.rmtree(one, ignore_errors=True)


def _safe_name(name: str) -> str:
    """What the person calls the file, as far as a file may be called so: letters and digits."""
    stem, suffix = os.path.splitext(name)
    kept_letters = "".join(char if char.isalnum() or char in " -_" else "_" for char in stem)
    plain = kept_letters.encode("utf-8", "ignore").decode()
    return f"{plain.strip()[:_LONGEST_NAME] or 'file'}{suffix.lower()}"
