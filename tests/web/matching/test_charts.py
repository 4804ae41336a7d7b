"""Where lines, bars and dots stand in the charts, whatever the numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.web.matching import charts
from tieback.web.matching.charts import Point, calibration, histogram, list_chart
from tieback.web.matching.weights import fields

POINTS = [Point(0.9999, 1, 0.9999), Point(0.99, 80, 0.998), Point(0.5, 100, 0.96)]


def places(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (one.split(",") for one in line.split())]


def test_the_list_goes_from_left_to_right_and_down_as_it_gets_less_sure() -> None:
    chart = list_chart(POINTS, 0.99)

    assert chart
    across, upwards = zip(*places(chart.probability), strict=True)
    assert list(across) == sorted(across)
    assert list(upwards) == sorted(upwards)
    assert across[-1] == charts.WIDTH - charts.RIGHT
    assert all(
        right <= sure
        for (_, sure), (_, right) in zip(
            places(chart.probability), places(chart.precision), strict=True
        )
    )
    assert chart.rows == [
        ("over 99.9 %", 1, "over 99.9 %"),
        ("99.0 %", 80, "99.8 %"),
        ("50 %", 100, "96.0 %"),
    ]


def test_where_safe_begins_is_read_between_the_points() -> None:
    on, between, never = (list_chart(POINTS, safe) for safe in (0.99, 0.745, 0.99995))

    assert on
    assert between
    assert never
    assert (on.safe_right, between.safe_right, never.safe_right) == ("99.8 %", "97.9 %", "")
    assert on.safe_x < between.safe_x
    assert never.safe_x == charts.LEFT


shares = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.tuples(shares, st.integers(1, 50), shares), min_size=1, max_size=40), shares)
def test_nothing_of_the_list_is_drawn_outside_of_the_plot(
    drawn: list[tuple[float, int, float]], safe: float
) -> None:
    falling = sorted((probability for probability, _, _ in drawn), reverse=True)
    counts, so_far = [], 0
    for _, more, _ in drawn:
        so_far += more
        counts.append(so_far)
    points = [
        Point(probability, matches, precision)
        for probability, matches, (_, _, precision) in zip(falling, counts, drawn, strict=True)
    ]

    chart = list_chart(points, safe)

    assert chart
    stand = [*places(chart.probability), *places(chart.precision), (chart.safe_x, chart.safe_y)]
    assert all(chart.frame.left <= x <= chart.frame.right for x, _ in stand)
    assert all(chart.frame.top <= y <= chart.frame.bottom for _, y in stand)


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=15))
def test_bars_are_as_high_as_there_are_matches(counts: list[int]) -> None:
    drawn = histogram(counts)

    if not sum(counts):
        assert drawn is None
        return
    assert drawn
    assert [column.matches for column in drawn.columns] == counts
    highest = max(drawn.columns, key=lambda column: column.height)
    assert highest.matches == max(counts)
    assert all(column.y >= drawn.frame.top for column in drawn.columns)
    assert all(
        column.y + column.height == pytest.approx(drawn.frame.bottom, abs=0.02)
        for column in drawn.columns
    )


def test_dots_on_the_line_kept_their_word() -> None:
    drawn = calibration([(0.5, 0.5, 4), (0.9, 0.6, 100)])

    assert drawn
    on, below = drawn.dots
    middle = (drawn.frame.left + drawn.frame.right) / 2, (drawn.frame.top + drawn.frame.bottom) / 2
    assert (on.x, on.y) == middle
    assert below.y < drawn.frame.bottom
    assert below.radius > on.radius
    assert (below.promised, below.right, below.count) == ("90 %", "60 %", 100)


def test_without_numbers_there_is_no_chart() -> None:
    assert list_chart([], 0.99) is None
    assert histogram([]) is None
    assert calibration([]) is None


def test_fields_that_can_say_most_come_first_without_what_was_never_seen() -> None:
    levels = [
        {"field": "start", "label": "same day", "weight": 0.5, "pairs": 3, "matches": 1},
        {"field": "start", "label": "further apart", "weight": -0.5, "pairs": 3, "matches": 0},
        {"field": "number", "label": "not said", "weight": 0.0, "pairs": 9, "matches": 9},
        {"field": "number", "label": "same", "weight": 4.0, "pairs": 3, "matches": 1},
        {"field": "number", "label": "one typo", "weight": 9.0, "pairs": 0, "matches": 0},
        {"field": "number", "label": "differs", "weight": -2.0, "pairs": 3, "matches": 1},
    ]

    number, start = fields(levels)

    assert (number.label, start.label) == ("Number", "Start")
    assert [one.label for one in number.levels] == ["differs", "same"]
    assert (number.best.x, number.best.width, number.best.is_for) == (50, 50, True)
    assert (number.worst.x, number.worst.width, number.worst.is_for) == (25, 25, False)
