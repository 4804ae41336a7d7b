"""Names to words: abbreviations folded, markers tied to their value, noise put aside."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from tieback.matching.rules import Rules

_WORD = re.compile(r"[^\W_]+")
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
# Between the kind of thing and its value: "phase#2".
MARK = "#"


def plain(text: str) -> str:
    """Lower case without accents and apostrophes."""
    text = text.casefold()
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in parts if not unicodedata.combining(c))
    return text.replace("'", "").replace("’", "").replace("`", "")


def words_of(text: str) -> list[str]:
    """The words of a text; scripts that write without spaces give one word a character."""
    found: list[str] = _WORD.findall(plain(text))
    if text.isascii():
        return found
    return [part for word in found for part in (word if _is_unspaced(word) else (word,))]


def name_words(text: str, rules: Rules) -> list[str]:
    """What a name says: families of words, with markers and their value as one ("phase#2")."""
    words = words_of(text)
    found: list[str] = []
    at = 0
    while at < len(words) and len(found) < MOST_WORDS:
        word, taken = _next(words, at, rules)
        at += taken
        if word:
            found.append(word)
    return found


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


def _next(words: list[str], at: int, rules: Rules) -> tuple[str, int]:
    word = words[at]
    if fused := _MIXED.match(word):
        value = _ROMAN.get(fused[2], fused[2])
        return f"{rules.markers.get(fused[1], fused[1])}{MARK}{value}", 1
    kind = rules.markers.get(word)
    if kind and at + 1 < len(words) and (value := _value(words[at + 1])):
        return f"{kind}{MARK}{value}", 2
    if word in rules.stop:
        return "", 1
    return _alone(word, rules), 1


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


def _is_unspaced(word: str) -> bool:
    return any("\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in word)
