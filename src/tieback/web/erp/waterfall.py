"""The waterfall: how a candidate's probability came about, step by step, ready to be drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from math import exp

from tieback.proposing.models import Candidate
from tieback.web.matching.words import FIELDS, effect_words, field_words, share

# Log-odds beyond this are drawn no further out: the rest would be too small to tell apart.
_FARTHEST = 16.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: what moved the odds and how far; `x` and `width` are shares of 100.

    `kind` is start, up, down or total. `then` is the probability after the step.
    """

    label: str
    said: str
    effect: str
    then: str
    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars from first to last; `even` is where as much speaks for as against."""

    bars: list[Bar]
    even: float
    silent: list[str]


def waterfall(candidate: Candidate) -> Waterfall | None:
    """How the candidate's log-odds came about; None where a look-up kept no steps.

    `silent` names the fields that one side does not say, which weigh nothing.
    """
    steps: list[tuple[str, float, str]] = [
        (what, float(weight), said) for what, weight, said in candidate.steps
    ]
    if not steps:
        return None
    ends = list(accumulate(weight for _, weight, _ in steps))
    low, high = _reach(ends)

    def place(odds: float) -> float:
        return round(100 * (min(max(odds, low), high) - low) / (high - low), 2)

    starts = [0.0, *ends[:-1]]
    bars = [
        _bar(step, place(start), place(end), end, is_first=at == 0)
        for at, (step, start, end) in enumerate(zip(steps, starts, ends, strict=True))
    ]
    named = {what for what, _, _ in steps}
    silent = [words for name, words in FIELDS.items() if name not in named]
    return Waterfall([*bars, _total(candidate, place)], place(0.0), silent)


def _reach(ends: list[float]) -> tuple[float, float]:
    """The log-odds at the left and the right edge, with some room."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    return max(low, -_FARTHEST) - 0.5, min(high, _FARTHEST) + 0.5


def _bar(
    step: tuple[str, float, str], start: float, end: float, odds: float, *, is_first: bool
) -> Bar:
    what, weight, said = step
    kind = "start" if is_first else "up" if weight >= 0 else "down"
    effect = "" if is_first else effect_words(weight)
    width = round(max(abs(end - start), 0.4), 2)
    return Bar(field_words(what), said, effect, _then(odds), kind, min(start, end), width)


def _total(candidate: Candidate, place: Callable[[float], float]) -> Bar:
    start, end = place(0.0), place(candidate.score)
    width = round(max(abs(end - start), 0.4), 2)
    shown = share(candidate.probability)
    said = "" if shown == _then(candidate.score) else "As often as pairs of this score are right."
    return Bar("All together", said, "", shown, "total", min(start, end), width)


def _then(odds: float) -> str:
    return share(1 / (1 + exp(-min(max(odds, -30.0), 30.0))))
