"""The parts of a workbook: opened within limits, their XML fed through in small pieces.

Written on expat itself: the sheet is never held as a tree, so a sheet of any length is read in the
same memory, and a document type, with which every attack by entities begins, is refused.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from tieback.connectors.csvfile.cell_error import shown
from tieback.connectors.csvfile.folder import reading
from tieback.connectors.errors import ConfigError

# Unpacked sizes in bytes. The sheet of 100,000 jobs has about 60 MB, its shared texts 20 MB.
LARGEST_SHEET = 512 << 20
LARGEST_TEXTS = 64 << 20
LARGEST_OTHER = 8 << 20
# Excel's own sheets pack 10 to 40 times; bombs start at 1,000. Small parts may pack as they like.
HIGHEST_RATIO = 200
_SMALL = 1 << 20
MOST_PARTS = 2_000
# Bytes of one tag or text that the parser may hold back, waiting for its end.
LONGEST_TAG = 1 << 20
_CHUNK = 1 << 16
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What the zip and XML libraries raise on bytes that are broken, or made to break them.
_BREAKAGES = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


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


def damaged(path: Path, reason: str) -> ConfigError:
    """The refusal of a workbook that cannot be read."""
    return ConfigError(
        f"{path.name} is damaged, or no Excel workbook: {shown(reason)}.",
        mend="Open it in Excel and save it again, or save it as CSV.",
        source=path.name,
    )


class Parts:
    """An open workbook; every method raises `ConfigError` for what is broken or too large."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.guard():
            self._archive = zipfile.ZipFile(path)
        try:
            self._check()
        except ConfigError:
            self.close()
            raise

    def close(self) -> None:
        self._archive.close()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turns what broken bytes do to the libraries into the refusal of the file."""
        with reading(self.path):
            try:
                yield
            except _BREAKAGES as error:
                raise damaged(self.path, str(error) or type(error).__name__) from None

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind and part of all that `part` refers to; "" is the workbook as a whole."""
        folder, name = posixpath.split(part)
        found: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                kind = attributes["Type"].rpartition("/")[2]
                found.append((attributes["Id"], kind, target.lstrip("/")))

        for _ in self.feed(posixpath.join(folder, "_rels", f"{name}.rels"), start):
            pass
        return iter(found)

    def feed(
        self, part: str, start: Start, end: End | None = None, text: Text | None = None
    ) -> Iterator[None]:
        """Parse a part; yields after each piece of it, so that its rows can be handed out.

        Tags come without the prefix of the root's namespace, attributes as they are written.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.CharacterDataHandler = text

        def root(tag: str, attributes: dict[str, str]) -> None:
            prefix = tag.rpartition(":")[0]
            parser.StartElementHandler = _without(prefix, start) if prefix else start
            parser.EndElementHandler = _without(prefix, end) if prefix and end else end

        parser.StartElementHandler = root
        with self.guard():
            file = self._archive.open(part)
        with file:
            fed, is_last = 0, False
            while not is_last:
                with self.guard():
                    chunk = file.read(_CHUNK)
                    fed, is_last = fed + len(chunk), not chunk
                    parser.Parse(chunk, is_last)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise self._too_large(f"a tag in {part} has more than {LONGEST_TAG:,} bytes")
                yield

    def _refuse_document_type(self, *_: object) -> None:
        raise damaged(self.path, "it declares a document type, as no workbook does")

    def _check(self) -> None:
        """Refuse what is too large, packed too densely, or has macros, before it is unpacked."""
        parts = self._archive.infolist()
        if len(parts) > MOST_PARTS:
            raise self._too_large(f"it has {len(parts):,} parts")
        for part in parts:
            if part.filename.lower().endswith("vbaproject.bin"):
                raise ConfigError(
                    f"{self.path.name} has macros in it.",
                    mend="Save it as an Excel workbook without macros (.xlsx).",
                    source=self.path.name,
                )
            if part.filename.endswith((".xml", ".rels")):
                self._check_size(part)

    def _check_size(self, part: zipfile.ZipInfo) -> None:
        if part.compress_type not in _PACKINGS:
            raise damaged(self.path, f"{part.filename} is packed in a way that Excel does not know")
        if part.file_size > _largest(part.filename):
            raise self._too_large(f"{part.filename} unpacks to {part.file_size >> 20} MB")
        if part.file_size > max(_SMALL, HIGHEST_RATIO * part.compress_size):
            raise self._too_large(f"{part.filename} is packed more densely than Excel packs")

    def _too_large(self, what: str) -> ConfigError:
        return ConfigError(
            f"{self.path.name} is too large to be read: {what}.",
            mend="Save the sheet alone as a new workbook, or as CSV.",
            source=self.path.name,
        )


def _without(prefix: str, handle: Callable[..., None]) -> Callable[..., None]:
    """`handle` with the prefix taken off the tag, for the few programs that write one."""
    return lambda tag, *given: handle(tag.removeprefix(f"{prefix}:"), *given)


def _largest(name: str) -> int:
    if name.startswith("xl/worksheets/"):
        return LARGEST_SHEET
    return LARGEST_TEXTS if name.lower().endswith("sharedstrings.xml") else LARGEST_OTHER
