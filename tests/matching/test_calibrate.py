"""What is left over, how many have a partner at all, and what a probability makes of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.matching.lists import rows, side
from tieback.matching.calibrate import calibrated, floor, worth_of_being_left
from tieback.matching.engine import match
from tieback.matching.lanes import Lane
from tieback.matching.learned import Sizes, partner_odds

SURE = np.full(700, 6.0)


def sizes(jobs: int, projects: int) -> Sizes:
    return Sizes((jobs, projects), (jobs, projects))


def test_the_more_records_are_without_a_partner_the_less_is_a_match_in_doubt_worth() -> None:
    worth = [worth_of_being_left(SURE, sizes(n, n)) for n in (900, 1_500, 3_000, 30_000)]
    chances = [float(calibrated(np.array([0.2]), one)[0]) for one in worth]

    assert worth == sorted(worth, reverse=True)
    assert chances == sorted(chances, reverse=True)
    assert worth[0] > 1
    assert chances[0] > 0.6 > 0.5 > chances[-1]


def test_links_that_are_confirmed_leave_those_that_have_none() -> None:
    left = Sizes((1_000, 1_000), (330, 330))

    assert partner_odds(30, left)[0] < partner_odds(700, sizes(1_000, 1_000))[0] - 2


def test_matches_that_are_all_in_doubt_tell_of_partners_that_are_hidden() -> None:
    clear, doubtful = np.full(500, 6.0), np.full(600, 1.6)

    assert (1 / (1 + np.exp(-doubtful))).sum() < 500
    assert worth_of_being_left(doubtful, sizes(1_100, 1_100)) > worth_of_being_left(
        clear, sizes(1_100, 1_100)
    )


@given(st.floats(-0.6, 1.5), st.floats(-3, 12), st.floats(0, 5))
def test_a_better_pair_is_never_less_probable(worth: float, score: float, more: float) -> None:
    low, high = calibrated(np.array([score, score + more]), worth)

    assert 0 <= low <= high <= 1


@given(st.floats(-0.6, 1))
def test_a_match_at_the_floor_is_right_as_often_as_not(worth: float) -> None:
    assert calibrated(np.array([floor(worth)]), worth)[0] == pytest.approx(0.5, abs=1e-6)


def left_over(count: int) -> tuple[dict[str, Lane], dict[str, float]]:
    """Jobs and projects of one name and customer whose amounts and times have nothing in common."""
    alike = {"name": "Belvedere Orangery Annex", "owner": "Halvorsen Health Inc"}
    jobs = [{**alike, "id": f"x{at}", "value": 5, "start": "1999-01-01"} for at in range(count)]
    projects = [
        {**alike, "id": f"x{at}", "value": 9e6 * (1 + at), "start": "2024-03-01"}
        for at in range(count)
    ]
    found = match(side([*rows(), *jobs], "J"), side([*rows(), *projects], "P"))
    mine = [one for one in found.matches if one.job_id.startswith("Jx")]
    return {one.job_id: one.lane for one in mine}, {one.job_id: one.probability for one in mine}


def test_the_same_name_and_customer_left_on_both_sides_is_shown() -> None:
    lanes, chances = left_over(3)

    assert lanes == dict.fromkeys(("Jx0", "Jx1", "Jx2"), Lane.TWINS)
    assert max(chances.values()) < 0.9
