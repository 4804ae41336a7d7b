"""Names to words: abbreviations folded, markers tied to their value, noise put aside."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from tieback.matching.rules import Rules
from tieback.matching.words import words_of

_MIXED = re.compile(r"^(ph|phase|bldg)(\d{1,2}|[a-z]|i{1,3}|iv|vi?)$")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_CLEAR_ROMAN = {"ii", "iii", "vii", "viii"}
_NUMERALS = """
one two three four five six seven eight nine ten
first second third fourth fifth sixth seventh eighth ninth tenth
"""
_COUNTED = {
    word: str(at)
    for line in _NUMERALS.strip().splitlines()
    for at, word in enumerate(line.split(), 1)
}
MOST_WORDS = 24
# Where the other side has another of them, it means another place.
COMPASS = frozenset(
    ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest")
)
# Between the kind of thing and its value: "phase#2".
MARK = "#"


class NameReader:
    """Reads names by one set of rules, and remembers every word."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        # Word → what it says by itself, and the kind of thing that the word behind it may count.
        self._known: dict[str, tuple[str, str]] = {}

    def words(self, text: str) -> list[str]:
        """What a name says: families of words, markers and their value as one ("phase#2")."""
        found: list[str] = []
        kind = ""
        for word in words_of(text)[: 2 * MOST_WORDS]:
            if kind and (value := _value(word)):
                found[-1:] = [f"{kind}{MARK}{value}"]
                kind = ""
                continue
            read, kind = self._known.get(word) or self._read(word)
            if read:
                found.append(read)
        return found[:MOST_WORDS]

    def _read(self, word: str) -> tuple[str, str]:
        self._known[word] = found = self._alone(word), self._rules.markers.get(word, "")
        return found

    def _alone(self, word: str) -> str:
        rules = self._rules
        if fused := _MIXED.match(word):
            value = _ROMAN.get(fused[2], fused[2])
            return f"{rules.markers.get(fused[1], fused[1])}{MARK}{value}"
        if word in rules.stop and word not in rules.markers:
            return ""
        return _alone(word, rules)


def cut_lengths(texts: Sequence[str]) -> frozenset[int]:
    """Lengths at which a list's names were cut: many stop there and few go just beyond."""
    counts = Counter(len(text) for text in texts)
    found = set()
    for length in range(12, 130):
        here = counts[length] + counts[length - 1]
        beyond = counts[length + 1] + counts[length + 2]
        if here > max(4, 0.02 * len(texts)) and here > 2.5 * beyond and counts[length]:
            found |= {length - 1, length}
    return frozenset(found)


def is_sibling_word(word: str) -> bool:
    """Whether a word tells siblings apart: a marker, a number, a single letter."""
    return MARK in word or word.isdigit() or (len(word) == 1 and word not in "nsew")


@cache
def _value(word: str) -> str:
    if word in _ROMAN:
        return _ROMAN[word]
    if word.isdigit():
        return word.lstrip("0") or "0"
    return _COUNTED.get(word, word if len(word) == 1 else "")


def _alone(word: str, rules: Rules) -> str:
    if word.isdigit():
        return word.lstrip("0") or "0"
    if word in _CLEAR_ROMAN:
        return _ROMAN[word]
    if ordinal := _ORDINAL.match(word):
        return ordinal[1]
    return rules.folded.get(word, _COUNTED.get(word, word))
