"""Addresses and customers' names to what can be compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tieback.matching.rules import Rules
from tieback.matching.words import words_of

_HOUSE = re.compile(r"^(\d+)")
_ZIP = re.compile(r"\d{5}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{4}")
# What kind of body a customer is says little; what it is for says who it is.
_BODIES = frozenset(
    ("department", "division", "office", "bureau", "agency", "administration", "board", "ministry")
)
_COMPASS = {"n", "s", "e", "w", "ne", "nw", "se", "sw"}


@dataclass(frozen=True, slots=True)
class Address:
    """`house` "" where there is none; `street` its first telling word; `line` without the suite."""

    house: str
    street: str
    line: str


def address_of(text: str, rules: Rules) -> Address:
    """The parts of one printed address."""
    kept: list[str] = []
    for at, word in enumerate(words_of(text)):
        if at > 1 and word in rules.suite:
            break
        kept.append(rules.family(word))
    house = kept[0] if kept and kept[0][0].isdigit() and _HOUSE.match(kept[0]) else ""
    rest = kept[1:] if house else kept
    telling = [word for word in rest if word not in _COMPASS and not word.isdigit()]
    ordinal = [word for word in rest if word not in _COMPASS]
    street = (telling or ordinal or [""])[0]
    if ordinal and ordinal[0][:1].isdigit():
        street = ordinal[0]
    return Address(house, street, " ".join(kept))


def zip_of(text: str) -> str:
    """The part of a postal code that both sides have: 53207-1234 is 53207."""
    found = _ZIP.search(text.casefold())
    return found[0].replace(" ", "") if found else ""


def owner_words(text: str, rules: Rules) -> list[str]:
    """A customer's name without its legal form."""
    words = [word for word in words_of(text) if word not in rules.stop]
    while len(words) > 1 and words[-1] in rules.legal:
        words.pop()
    return [rules.family(word) for word in words]


def owner_told(words: Sequence[str]) -> str:
    """What tells a customer from others of its kind; all of it where nothing else is said."""
    return " ".join([word for word in words if word not in _BODIES] or words)
