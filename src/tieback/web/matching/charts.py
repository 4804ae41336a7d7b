"""Charts as numbers: where each line, bar and tick stands in the picture; templates draw them.

Pictures are `WIDTH` × `HEIGHT` units with the origin at the top left; the plot leaves `LEFT`,
`RIGHT`, `TOP` and `BOTTOM` free for words. Each has a table beside it that says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log10, sqrt

from tieback.web.matching.words import share

WIDTH, HEIGHT = 640, 260
# The plot of promises stands in a narrow column, where a wide picture's words would be too small.
NARROW, TALL = 340, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 20, 40
# Probabilities beyond these are drawn at the edge.
_LOWEST, _HIGHEST = 0.2, 0.9995
_LEVELS = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999)
_BIGGEST, _SMALLEST = 14.0, 4.0
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis with its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's edges and ticks."""

    across: list[Tick]
    up: list[Tick]
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def half_way(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Point:
    """So many `matches` have at least this `probability`; `precision` of them should be right."""

    probability: float
    matches: int
    precision: float


@dataclass(frozen=True, slots=True)
class ListChart:
    """The list from its surest match to its least sure: two lines, and where Safe begins.

    `safe_right` is the share of matches down to there that should be right, "" where none gets
    there. `rows` say the same: the probability, how many matches have it or more, how many are
    right.
    """

    frame: Frame
    probability: str
    precision: str
    safe_y: float
    safe_x: float
    safe_right: str
    rows: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of the histogram: so many matches from one probability up to the next."""

    x: float
    y: float
    width: float
    height: float
    matches: int
    low: str
    high: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Histogram:
    frame: Frame
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Dot:
    """Matches of like probability: what was promised, what came true, of how many."""

    x: float
    y: float
    radius: float
    promised: str
    right: str
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    frame: Frame
    dots: list[Dot]


def list_chart(points: Sequence[Point], safe_from: float) -> ListChart | None:
    """The chart of the list, None without a match; points by falling probability."""
    if not points:
        return None
    most = points[-1].matches
    safe, safe_right = _at(points, safe_from)
    frame = Frame(_counted(most), [Tick(_up(level), _percent(level)) for level in _LEVELS])
    rows = [(share(one.probability), one.matches, share(one.precision)) for one in points]
    return ListChart(
        frame,
        _line([(one.matches, one.probability) for one in points], most),
        _line([(one.matches, one.precision) for one in points], most),
        _up(safe_from),
        _across(safe, most),
        share(safe_right) if safe else "",
        rows,
    )


def histogram(counts: Sequence[int]) -> Histogram | None:
    """How many matches there are of each probability, None without any; counts in even bins."""
    if not sum(counts):
        return None
    top, step = max(counts), (WIDTH - LEFT - RIGHT) / len(counts)
    columns = []
    for at, matches in enumerate(counts):
        height = round((HEIGHT - TOP - BOTTOM) * matches / top, 2)
        low, high = (_percent(edge / len(counts)) for edge in (at, at + 1))
        x, y = round(LEFT + at * step + 1, 2), round(HEIGHT - BOTTOM - height, 2)
        columns.append(Column(x, y, round(step - 2, 2), height, matches, low, high))
    up = [Tick(_linear(at / top), f"{at:,}") for at in _round_steps(top)]
    return Histogram(Frame(_shares_across(), up), columns)


def calibration(bins: Sequence[tuple[float, float, int]]) -> Calibration | None:
    """What was promised against what came true, None without a bin: (probability, right, count)."""
    if not bins:
        return None
    most = max(count for _, _, count in bins)
    dots = [
        Dot(
            _across(probability, 1, NARROW),
            _linear(right, TALL),
            round(max(_BIGGEST * sqrt(count / most), _SMALLEST), 2),
            share(probability),
            _percent(right),
            count,
        )
        for probability, right, count in bins
    ]
    up = [Tick(_linear(at, TALL), _percent(at)) for at in (0, 0.25, 0.5, 0.75, 1)]
    frame = Frame(
        _shares_across(NARROW),
        up,
        right=NARROW - RIGHT,
        bottom=TALL - BOTTOM,
        width=NARROW,
        height=TALL,
    )
    return Calibration(frame, dots)


def _line(points: Sequence[tuple[int, float]], most: int) -> str:
    """The `points` of a polyline."""
    return " ".join(f"{_across(at, most)},{_up(probability)}" for at, probability in points)


def _across(value: float, most: float, width: int = WIDTH) -> float:
    return round(LEFT + (width - LEFT - RIGHT) * value / most, 2)


def _linear(part: float, height: int = HEIGHT) -> float:
    return round(height - BOTTOM - (height - TOP - BOTTOM) * part, 2)


def _up(probability: float) -> float:
    """The height of a probability on a scale of odds, on which 99 % and 99.9 % are apart."""
    low, high = _odds(_LOWEST), _odds(_HIGHEST)
    return _linear((_odds(min(max(probability, _LOWEST), _HIGHEST)) - low) / (high - low))


def _odds(probability: float) -> float:
    return log(probability / (1 - probability))


def _at(points: Sequence[Point], probability: float) -> tuple[float, float]:
    """How many matches have at least this probability, and their precision; between the points.

    Nought matches where not even the surest has it.
    """
    before = Point(1.0, 0, 1.0)
    for point in points:
        if point.probability < probability:
            span = before.probability - point.probability
            part = (before.probability - probability) / span if before.matches else 0.0
            matches = before.matches + (point.matches - before.matches) * part
            return matches, before.precision + (point.precision - before.precision) * part
        before = point
    return before.matches, before.precision


def _counted(most: int) -> list[Tick]:
    return [Tick(_across(at, most), f"{at:,}") for at in _round_steps(most)]


def _round_steps(most: int) -> list[int]:
    """About five round numbers from nought up to `most`."""
    rough = max(most / _TICKS, 1)
    unit = 10 ** int(log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    return list(range(0, most + 1, step))


def _shares_across(width: int = WIDTH) -> list[Tick]:
    return [Tick(_across(at, 1, width), _percent(at)) for at in (0, 0.25, 0.5, 0.75, 1)]


def _percent(part: float) -> str:
    return f"{100 * part:.3g} %"
