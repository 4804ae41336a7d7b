"""An ERP project beside projects that it may be, with what differs marked word by word."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from tieback.matching.rules import Rules
from tieback.portfolio.models import Project
from tieback.staging.models import Job
from tieback.web.erp.shown_effects import Compared, compared

_WORDS = re.compile(r"[\w'’]+|[^\w'’]+")
# What is a code, not a text: a single other character makes it another one.
_CODES = {"Number", "ZIP"}
# Codes that share less than this have letters in common by chance.
_ALIKE = 0.6
_SHORTEST_CUT = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value: `differs`, is `alike` (another word for the same), or neither, ""."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one side; `standing` to the other is same, alike, differs or unsaid.

    Texts come in `pieces`, days and amounts as `value` with a `note` on how far they are apart.
    """

    value: object
    standing: str
    pieces: Sequence[Piece] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One field: the ERP's value, and that of each project beside it."""

    label: str
    kind: str
    of_job: Cell
    of_projects: list[Cell]


def side_by_side(job: Job, projects: Iterable[Project], rules: Rules) -> list[Line]:
    """Every field of the job and of one project or more; the job is marked against the first."""
    columns = [compared(job, project, []) for project in projects]
    return [_line(fields, rules) for fields in zip(*columns, strict=True)]


def _line(fields: Sequence[Compared], rules: Rules) -> Line:
    pairs = [_pair(field, rules) for field in fields]
    return Line(fields[0].label, fields[0].kind, pairs[0][0], [project for _, project in pairs])


def _pair(field: Compared, rules: Rules) -> tuple[Cell, Cell]:
    one, other = field.of_job, field.of_project
    if one in (None, "") or other in (None, ""):
        return _unsaid(one), _unsaid(other)
    if isinstance(one, str) and isinstance(other, str):
        return _texts(one, other, rules, is_code=field.label in _CODES)
    standing = "same" if one == other else "differs"
    cell = Cell(one, standing)
    return cell, replace(cell, value=other, note=apart(one, other))


def _unsaid(value: object) -> Cell:
    pieces = [Piece(value)] if isinstance(value, str) and value else []
    return Cell(value, "unsaid", pieces)


def _texts(one: str, other: str, rules: Rules, *, is_code: bool) -> tuple[Cell, Cell]:
    mine, theirs = by_character(one, other) if is_code else by_word(one, other, rules)
    marks = {piece.mark for piece in (*mine, *theirs)}
    standing = "differs" if "differs" in marks else "same" if one == other else "alike"
    return Cell(one, standing, mine), Cell(other, standing, theirs)


def by_word(one: str, other: str, rules: Rules) -> tuple[list[Piece], list[Piece]]:
    """Both texts with the words marked that the other has not, wherever they stand in it."""
    cut = _cut_short(one, other) | _cut_short(other, one)

    def family(part: str) -> str:
        word = part.casefold()
        return rules.family(cut.get(word, word))

    return _words(one, other, family), _words(other, one, family)


def _words(text: str, other: str, family: Callable[[str], str]) -> list[Piece]:
    theirs = [part.casefold() for part in _WORDS.findall(other)]
    literal, families = set(theirs), Counter(family(word) for word in theirs)
    pieces = []
    for part in _WORDS.findall(text):
        if not part[0].isalnum():
            pieces.append(Piece(part))
            continue
        has = families[family(part)] > 0
        families[family(part)] -= has
        is_there = part.casefold() in literal
        pieces.append(Piece(part, ("" if is_there else "alike") if has else "differs"))
    return pieces


def _cut_short(text: str, other: str) -> dict[str, str]:
    """The last word of a text that ends where its field ended → the word that it begins."""
    words = [part.casefold() for part in _WORDS.findall(text) if part[0].isalnum()]
    theirs = [part.casefold() for part in _WORDS.findall(other)]
    last = words[-1] if words else ""
    if len(last) < _SHORTEST_CUT or last in theirs:
        return {}
    whole = next((word for word in theirs if word.startswith(last)), "")
    return {last: whole} if whole else {}


def by_character(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both codes with the letters and digits marked in which they differ."""
    # Folded one by one: a text as a whole may change its length.
    first, second = ([character.casefold() for character in text] for text in (one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [_stretch(one, "replace")], [_stretch(other, "replace")]
    mine, theirs = [], []
    for tag, start, end, from_, to in matcher.get_opcodes():
        mine.append(_stretch(one[start:end], tag))
        theirs.append(_stretch(other[from_:to], tag))
    return [piece for piece in mine if piece.text], [piece for piece in theirs if piece.text]


def _stretch(text: str, tag: str) -> Piece:
    is_marked = tag != "equal" and any(character.isalnum() for character in text)
    return Piece(text, "differs" if is_marked else "")


def apart(one: object, other: object) -> str:
    """How far the project's day or amount is from the job's, "" where they are the same."""
    if one == other:
        return ""
    if isinstance(one, date) and isinstance(other, date):
        days = (other - one).days
        way = "later" if days > 0 else "earlier"
        return f"{abs(days):,} day{'' if abs(days) == 1 else 's'} {way}"
    if isinstance(one, Decimal) and isinstance(other, Decimal) and one > 0:
        return _by_percent(float(other / one) - 1)
    return ""


def _by_percent(change: float) -> str:
    if abs(change) < 0.001:
        return "under 0.1 % apart"
    if change > 9:
        return f"{change + 1:,.0f} times as much"
    shown = f"{abs(change):.1%}" if abs(change) < 0.1 else f"{abs(change):.0%}"
    return f"{shown.replace('%', ' %')} {'more' if change > 0 else 'less'}"
