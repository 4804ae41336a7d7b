"""What words mean in names, numbers and addresses: lists that a company can extend with its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tieback.matching.rule_lines import KINDS, File, shown, words_in

MOST_LINES = 2_000


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
    number_suffixes: frozenset[str]
    legal: frozenset[str]
    suite: frozenset[str]

    def family(self, word: str) -> str:
        return self.folded.get(word, word)


def rules_from(abbreviations: Iterable[str], words: Iterable[str]) -> Rules:
    """The rules in the lines of the two files; raises `ValueError` for a line it cannot read."""
    folded = _families(_lines(abbreviations))
    kinds: dict[str, set[str]] = {name: set() for name in KINDS if name != "marker"}
    markers: dict[str, str] = {}
    for kind, *named in _lines(words):
        if kind == "marker":
            markers |= dict.fromkeys(named[1:], named[0])
        elif kind in kinds:
            kinds[kind] |= set(named)
        else:
            raise ValueError(f"“{kind}” is no kind of rule: {', '.join(KINDS)}.")
    markers |= {folded.get(word, word): kind for word, kind in markers.items()}
    return Rules(
        folded=folded,
        stop=frozenset(kinds["stop"]),
        markers=markers,
        number_prefixes=frozenset(kinds["number_prefix"]),
        number_suffixes=frozenset(kinds["number_suffix"]),
        legal=frozenset(kinds["legal"]),
        suite=frozenset(kinds["suite"]),
    )


@cache
def default_rules() -> Rules:
    """What ships with Tieback."""
    return rules_from(_shipped("abbreviations.txt"), _shipped("rules.txt"))


def extended_rules(abbreviations: Iterable[str] = (), words: Iterable[str] = ()) -> Rules:
    """What ships with Tieback, and a company's own lines behind it.

    Raises `ValueError` that names the line which cannot be read, which no list could answer to, or
    which gives a word a part that another rule denies it.
    """
    own: dict[File, list[str]] = {"abbreviations": [*abbreviations], "rules": [*words]}
    if sum(map(len, own.values())) > MOST_LINES:
        raise ValueError(f"A company may have {MOST_LINES:,} lines of rules of its own, no more.")
    read = {file: _read(file, lines) for file, lines in own.items()}
    found, kinds = _with(read)
    for file, lines in own.items():
        for at, (line, named) in enumerate(zip(lines, read[file], strict=True), 1):
            if problem := _denied(named[file == "rules" :], found, kinds):
                raise ValueError(f"Line {at} of {file}, {shown(line)}: {problem}")
    return found


def check_line(kind_of_file: File, line: str) -> None:
    """Raise `ValueError` with the reason where a company cannot add this line to what ships."""
    named = words_in(kind_of_file, line)
    if not named:
        raise ValueError("the line says nothing. Type a rule, or leave it out.")
    found, kinds = _with({"abbreviations": [], "rules": [], kind_of_file: [named]})
    if problem := _denied(named[kind_of_file == "rules" :], found, kinds):
        raise ValueError(problem)


def _with(read: dict[File, list[list[str]]]) -> tuple[Rules, dict[str, set[str]]]:
    """The rules that ship and these, and the kinds of things that a family's words count."""
    found = rules_from(
        [*_shipped("abbreviations.txt"), *map(" ".join, read["abbreviations"])],
        [*_shipped("rules.txt"), *map(" ".join, read["rules"])],
    )
    return found, _marker_kinds(found, read["rules"])


def _read(file: File, lines: Sequence[str]) -> list[list[str]]:
    found = []
    for at, line in enumerate(lines, 1):
        try:
            found.append(words_in(file, line))
        except ValueError as problem:
            raise ValueError(f"Line {at} of {file}, {shown(line)}: {problem}") from problem
    return found


def _marker_kinds(rules: Rules, own: Iterable[Sequence[str]]) -> dict[str, set[str]]:
    """Family of a word → the kinds of things that the words of the family are said to count."""
    found: dict[str, set[str]] = {}
    lines = (line for line in (*_lines(_shipped("rules.txt")), *own) if line[:1] == ["marker"])
    for _, kind, *words in lines:
        for word in words:
            found.setdefault(rules.family(word), set()).add(kind)
    return found


def _denied(words: Sequence[str], rules: Rules, kinds: dict[str, set[str]]) -> str:
    """What speaks against a line's words having both this and another part; "" if nothing does."""
    for word in words:
        family = rules.family(word)
        if len(kinds.get(family, ())) > 1:
            both = " and ".join(f"“{kind}”" for kind in sorted(kinds[family]))
            return f"with it “{word}” would count {both} at once."
        if word in rules.stop and word in rules.markers:
            return f"“{word}” cannot say nothing and also count what stands behind it."
        if word in rules.stop and any(
            other not in rules.stop for other, head in rules.folded.items() if head == family
        ):
            return f"“{word}” cannot say nothing while other words are read as one with it."
    return ""


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
