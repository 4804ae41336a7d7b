"""What words mean in names, numbers and addresses: lists that a company can extend with its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rules:
    """The abbreviations and the words with a part to play.

    `folded` is word → the word that its whole family is read as; `markers` is word → the kind of
    thing that the value behind it counts ("ph" → "phase").
    """

    folded: dict[str, str]
    stop: frozenset[str]
    markers: dict[str, str]
    number_prefixes: frozenset[str]
    legal: frozenset[str]
    suite: frozenset[str]

    def family(self, word: str) -> str:
        return self.folded.get(word, word)


def rules_from(abbreviations: Iterable[str], words: Iterable[str]) -> Rules:
    """The rules in the lines of the two files; raises `ValueError` for a line it cannot read."""
    folded = _families(_lines(abbreviations))
    kinds: dict[str, set[str]] = {name: set() for name in _KINDS}
    markers: dict[str, str] = {}
    for kind, *named in _lines(words):
        if kind == "marker":
            markers |= dict.fromkeys(named[1:], named[0])
        elif kind in kinds:
            kinds[kind] |= set(named)
        else:
            raise ValueError(f"“{kind}” is no kind of rule: {', '.join((*_KINDS, 'marker'))}.")
    markers |= {folded.get(word, word): kind for word, kind in markers.items()}
    return Rules(
        folded=folded,
        stop=frozenset(kinds["stop"]),
        markers=markers,
        number_prefixes=frozenset(kinds["number_prefix"]),
        legal=frozenset(kinds["legal"]),
        suite=frozenset(kinds["suite"]),
    )


@cache
def default_rules() -> Rules:
    """What ships with Tieback."""
    return extended_rules()


def extended_rules(abbreviations: Iterable[str] = (), words: Iterable[str] = ()) -> Rules:
    """What ships with Tieback, and a company's own lines behind it."""
    return rules_from(
        [*_shipped("abbreviations.txt"), *abbreviations], [*_shipped("rules.txt"), *words]
    )


_KINDS = ("stop", "number_prefix", "legal", "suite")


def _shipped(name: str) -> list[str]:
    return (resources.files(__package__) / "data" / name).read_text("utf-8").splitlines()


def _lines(lines: Iterable[str]) -> list[list[str]]:
    return [line.casefold().split() for line in lines if line.strip() and line[:2] != "# "]


def _families(lines: Iterable[list[str]]) -> dict[str, str]:
    """Word → name of its family; families that share a word are one."""
    parent: dict[str, str] = {}

    def root(word: str) -> str:
        while parent.setdefault(word, word) != word:
            word = parent[word]
        return word

    for first, *others in lines:
        for word in others:
            parent[root(word)] = root(first)
    return {word: root(word) for word in parent}
