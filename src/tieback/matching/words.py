"""A text's words, the same on both sides and in the rules of a company."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Two letters about a slash are one word: "r/c" is reconstruction, as public works write it.
_SLASHED = re.compile(r"\b([a-z])/([a-z])\b")
_WITH = re.compile(r"\bw/(?![a-z]\b)")
_SAID = {"r/c": "reconstruction", "b/t": "between", "w/m": "watermain"}


def plain(text: str) -> str:
    """Lower case without accents and apostrophes."""
    text = text.casefold()
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in parts if not unicodedata.combining(c))
    if "/" in text:
        text = _WITH.sub("with ", text)
        text = _SLASHED.sub(lambda found: _SAID.get(found[0]) or found[1] + found[2], text)
    return text.replace("'", "").replace("’", "").replace("`", "")


def words_of(text: str) -> list[str]:
    """The words of a text; scripts that write without spaces give one word a character."""
    found: list[str] = _WORD.findall(plain(text))
    if text.isascii():
        return found
    return [part for word in found for part in (word if _is_unspaced(word) else (word,))]


def _is_unspaced(word: str) -> bool:
    return any("\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in word)
