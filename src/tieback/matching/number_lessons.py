"""Prefixes and letters behind a number that only one side of a company's links writes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tieback.matching.lesson import FEWEST, IdPair, Lesson, collisions, is_too_much
from tieback.matching.numbers import Number, number_of, parts_of, usual_stem
from tieback.matching.records import Records
from tieback.matching.rules import Rules

_LONGEST_LETTERS, _LONGEST_DIGITS = 8, 3
# The digits of a number without its year.
_SEQUENCE = 4
_SIDES = ("the ERP's", "the project's")


_End = Literal["number_prefix", "number_suffix"]
_ENDS: tuple[_End, _End] = ("number_prefix", "number_suffix")


@dataclass(frozen=True, slots=True)
class _Guess:
    """Without `token`, at this end of this side's number, a link's numbers would be the same."""

    kind: _End
    token: str


def number_lessons(
    jobs: Records, projects: Records, rows: Sequence[tuple[int, int]], rules: Rules
) -> list[Lesson]:
    """Lessons about numbers from linked `rows` (job, project)."""
    usual = usual_stem([*jobs.number, *projects.number], rules)
    seen: dict[_Guess, list[tuple[int, int, int]]] = {}
    for job, project in rows:
        texts = jobs.number[job], projects.number[project]
        for side, guess in _guesses(texts, rules, usual):
            seen.setdefault(guess, []).append((job, project, side))
    return [
        _lesson(guess, found, (jobs, projects))
        for guess, found in seen.items()
        if len(found) >= FEWEST and _holds(guess, len(found), (jobs, projects), rows, rules)
    ]


def _guesses(texts: tuple[str, str], rules: Rules, usual: int) -> Iterator[tuple[int, _Guess]]:
    """What would make two numbers the same, and on which side it stands."""
    if not all(texts):
        return
    one, other = (_read(text, rules, usual) for text in texts)
    if one == other:
        return
    for side, text in enumerate(texts):
        parts = parts_of(text, rules)
        for kind, token in zip(_ENDS, (parts[:1], parts[-1:]), strict=True):
            if len(parts) < 2 or not _may_be(kind, token[0], "".join(parts[1:])):
                continue
            guess = _Guess(kind, token[0])
            taught = _taught(rules, guess)
            if _read(texts[0], taught, usual) == _read(texts[1], taught, usual):
                yield side, guess


def _may_be(kind: str, token: str, rest: str) -> bool:
    """Digits behind a number are its sub job; before four digits they are its year."""
    if token.isalpha():
        return len(token) <= _LONGEST_LETTERS
    return kind == "number_prefix" and len(token) <= _LONGEST_DIGITS and len(rest) > _SEQUENCE


def _taught(rules: Rules, guess: _Guess) -> Rules:
    if guess.kind == "number_prefix":
        return replace(rules, number_prefixes=rules.number_prefixes | {guess.token})
    return replace(rules, number_suffixes=rules.number_suffixes | {guess.token})


def _read(text: str, rules: Rules, usual: int) -> tuple[str, str]:
    found: Number = number_of(text, rules, usual)
    return found.stem, found.sub


def _holds(
    guess: _Guess,
    times: int,
    sides: tuple[Records, Records],
    rows: Sequence[tuple[int, int]],
    rules: Rules,
) -> bool:
    """Whether few links would come apart, and few records of one list become the same."""
    taught = _taught(rules, guess)
    before, after = _read_all(sides, rules), _read_all(sides, taught)
    apart = sum(
        before[0][job] == before[1][project] and after[0][job] != after[1][project]
        for job, project in rows
    )
    if is_too_much(apart, times):
        return False
    for old, new in zip(before, after, strict=True):
        touched = [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if is_too_much(collisions(old, new, touched), len(touched)):
            return False
    return True


def _read_all(sides: tuple[Records, Records], rules: Rules) -> list[list[tuple[str, str]]]:
    usual = usual_stem([*sides[0].number, *sides[1].number], rules)
    return [[_read(text, rules, usual) for text in side.number] for side in sides]


def _lesson(
    guess: _Guess, found: list[tuple[int, int, int]], sides: tuple[Records, Records]
) -> Lesson:
    links: list[IdPair] = [(sides[0].id[job], sides[1].id[project]) for job, project, _ in found]
    of_job = sum(side == 0 for _, _, side in found)
    side = 0 if 2 * of_job >= len(found) else 1
    printed = next(
        _printed(guess, sides[at].number[row])
        for job, project, at in found
        for row in ((job, project)[at],)
        if at == side
    )
    where, name = (
        ("starts with", "prefix") if guess.kind == "number_prefix" else ("ends in", "ending")
    )
    sentence = (
        f"In {len(found):,} links {_SIDES[side]} number {where} {printed} and "
        f"{_SIDES[1 - side]} does not. Ignore the {name} {printed}?"
    )
    return Lesson(guess.kind, f"{guess.kind} {guess.token}", sentence, sorted(set(links)))


def _printed(guess: _Guess, number: str) -> str:
    """The token with the sign that parts it from the number, as it is printed."""
    token = re.escape(guess.token)
    pattern = rf"{token}[-./]?" if guess.kind == "number_prefix" else rf"[-./]?{token}(?=\W*$)"
    found = re.search(pattern, number, re.IGNORECASE)
    return found[0] if found else guess.token.upper()
