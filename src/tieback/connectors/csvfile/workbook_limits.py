"""What a workbook may hold before openpyxl opens it: openpyxl itself sets no limits."""

import re
import zipfile
from functools import partial
from pathlib import Path
from typing import IO

from tieback.connectors.csvfile.folder import reading
from tieback.connectors.errors import ConfigError

# Unpacked sizes in bytes. The sheet of 100,000 jobs has about 60 MB, its shared texts 20 MB.
LARGEST_WORKBOOK = 512 << 20
LARGEST_UNREAD = 64 << 20
# Excel's own sheets pack 10 to 40 times; bombs start at 1,000. Small parts may pack as they like.
HIGHEST_RATIO = 200
_SMALL = 1 << 20
MOST_PARTS = 2_000
LAST_ROW = 1_048_576
# Bytes of one tag and the text behind it: Excel's longest text, were it all line breaks.
LONGEST_TAG = 256 << 10
MOST_TAGS = 8_000_000
# What openpyxl reads: its size, and its tags, in a sheet those from one row to the next.
_READ = (
    (re.compile(r"xl/worksheets/[^/]+"), 256 << 20, 100_000),
    (re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE), 64 << 20, 4_000_000),
    (
        re.compile(r"\[Content_Types\]\.xml|.*\.rels|(docProps|xl)/\w+\.xml|xl/theme/.*"),
        8 << 20,
        100_000,
    ),
)
_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])(?:[^>]*?\sr\s*=\s*[\"']([^\"']*))?")
_CHUNK = 1 << 16
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def is_workbook(path: Path) -> bool:
    """Whether the bytes are those of a workbook; raises `ConfigError` where the name disagrees."""
    with reading(path), path.open("rb") as file:
        head = file.read(8)
    is_named_so = path.suffix.lower() == ".xlsx"
    if head.startswith(_OLE):
        raise refusal(
            path,
            "is protected by a password, or an Excel file of the old kind (.xls).",
            "Save it as an Excel workbook (.xlsx) without a password, or as CSV.",
        )
    is_zip = head.startswith(_ZIP)
    if is_zip and not is_named_so:
        raise refusal(
            path,
            "is a packed file, as Excel workbooks are, and no text.",
            f"Rename it to {path.stem}.xlsx if it is a workbook, or save it as CSV.",
        )
    if is_named_so and not is_zip:
        raise refusal(
            path,
            f"is {'no Excel workbook' if head else 'empty'}, whatever its name says.",
            f"Save it as an Excel workbook, or rename it to {path.stem}.csv if it is text.",
        )
    return is_zip


def refusal(path: Path, reason: str, mend: str) -> ConfigError:
    """The refusal of a whole file."""
    return ConfigError(f"{path.name} {reason}", mend=mend, source=path.name)


def damaged(path: Path, reason: str) -> ConfigError:
    """The refusal of a workbook that cannot be read."""
    mend = "Open it in Excel and save it again, or save it as CSV."
    return refusal(path, f"is damaged, or no Excel workbook: {reason}.", mend)


def _too_large(path: Path, what: str) -> ConfigError:
    mend = "Save the sheet alone as a new workbook, or as CSV."
    return refusal(path, f"is too large to be read: {what}.", mend)


def check_workbook(path: Path) -> None:
    """Unpack what will be read once, in small pieces; raises `ConfigError` where it is too much.

    No part unpacks to more than it says: zipfile stops there and finds the checksum wrong.
    """
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or size > LARGEST_WORKBOOK:
            raise _too_large(path, f"it has {len(parts):,} parts, which unpack to {size >> 20} MB")
        for part in parts:
            _check_part(path, archive, part)


def _check_part(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename
    if name.lower().endswith("vbaproject.bin"):
        mend = "Save it as an Excel workbook without macros (.xlsx)."
        raise refusal(path, "has macros in it.", mend)
    fitting = (limits for pattern, *limits in _READ if pattern.fullmatch(name))
    largest, most_tags = next(fitting, (LARGEST_UNREAD, 0))
    if part.compress_type not in _PACKINGS:
        raise damaged(path, f"{name} is packed in a way that Excel does not know")
    if part.file_size > largest:
        raise _too_large(path, f"{name} unpacks to {part.file_size >> 20} MB")
    if part.file_size > max(_SMALL, HIGHEST_RATIO * part.compress_size):
        raise _too_large(path, f"{name} is packed more densely than Excel packs")
    if most_tags:
        with archive.open(part) as file:
            _check_tags(path, name, file, most_tags)


def _check_tags(path: Path, name: str, file: IO[bytes], most_tags: int) -> None:
    row = total = tags = 0
    tail = b""
    for chunk in iter(partial(file.read, _CHUNK), b""):
        if b"\0" in chunk:
            raise damaged(path, f"{name} is no UTF-8, as Excel writes it")
        whole, mark, rest = (tail + chunk).rpartition(b"<")
        tail = mark + rest
        if len(tail) > LONGEST_TAG:
            raise _too_large(path, f"a tag in {name} has more than {LONGEST_TAG:,} bytes")
        if b"<!DOCTYPE" in whole:
            raise damaged(path, f"{name} declares a document type, as no workbook does")
        pieces = _ROW.split(whole)
        for index in range(0, len(pieces), 2):
            if index:
                row, tags = _next_row(path, row, pieces[index - 1]), 0
            count = pieces[index].count(b"<")
            total, tags = total + count, tags + count
            if total > MOST_TAGS or tags > most_tags:
                raise _too_large(path, f"{name} has too many tags")


def _next_row(path: Path, last: int, number: bytes | None) -> int:
    """openpyxl passes over rows in disorder without a word, so they are refused here."""
    row = last + 1 if number is None else int(number)
    if not last < row <= LAST_ROW:
        raise damaged(path, f"row {row} comes after row {last}")
    return row
