"""The burn-up as the points of an SVG, and the causes of blocked rows as parts of one bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from tieback.proposing.lanes import Cause
from tieback.web.golive.board_pace import Point

WIDTH, HEIGHT = 320, 84


@dataclass(frozen=True, slots=True)
class Chart:
    """Two areas, one on the other, below the line of all jobs; coordinates of the SVG."""

    linked: str
    archived: str
    points: Sequence[Point]
    total: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def left(self) -> int:
        return max(0, self.total - self.last.linked - self.last.archived)


@dataclass(frozen=True, slots=True)
class Part:
    """One cause as a piece of the bar: from where, how wide, in which of the colours."""

    cause: Cause
    x: float
    width: float
    tone: int


def chart(points: Sequence[Point], total: int) -> Chart | None:
    """The burn-up of so many jobs in all; None before the first decision."""
    if not points:
        return None
    most = max([total, *(point.linked + point.archived for point in points)], default=0) or 1
    begin, end = points[0].at, points[-1].at
    span = (end - begin).total_seconds() or 1
    across = [WIDTH * (point.at - begin).total_seconds() / span for point in points]
    linked = [_up(point.linked, most) for point in points]
    both = [_up(point.linked + point.archived, most) for point in points]
    floor = [float(HEIGHT)] * len(points)
    return Chart(_area(across, linked, floor), _area(across, both, linked), points, total)


def parts(causes: Sequence[Cause]) -> list[Part]:
    """The causes side by side on a bar of `WIDTH`, each as wide as its share."""
    total = sum(cause.jobs for cause in causes) or 1
    made, x = [], 0.0
    for at, cause in enumerate(causes):
        width = WIDTH * cause.jobs / total
        made.append(Part(cause, round(x, 2), round(width, 2), at % 6))
        x += width
    return made


def _up(number: int, most: int) -> float:
    # Undoing what was done before the first point can go below nothing.
    return HEIGHT - HEIGHT * max(0, number) / most


def _area(across: Sequence[float], upper: Sequence[float], lower: Sequence[float]) -> str:
    there = list(zip(across, upper, strict=True))
    back = list(zip(across, lower, strict=True))[::-1]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in [*there, *back])
