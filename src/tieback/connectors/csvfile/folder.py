"""Which file of the folder holds a resource, and that it is safe to open."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieback.connectors.csvfile.fields import FILE_NAMES, FILE_WORDS
from tieback.connectors.csvfile.options import Options
from tieback.connectors.errors import ConfigError, TransientError
from tieback.connectors.records import Resource

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
# Named so that a person who saved the wrong kind is told so, instead of "no file".
_NEAR_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".ods")
_CHUNK = 1 << 20


def find(resource: Resource, options: Options) -> Path | None:
    """The file of `resource`, None where the folder has none.

    Raises `ConfigError` where two files fit, or the file is none that we may or can read.
    """
    with reading(options.folder):
        folder = Path(os.path.realpath(options.folder, strict=True))
        if not folder.is_dir():
            raise ConfigError(
                f"{options.folder} is not a folder.",
                mend="Enter the folder in which the files lie.",
            )
        chosen = options.files.get(resource)
        name = _chosen(chosen) if chosen else _fitting(resource, folder)
        return _safe(folder, name) if name else None


def required(resource: Resource, options: Options) -> Path:
    """The file of a resource that has to be there; raises `ConfigError` naming what is missing."""
    path = find(resource, options)
    if path is None:
        name = FILE_NAMES[resource]
        raise ConfigError(
            f"There is no {name} file in {options.folder}.",
            mend=f"Put {name}.csv or {name}.xlsx there, or choose the file in the settings.",
        )
    return path


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what the file system refuses into the errors that connectors may raise."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError(
            f"{path} is not there.", mend="Put it there, or correct the settings."
        ) from None
    except PermissionError:
        raise ConfigError(
            f"Tieback may not read {path}.",
            mend="Give the account that runs Tieback the right to read it.",
        ) from None
    except OSError as error:
        raise TransientError(
            f"{path} could not be read: {error.strerror or 'the disk did not answer'}.",
            mend="Try again; if it stays so, look at the disk or the network drive.",
        ) from None


def fingerprint(path: Path) -> tuple[int, int, int]:
    """What changes when somebody writes to the file while we read it."""
    with reading(path):
        there = path.stat()
    return there.st_ino, there.st_size, there.st_mtime_ns


def content_digest(path: Path, seed: str) -> str:
    """32 hex characters over the file's bytes and `seed`, in steady memory."""
    digest = hashlib.blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=16)
    with reading(path), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _chosen(name: str) -> str:
    if "/" in name or "\\" in name or "\0" in name or name in {".", ".."}:
        raise ConfigError(
            f"“{name}” is not the name of a file.",
            mend="Name a file that lies in the folder itself, without a path.",
        )
    return name


def _fitting(resource: Resource, folder: Path) -> str | None:
    """The one file whose name says what it holds; raises `ConfigError` where two do."""
    names = sorted(name for name in os.listdir(folder) if _word(name) in FILE_WORDS[resource])
    fitting = [name for name in names if Path(name).suffix.lower() in SUFFIXES]
    if len(fitting) > 1:
        some = " and ".join([", ".join(fitting[:-1]), fitting[-1]])
        raise ConfigError(
            f"{some} may each be the {FILE_NAMES[resource]} file.",
            mend="Take all but one out of the folder, or choose the file in the settings.",
        )
    if not fitting and names:
        raise ConfigError(
            f"{names[0]} is of a kind that cannot be read.",
            mend="Save it as an Excel workbook (.xlsx) without macros, or as CSV.",
        )
    return fitting[0] if fitting else None


def _word(name: str) -> str:
    """The letters of a file's name without its suffix, "" for files that are nobody's export."""
    path = Path(name)
    if not name.isprintable():
        return ""
    if name.startswith((".", "~$")) or path.suffix.lower() not in (*SUFFIXES, *_NEAR_SUFFIXES):
        return ""
    return "".join(filter(str.isalpha, path.stem.casefold()))


def _safe(folder: Path, name: str) -> Path:
    path = folder / name
    with reading(path):
        real = Path(os.path.realpath(path, strict=True))
    if not real.is_relative_to(folder):
        raise ConfigError(
            f"{name} is a link to a file outside {folder}.",
            mend="Put the file itself into the folder.",
        )
    with reading(path):
        mode = real.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a file"
        raise ConfigError(f"{path} is {what}.", mend="Put a CSV or Excel file there.")
    return real
