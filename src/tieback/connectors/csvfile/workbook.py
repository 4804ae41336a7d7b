"""What a workbook's sheets share: which sheet comes first, texts, number formats, and the epoch."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from tieback.connectors.csvfile.workbook_parts import Parts, damaged

# Numbers of the formats that every workbook has: dates and times (ECMA-376, 18.8.30).
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_SPAN = 46
# What a format shows as it is written, and so says nothing: quoted, escaped, in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0+")
# Excel keeps no text longer than this in a cell.
LONGEST_TEXT = 32_767
# The day before the first, twice: the old one counts a 29 February 1900 that never was.
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


@dataclass(slots=True)
class Style:
    """How a number is shown: as a date, a span of time, or digits with zeros in front."""

    is_date: bool = False
    is_span: bool = False
    digits: int = 0


@dataclass(slots=True)
class Workbook:
    """The first sheet that can be seen, and what its cells refer to."""

    title: str = ""
    sheet: str = ""
    epoch: datetime = EPOCH
    texts: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)


def read_workbook(parts: Parts) -> Workbook:
    """Everything but the sheet itself; raises `ConfigError` where there is none to be seen."""
    main = next((part for _, kind, part in parts.relations("") if kind == "officeDocument"), "")
    if not main:
        raise damaged(parts.path, "it does not say where its sheets are")
    relations = list(parts.relations(main))
    book = _first_sheet(
        parts, main, {i: part for i, kind, part in relations if kind == "worksheet"}
    )
    for _, kind, part in relations:
        if kind == "sharedStrings":
            book.texts = _texts(parts, part)
        elif kind == "styles":
            book.styles = _styles(parts, part)
    return book


def _first_sheet(parts: Parts, main: str, sheets: dict[str, str]) -> Workbook:
    book = Workbook()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            book.epoch = EPOCH_1904
        if tag != "sheet" or book.sheet or attributes.get("state", "visible") != "visible":
            return
        refers = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        if refers in sheets:
            book.title, book.sheet = attributes.get("name", ""), sheets[refers]

    for _ in parts.feed(main, start):
        pass
    if not book.sheet:
        raise damaged(parts.path, "it has no sheet that can be seen")
    return book


class TextReader:
    """Gathers one text from its runs, without what is only there to be pronounced.

    Keeps one character more than Excel allows, so that what is too long can be told.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = self._is_spoken = False

    def clear(self) -> None:
        self._pieces.clear()
        self._length = 0
        self._is_text = self._is_spoken = False

    def start(self, tag: str) -> None:
        if tag == "t":
            self._is_text = not self._is_spoken
        elif tag == "rPh":
            self._is_spoken = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._is_text = False
        elif tag == "rPh":
            self._is_spoken = False

    def add(self, text: str) -> None:
        room = LONGEST_TEXT + 1 - self._length
        if self._is_text and room > 0:
            self._pieces.append(text[:room])
            self._length += len(text)

    def text(self) -> str:
        return "".join(self._pieces)


def _texts(parts: Parts, part: str) -> list[str]:
    texts: list[str] = []
    reader = TextReader()

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            reader.clear()
        reader.start(tag)

    def end(tag: str) -> None:
        reader.end(tag)
        if tag == "si":
            texts.append(reader.text())

    for _ in parts.feed(part, start, end, reader.add):
        pass
    return texts


def _styles(parts: Parts, part: str) -> list[Style]:
    formats: dict[str, str] = {}
    used: list[str] = []
    is_cells = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_cells
        if tag == "cellXfs":
            is_cells = True
        elif tag == "numFmt":
            formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
        elif tag == "xf" and is_cells:
            used.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal is_cells
        is_cells = is_cells and tag != "cellXfs"

    for _ in parts.feed(part, start, end):
        pass
    return [_style(number, formats.get(number)) for number in used]


def _style(number: str, code: str | None) -> Style:
    if code is None:
        known = int(number) if number.isdecimal() else 0
        return Style(is_date=known in _BUILT_IN_DATES, is_span=known == _BUILT_IN_SPAN)
    first = _LITERAL.sub("", code.partition(";")[0])
    if _ZEROS.fullmatch(first):
        # The format 00000 is how a spreadsheet keeps the zeros of 00123.
        return Style(digits=len(first))
    if _SPAN.search(first):
        return Style(is_span=True)
    return Style(is_date="general" not in first.lower() and bool(_DATE_LETTERS.search(first)))
