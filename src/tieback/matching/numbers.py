"""Job numbers: "24-1003", "24.1003.", "241003-00" and "0241003" are one number in four prints."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieback.matching.rules import Rules

_PARTS = re.compile(r"[a-z]+|\d+")
_IN_NAME = re.compile(r"^\s*(\d{2}[-.]\d{3,5}(?:[-.]\d{1,3})?|\d{5,8})(?=[\s:-])[\s:-]*")
_USUAL_STEM = 6
# Letters or two to four digits before a number, with something between.
_LED = re.compile(r"\s*([a-zA-Z]{1,6}|\d{2,4})[\s./|:_-]+(?=\S)(.*)", re.DOTALL)
# So many numbers of a list, and such a share of those that could, have to be the other list's
# without the group before them.
_FEWEST_LED, _LED_SHARE = 3, 0.2
_FEWEST_DIGITS = 6
_BETWEEN = dict.fromkeys(map(ord, " \t-./|:;,_#&()'+"))
_YEARED = re.compile(r"([a-z]{2,})([12]\d|20[0-3]\d)([a-z]*)")


@dataclass(frozen=True, slots=True)
class Number:
    """`stem` without separators, `sub` the sub job ("" for none), `core` all that was printed."""

    stem: str
    sub: str
    core: str

    def __bool__(self) -> bool:
        return bool(self.stem)


NO_NUMBER = Number("", "", "")


@dataclass(frozen=True, slots=True)
class Habits:
    """How one list prints its numbers other than the other list does.

    `led_by` are groups before the number of which the other list knows nothing: an agency or
    company in "846 P309RBUS". `zeroless` are numbers of which one list has lost the zeros before
    them, as spreadsheets do.
    """

    led_by: frozenset[str] = frozenset()
    zeroless: frozenset[str] = frozenset()


_NO_HABITS = Habits()


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


def habits(mine: Sequence[str], others: Sequence[str]) -> Habits:
    """What the other list's numbers say about how this one prints them."""
    return Habits(_led_by(mine, others), _zeroless(mine, others) | _zeroless(others, mine))


def _led_by(mine: Sequence[str], others: Sequence[str]) -> frozenset[str]:
    led = [
        (found[1].casefold(), rest, text)
        for text in mine
        if (found := _LED.match(text)) and _is_telling(rest := _plain(found[2]))
    ]
    if not led:
        return frozenset()
    theirs = set(map(_plain, others))
    meant = [group for group, rest, text in led if rest in theirs and _plain(text) not in theirs]
    if len(meant) < max(_FEWEST_LED, _LED_SHARE * len(led)):
        return frozenset()
    often = Counter(group for group, _, _ in led)
    return frozenset(
        group for group, times in Counter(meant).items() if times >= _LED_SHARE * often[group]
    )


def _zeroless(mine: Sequence[str], others: Sequence[str]) -> frozenset[str]:
    """Numbers that this list prints with zeros before them and the other without."""
    cut = {text.lstrip("0") for text in mine if text[:1] == "0" and text.isdecimal()}
    return frozenset(cut.intersection(others) - {""}) if cut else frozenset()


def _plain(text: str) -> str:
    return text.translate(_BETWEEN).casefold()


def _is_telling(rest: str) -> bool:
    """Whether a number is one without the group before it: a bare sequence is not."""
    return len(rest) >= (_FEWEST_DIGITS if rest.isdigit() else 4)


def other_year(one: str, other: str) -> bool:
    """Whether two numbers differ in a year alone: "HWPR19M", "HWPR17M", contracts that recur."""
    parts = [_YEARED.fullmatch(_plain(text)) for text in (one, other)]
    a, b = parts
    return bool(a and b and a[1] == b[1] and a[3] == b[3] and a[2] != b[2])


def number_of(text: str, rules: Rules, usual: int, printed: Habits = _NO_HABITS) -> Number:
    """The parts of one printed number; `usual` as from `usual_stem`, `printed` as from `habits`."""
    if printed.zeroless and (bare := text.strip().lstrip("0")) in printed.zeroless:
        return Number(bare, "", bare)
    if printed.led_by and (led := _LED.match(text)) and led[1].casefold() in printed.led_by:
        text = led[2] if _is_telling(_plain(led[2])) else text
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
    if rest and rest[0].isalpha() and rest[1:]:
        return "".join(parts), []
    if len(first) <= 4 and rest and len(rest[0]) >= 3 and rest[0].isdigit():
        return first + rest[0], rest[1:]
    if len(first) > usual and first[0] == "0" and len(first) - usual != 2:
        first = first[1:]
    if usual + 2 <= len(first) <= usual + 3:
        return first[:usual], [first[usual:], *rest]
    return first, rest
