"""Which encoding a text file has. What cannot be decoded is kept recognisable, never replaced."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from tieback.connectors.csvfile.folder import reading
from tieback.connectors.errors import ConfigError

_HEAD = 4096
_CHUNK = 1 << 20
_LABELS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
# Bytes that are no character arrive as lone surrogates, so that only their row is refused.
_UNDECODED = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to open the file: codec and error handler as `open` takes them; `name` as settings do."""

    name: str
    codec: str
    errors: str

    @property
    def label(self) -> str:
        """As people call it."""
        return _LABELS[self.name]


def detect(path: Path, wanted: str) -> Encoding:
    """The encoding of `path`: the byte order mark, else `wanted`, else what the bytes say.

    Raises `ConfigError` where the mark says something else than `wanted`, and for UTF-32.
    """
    with reading(path), path.open("rb") as file:
        head = file.read(_HEAD)
    marked = _marked(path, head)
    if marked and wanted and marked.name != wanted:
        raise ConfigError(
            f"The settings say that {path.name} is {_LABELS[wanted]}, "
            f"but the file itself says {marked.label}.",
            mend="Set “Encoding of text files” to “Find out”.",
        )
    if marked:
        return marked
    if wanted == "utf-16":
        return _utf_16(head) or Encoding("utf-16", "utf-16-le", "surrogatepass")
    if wanted:
        return Encoding(wanted, wanted, "surrogateescape")
    return _utf_16(head) or Encoding(name := _by_content(path), name, "surrogateescape")


def _marked(path: Path, head: bytes) -> Encoding | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise ConfigError(f"{path.name} is UTF-32.", mend="Save the file as UTF-8.")
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", "utf-8-sig", "surrogateescape")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "utf-16", "surrogatepass")
    return None


def _utf_16(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: every other byte of plain letters is zero, and only every other."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    enough = len(head) // 8
    if odd > enough and odd > 8 * even:
        return Encoding("utf-16", "utf-16-le", "surrogatepass")
    if even > enough and even > 8 * odd:
        return Encoding("utf-16", "utf-16-be", "surrogatepass")
    return None


def _by_content(path: Path) -> str:
    """UTF-8 where anything beyond ASCII is UTF-8, Windows-1252 where nothing is.

    In a file with both, the rows that are not UTF-8 are refused one by one.
    """
    is_foreign = is_utf_8 = False
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    with reading(path), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if is_foreign or not chunk.isascii():
                text = decoder.decode(chunk)
                is_foreign = is_foreign or bool(_UNDECODED.search(text))
                is_utf_8 = is_utf_8 or bool(_BEYOND_ASCII.search(text))
            else:
                decoder.decode(chunk)
    return "cp1252" if is_foreign and not is_utf_8 else "utf-8"
