"""A text's words, the same on both sides and in the rules of a company."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


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


def _is_unspaced(word: str) -> bool:
    return any("\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in word)
