"""What is searched: one folded line of text per record, the same on every database."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_MAX_WORDS = 12


def fold(text: str) -> str:
    """Lower case without accents: "Café" and "CAFE" become one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(text: str) -> list[str]:
    """The folded words of `text`; punctuation parts them."""
    return _WORD.findall(fold(text).replace("_", " "))


def search_text(number: str, *others: str) -> str:
    """The line that is indexed: a number both in its parts and in one piece, then the rest."""
    parts = words(number)
    joined = "".join(parts)
    own = [*parts, joined] if len(parts) > 1 else parts
    return " ".join([*own, *(word for other in others for word in words(other))])


def query_words(query: str) -> list[str]:
    """The folded words of what a person typed; more than a dozen only slow the search down."""
    return words(query)[:_MAX_WORDS]
