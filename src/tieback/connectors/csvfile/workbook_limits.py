"""What a workbook may hold before anything unpacks it: size, packing, parts, and no macros."""

import zipfile
from pathlib import Path

from tieback.connectors.csvfile.folder import reading
from tieback.connectors.errors import ConfigError

# Unpacked sizes in bytes. The sheet of 100,000 jobs has about 60 MB, its shared texts 20 MB.
LARGEST_SHEET = 256 << 20
LARGEST_TEXTS = 64 << 20
LARGEST_OTHER = 8 << 20
# Excel's own sheets pack 10 to 40 times; bombs start at 1,000. Small parts may pack as they like.
HIGHEST_RATIO = 200
_SMALL = 1 << 20
MOST_PARTS = 2_000
# One text between two tags; Excel itself allows 32,767 characters.
LONGEST_TEXT = 1 << 20
# The tags of 250,000 rows of 14 cells; each may cost memory until the sheet is read.
MOST_TAGS = 15_000_000
_CHUNK = 1 << 16
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(path: Path) -> bool:
    """Whether the bytes are those of a workbook; raises `ConfigError` where the name disagrees."""
    with reading(path), path.open("rb") as file:
        head = file.read(8)
    is_named_so = path.suffix.lower() == ".xlsx"
    if head.startswith(_OLE):
        raise ConfigError(
            f"{path.name} is protected by a password, or an Excel file of the old kind (.xls).",
            mend="Save it as an Excel workbook (.xlsx) without a password, or as CSV.",
            source=path.name,
        )
    is_zip = head.startswith(_ZIP)
    if is_zip and not is_named_so:
        raise ConfigError(
            f"{path.name} is a packed file, as Excel workbooks are, and no text.",
            mend=f"Rename it to {path.stem}.xlsx if it is a workbook, or save it as CSV.",
            source=path.name,
        )
    if is_named_so and not is_zip:
        raise ConfigError(
            f"{path.name} is {'no Excel workbook' if head else 'empty'}, whatever its name says.",
            mend=f"Save it as an Excel workbook, or rename it to {path.stem}.csv if it is text.",
            source=path.name,
        )
    return is_zip


def check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse with `ConfigError` what is too large, packed too densely, or has macros."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise _too_large(path, f"it has {len(parts):,} parts")
    for part in parts:
        if part.filename.lower().endswith("vbaproject.bin"):
            raise ConfigError(
                f"{path.name} has macros in it.",
                mend="Save it as an Excel workbook without macros (.xlsx).",
                source=path.name,
            )
        if not part.filename.endswith((".xml", ".rels")):
            continue
        if part.file_size > _largest(part.filename):
            raise _too_large(path, f"{part.filename} unpacks to {part.file_size >> 20} MB")
        if part.file_size > max(_SMALL, HIGHEST_RATIO * part.compress_size):
            raise _too_large(path, f"{part.filename} is packed more densely than Excel packs")


def check_contents(path: Path, archive: zipfile.ZipFile) -> None:
    """Unpack each large part once in small pieces; refuse a text or a tree beyond all measure."""
    for part in archive.infolist():
        if part.file_size > _SMALL and part.filename.endswith(".xml"):
            _check_part(path, archive, part)


def _check_part(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    run = tags = 0
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            first, *rest = chunk.split(b"<")
            run += len(first)
            longest = max(run, max(map(len, rest), default=0))
            tags += len(rest)
            if rest:
                run = len(rest[-1])
            if longest > LONGEST_TEXT:
                raise _too_large(path, f"a cell has more than {LONGEST_TEXT:,} characters")
            if tags > MOST_TAGS:
                raise _too_large(path, f"{part.filename} has more than {MOST_TAGS:,} tags")


def _largest(name: str) -> int:
    if name.startswith("xl/worksheets/"):
        return LARGEST_SHEET
    return LARGEST_TEXTS if name.lower().endswith("sharedstrings.xml") else LARGEST_OTHER


def _too_large(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"{path.name} is refused without being read: {what}.",
        mend="Save the sheet alone as a new workbook, or as CSV.",
        source=path.name,
    )
