"""The waterfall's bars, and how weights and probabilities are put in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.proposing.models import Candidate
from tieback.web.erp.waterfall import waterfall
from tieback.web.matching.words import effect_words, share

weights = st.floats(-30, 30, allow_nan=False)


def candidate(*steps: float) -> Candidate:
    names = ["before anything is known", "number", "name", "value"]
    return Candidate(
        steps=[[name, weight, ""] for name, weight in zip(names, steps, strict=False)],
        score=sum(steps),
        probability=0.5,
    )


@given(st.lists(weights, min_size=1, max_size=4))
def test_every_bar_lies_within_the_picture_and_begins_where_the_last_one_ended(
    steps: list[float],
) -> None:
    drawn = waterfall(candidate(*steps))

    assert drawn
    assert all(0 <= bar.x <= 100 and 0 < bar.width <= 100 for bar in drawn.bars)
    assert 0 <= drawn.even <= 100


def test_bars_hang_together() -> None:
    drawn = waterfall(candidate(-2, 6, -1))

    assert drawn
    start, number, name, total = drawn.bars
    assert [bar.kind for bar in drawn.bars] == ["start", "up", "down", "total"]
    assert start.x + start.width == pytest.approx(drawn.even, abs=0.02)
    assert number.x == pytest.approx(start.x, abs=0.02)
    assert name.x + name.width == pytest.approx(number.x + number.width, abs=0.02)
    assert total.x == pytest.approx(drawn.even, abs=0.02)
    assert total.x + total.width == pytest.approx(name.x, abs=0.02)
    assert "Address" in drawn.silent
    assert "Number" not in drawn.silent


def test_a_candidate_without_steps_has_no_waterfall() -> None:
    assert waterfall(candidate()) is None


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.0, "hardly matters"),
        (-0.03, "hardly matters"),
        (1.0, "2.7 times likelier"),
        (-3.0, "20 times less likely"),
        (9.0, "over 1,000 times likelier"),
    ],
)
def test_a_weight_is_put_in_words(weight: float, said: str) -> None:
    assert effect_words(weight) == said


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0, "under 1 %"),
        (0.0099, "under 1 %"),
        (0.01, "1 %"),
        (0.9449, "94 %"),
        (0.9451, "94.5 %"),
        (0.998, "99.8 %"),
        (0.9996, "over 99.9 %"),
        (1, "over 99.9 %"),
    ],
)
def test_no_probability_is_called_certain(probability: float, said: str) -> None:
    assert share(probability) == said
