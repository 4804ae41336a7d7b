"""Why a pair stands where it stands: a sentence and a waterfall, both from the same numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import expm1, isnan

from tieback.matching.kinship import Kinship
from tieback.matching.names import MARK
from tieback.matching.normalise import Side
from tieback.matching.numbers import other_year
from tieback.matching.records import Floats, Ints
from tieback.matching.rules import Rules
from tieback.matching.score import WEIGHED, Weights, names_alike
from tieback.matching.words import words_of

_SHOWN = 28


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: what moved the log-odds, by how much, and what is `said` of it.

    `said` is the field's part of the sentence, "" where the sentence does not name it.
    """

    what: str
    weight: float
    said: str = ""


def waterfall(
    at: int,
    by_field: dict[str, Ints],
    weights: Weights,
    weighed: Floats,
    score: Floats,
    words: dict[str, str],
) -> list[Step]:
    """From the odds before anything is known to the odds that are shown; the steps sum up.

    `words` as from `said`.
    """
    steps = [Step("before anything is known", weights.prior)]
    for name in WEIGHED:
        if weight := float(weights.of[name][by_field[name][at]]):
            steps.append(Step(name, weight, words.get(name, "")))
    steps.append(Step("rivals, and what other lists taught", float(score[at] - weighed[at])))
    return steps


def said(
    job: int, project: int, jobs: Side, projects: Side, evidence: dict[str, float], rules: Rules
) -> dict[str, str]:
    """What speaks for and against one pair, by field of `WEIGHED`, in the sentence's order.

    `evidence` as from `Evidence.of`.
    """
    return {
        "number": _number(evidence["number"], jobs, job, projects, project),
        "name": _name(jobs.records.name[job], projects.records.name[project], evidence, rules),
        "siblings": _siblings(evidence),
        "address": _address(evidence),
        "customer": _customer(evidence),
        "start": _start(evidence["start"]),
        "value": _value(evidence["value"], evidence["value_change"]),
    }


def sentence(words: dict[str, str]) -> str:
    """The words of `said` as one text."""
    return " ".join(part for part in words.values() if part)


def _number(kin: float, jobs: Side, job: int, projects: Side, project: int) -> str:
    if isnan(kin):
        return ""
    mine, other = _cut(jobs.records.number[job]), _cut(projects.records.number[project])
    if kin == Kinship.STEM and jobs.stem[job] != projects.stem[project]:
        return f"Number {mine or other} stands in the name, but for the sub job."
    if kin == Kinship.STEM and projects.sub[project] == 0:
        mine, other = other, mine
    return _KIN[Kinship(int(kin))](mine, other)


_KIN: dict[Kinship, Callable[[str, str], str]] = {
    Kinship.SAME: lambda mine, other: f"Same number {mine}.",
    Kinship.IN_NAME: lambda mine, other: f"Number {mine or other} stands in the name.",
    Kinship.STEM: lambda mine, other: f"Number {mine} is {other} without the sub job.",
    Kinship.SEQUENCE: lambda mine, other: _part(*sorted((mine, other), key=len)),
    Kinship.ONE_TYPO: lambda mine, other: f"Numbers {mine} and {other} differ in one character.",
    Kinship.OTHER_SUB_JOB: lambda mine, other: f"Another sub job of one number: {mine}, {other}.",
    Kinship.OTHER_KIND: lambda mine, other: f"Numbers {mine} and {other} are of different kinds.",
    Kinship.CONTRADICTS: lambda mine, other: _differ(mine, other),
}


def _part(short: str, long: str) -> str:
    return f"Number {short} is part of {long}."


def _differ(mine: str, other: str) -> str:
    year = " in the year" if other_year(mine, other) else ""
    return f"Numbers differ{year}: {mine or 'in the name'}, {other or 'in the name'}."


def _name(one: str, other: str, evidence: dict[str, float], rules: Rules) -> str:
    if not one or not other:
        return "One has no name."
    if one == other:
        return "Same name."
    covered = evidence["job_covered"], evidence["project_covered"]
    alike = round(100 * min(names_alike(*covered, evidence["head"]), 0.99))
    if alike < 1:
        return "Names have nothing in common."
    read = _read_as_one(one, other, rules)
    return f"Name {alike} % alike{': ' + read if read else ''}."


def _read_as_one(one: str, other: str, rules: Rules) -> str:
    """The first word that the two sides write differently and that is the same."""
    mine, theirs = words_of(one), words_of(other)
    folded = {rules.family(word): word for word in theirs if word not in mine}
    for word in mine if folded else ():
        found = folded.get(rules.family(word))
        if found and word not in theirs:
            return f"“{_cut(word)}” is “{_cut(found)}”"
    return ""


def _siblings(evidence: dict[str, float]) -> str:
    if evidence["phase"] == 0:
        return "Phases differ."
    if evidence["building"] == 0:
        return "Buildings differ."
    job, project = evidence["siblings_job"] > 0, evidence["siblings_project"] > 0
    if job and project:
        return "Digits, letters or compass points in the names differ."
    if job or project:
        return f"Only the {'job' if job else 'project'} names a phase, building or number."
    return ""


def _address(evidence: dict[str, float]) -> str:
    alike = evidence["address"]
    if isnan(alike):
        return ""
    if evidence["house"] == 1 and evidence["street"] == 1:
        return "Same address." if alike > 0.97 else "Same house and street."
    if evidence["street"] == 1:
        return "Same street, another house." if evidence["house"] == 0 else "Same street."
    return "Address nearly the same." if alike > 0.9 else "Addresses differ."


def _customer(evidence: dict[str, float]) -> str:
    alike = evidence["owner"]
    if isnan(alike):
        return ""
    return (
        "Customer is the same."
        if alike > 0.9
        else "Customers are alike."
        if alike > 0.6
        else "Customers differ."
    )


def _start(days: float) -> str:
    if isnan(days):
        return ""
    apart = abs(round(days))
    if apart <= 1:
        return "Same start."
    return f"Starts {apart:,} days apart."


def _value(apart: float, change: float) -> str:
    if isnan(apart):
        return ""
    if apart < 0.001:
        return "Same value."
    percent = abs(expm1(change)) * 100
    return f"Values differ by {percent:,.0f} %." if percent < 1000 else "Values are far apart."


def _cut(text: str) -> str:
    text = text.replace(MARK, " ") if text.startswith(MARK) else text
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
