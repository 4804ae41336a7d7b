"""A rule as people say it: the part that its words play, apart from the words."""

from dataclasses import dataclass

from tieback.proposing.models import MatchingRule

Kind = MatchingRule.Kind


@dataclass(frozen=True, slots=True)
class Part:
    """What a rule makes of its words; `start` is how its line begins, "" where with a word."""

    key: str
    kind: Kind
    start: str
    label: str
    example: str


PARTS = (
    Part("same", Kind.ABBREVIATION, "", "Words that mean the same", "ctr center"),
    Part("stop", Kind.WORD, "stop", "Words to leave out of names", "turnkey"),
    Part("prefix", Kind.WORD, "number_prefix", "Before a number, and no part of it", "ph"),
    Part("suffix", Kind.WORD, "number_suffix", "Behind a number, and no part of it", "00"),
    Part("legal", Kind.WORD, "legal", "Endings of a customer's name", "holdings"),
    Part("suite", Kind.WORD, "suite", "Begins the part of an address behind the street", "bay"),
    Part("phase", Kind.WORD, "marker phase", "Stands before the number of a phase", "etape"),
    Part("building", Kind.WORD, "marker building", "Stands before a building's name", "haus"),
    Part("unit", Kind.WORD, "marker unit", "Stands before a unit's number", "apt"),
    Part("package", Kind.WORD, "marker package", "Stands before a package's number", "bp"),
)
_BY_KEY = {part.key: part for part in PARTS}


def line_of(key: str, words: str) -> tuple[str, str]:
    """The kind and line that a form asks for; a part that we do not know is a kind that is none."""
    part = _BY_KEY.get(key)
    if part is None:
        return key, words
    return part.kind, f"{part.start} {words}".strip() if words.strip() else ""


def said(kind: str, line: str) -> tuple[str, str]:
    """What a rule does, and the words that it does it to."""
    for part in PARTS:
        if part.kind == kind and part.start and line.startswith(f"{part.start} "):
            return part.label, line.removeprefix(part.start).strip()
    if kind == Kind.ABBREVIATION:
        return _BY_KEY["same"].label, line
    _, _, words = line.removeprefix("marker ").partition(" ")
    return f"Stands before a {line.split()[1]}" if line.startswith("marker ") else line, words
