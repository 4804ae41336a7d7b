"""Job numbers: "24-1003", "24.1003.", "241003-00" and "0241003" are one number in four prints."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tieback.matching.rules import Rules

_PARTS = re.compile(r"[a-z]+|\d+")
_IN_NAME = re.compile(r"^\s*(\d{2}[-.]\d{3,5}(?:[-.]\d{1,3})?|\d{5,8})(?=[\s:-])[\s:-]*")
_USUAL_STEM = 6


@dataclass(frozen=True, slots=True)
class Number:
    """`stem` without separators, `sub` the sub job ("" for none), `core` all that was printed."""

    stem: str
    sub: str
    core: str

    def __bool__(self) -> bool:
        return bool(self.stem)


NO_NUMBER = Number("", "", "")


def usual_stem(numbers: Iterable[str], rules: Rules) -> int:
    """How many digits the lists' numbers have before the sub job, by the prints with parts."""
    found: Counter[int] = Counter()
    digits = any(prefix.isdigit() for prefix in rules.number_prefixes)
    for text in numbers:
        groups = re.findall(r"\d+", text)
        if digits and groups[1:] and groups[0] in rules.number_prefixes:
            groups = groups[1:]
        if len(groups) > 1 and len(groups[0]) <= 4 and len(groups[1]) >= 3:
            found[len(groups[0]) + len(groups[1])] += 1
    return found.most_common(1)[0][0] if found else _USUAL_STEM


def number_of(text: str, rules: Rules, usual: int) -> Number:
    """The parts of one printed number; `usual` as from `usual_stem`."""
    parts = parts_of(text, rules)
    if not parts or not any(part.isdigit() for part in parts):
        return Number("".join(parts), "", "".join(parts)) if parts else NO_NUMBER
    if not parts[0].isdigit():
        core = parts[0] + "".join(parts[1:])
        return Number(core, "", core)
    stem, rest = _split(parts, usual)
    return Number(stem, "".join(rest).lstrip("0"), "".join(parts))


def parts_of(text: str, rules: Rules) -> list[str]:
    """The runs of letters and of digits, without what `rules` say is no part of a number.

    Digits are a prefix once, and before other digits only.
    """
    parts = _PARTS.findall(text.casefold())
    while parts and parts[0].isalpha() and parts[0] in rules.number_prefixes:
        parts = parts[1:]
    if len(parts) > 1 and parts[0] in rules.number_prefixes and parts[1].isdigit():
        parts = parts[1:]
    if len(parts) > 1 and parts[-1] in rules.number_suffixes:
        parts = parts[:-1]
    return parts


def number_in_name(name: str) -> tuple[str, str]:
    """The number typed before a name, and the name without it."""
    found = _IN_NAME.match(name)
    return (found[1], name[found.end() :]) if found else ("", name)


def _split(parts: list[str], usual: int) -> tuple[str, list[str]]:
    first, *rest = parts
    if len(first) <= 4 and rest and len(rest[0]) >= 3 and rest[0].isdigit():
        return first + rest[0], rest[1:]
    if len(first) > usual and first[0] == "0" and len(first) - usual != 2:
        first = first[1:]
    if usual + 2 <= len(first) <= usual + 3:
        return first[:usual], [first[usual:], *rest]
    return first, rest
