"""One line of a company's rules: what it may hold, and what is wrong with one that may not be."""

import re
import unicodedata
from typing import Literal

from tieback.matching.words import words_of

File = Literal["abbreviations", "rules"]
KINDS = ("stop", "marker", "number_prefix", "number_suffix", "legal", "suite")
LONGEST_LINE = 200
LONGEST_WORD = 40
MOST_WORDS = 24
_NUMBER_PART = re.compile(r"[a-z]+|\d+", re.ASCII)
_AROUND_NUMBERS = " -./_#:"


def words_in(file: File, line: str) -> list[str]:
    """The words of a line as lists are read, the kind first in `rules`; [] for a remark.

    Raises `ValueError` for a line that no list could ever answer to, or that hides something.
    """
    text = line.strip()
    if not text or text[:2] == "# ":
        return []
    if len(text) > LONGEST_LINE:
        raise ValueError(f"it is longer than {LONGEST_LINE} characters.")
    if any(unicodedata.category(c)[0] == "C" and c != "\t" for c in text):
        raise ValueError("it holds a character that cannot be seen. Type it anew.")
    named = text.casefold().split()
    if len(named) > MOST_WORDS:
        raise ValueError(f"it has more than {MOST_WORDS} words. Make two lines of it.")
    return _abbreviation(named) if file == "abbreviations" else _rule(named)


def shown(line: str) -> str:
    """A line as a message may quote it."""
    seen = "".join(c if unicodedata.category(c)[0] != "C" else "�" for c in " ".join(line.split()))
    return f"“{seen[:60]}{'…' if len(seen) > 60 else ''}”"


def _abbreviation(named: list[str]) -> list[str]:
    if len(named) < 2:
        raise ValueError("it needs a word and at least one other way to write it.")
    return [_word(word) for word in named]


def _rule(named: list[str]) -> list[str]:
    kind, *words = named
    if kind not in KINDS:
        raise ValueError(f"“{kind[:LONGEST_WORD]}” is no kind of rule: {', '.join(KINDS)}.")
    if len(words) < (2 if kind == "marker" else 1):
        needed = "the kind of thing and its words" if kind == "marker" else "a word behind it"
        raise ValueError(f"“{kind}” needs {needed}.")
    if kind in ("number_prefix", "number_suffix"):
        return [kind, *map(_number_part, words)]
    read = [kind, *map(_word, words)]
    if kind == "stop" and (short := next((word for word in read if len(word) == 1), "")):
        raise ValueError(f"“{short}” may tell one building from another; it cannot be ignored.")
    return read


def _word(word: str) -> str:
    found = words_of(word)
    if len(found) != 1:
        raise ValueError(
            f"“{word[:LONGEST_WORD]}” is not one word: names are read in pieces of letters and "
            "digits."
        )
    if found[0].isdigit():
        raise ValueError(f"“{found[0]}” is a number. Numbers tell siblings apart; they stay.")
    return _short(found[0])


def _number_part(word: str) -> str:
    found = word.strip(_AROUND_NUMBERS)
    if not _NUMBER_PART.fullmatch(found):
        raise ValueError(
            f"“{word[:LONGEST_WORD]}” is neither letters from a to z nor digits, which are the "
            "pieces that numbers are read in."
        )
    return _short(found)


def _short(word: str) -> str:
    if len(word) > LONGEST_WORD:
        raise ValueError(f"it has a word of more than {LONGEST_WORD} letters.")
    return word
