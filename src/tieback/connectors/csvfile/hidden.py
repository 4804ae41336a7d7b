"""Which rows of a sheet nobody sees: a person hid them, or a filter does."""

import re
import zipfile
from functools import partial
from pathlib import Path

_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])([^>]*)>")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_CHUNK = 1 << 16


def hidden_rows(path: Path, part: str) -> set[int]:
    """The numbers of the hidden rows of the sheet in `part` of a workbook that was checked."""
    hidden: set[int] = set()
    row, tail = 0, b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        for chunk in iter(partial(file.read, _CHUNK), b""):
            whole, mark, rest = (tail + chunk).rpartition(b"<")
            tail = mark + rest
            for tag in _ROW.finditer(whole):
                number = _NUMBER.search(tag[1])
                row = int(number[1]) if number else row + 1
                if _HIDDEN.search(tag[1]):
                    hidden.add(row)
    return hidden
