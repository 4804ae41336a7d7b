"""One project for each job at most, and the best for the whole list."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tieback.matching.block import Pairs
from tieback.matching.score import one_to_one
from tieback.matching.solve import NO_RIVAL, assign, groups, rivals


def pairs_of(listed: list[tuple[int, int]]) -> Pairs:
    rows = np.array(listed, np.int32).reshape(-1, 2)
    return Pairs(rows[:, 0], rows[:, 1], np.zeros(len(rows), np.float32))


ALL = [(job, project) for job in range(4) for project in range(4)]


@given(st.lists(st.integers(-8, 8), min_size=16, max_size=16))
def test_no_other_assignment_is_better(scores: list[int]) -> None:
    chosen = assign(np.array(scores, np.float64), pairs_of(ALL), (4, 4), 0.0)

    best = max(
        sum(max(scores[4 * job + project], 0) for job, project in enumerate(order))
        for order in permutations(range(4))
    )
    assert sum(scores[at] for at in chosen) == best
    assert len({ALL[at][0] for at in chosen}) == len({ALL[at][1] for at in chosen}) == len(chosen)


def test_a_job_is_given_away_where_the_whole_list_gains() -> None:
    pairs = pairs_of([(0, 0), (0, 1), (1, 0)])

    chosen = assign(np.array([5.0, 4.0, 4.0]), pairs, (2, 2), 0.0)

    assert chosen.tolist() == [1, 2]


def test_nothing_below_the_floor_is_chosen() -> None:
    assert not len(assign(np.array([-1.0]), pairs_of([(0, 0)]), (1, 1), 0.0))
    assert not len(assign(np.zeros(0), pairs_of([]), (0, 0), 0.0))


def test_rivals_are_the_best_others_on_either_side() -> None:
    found = rivals(np.array([3.0, 1.0, 2.0]), pairs_of([(0, 0), (0, 1), (1, 0)]), (2, 2))

    assert found.of_job.tolist() == [1.0, 3.0, NO_RIVAL]
    assert found.of_project.tolist() == [2.0, NO_RIVAL, 3.0]


def test_pairs_that_compete_share_their_chance() -> None:
    rows = pairs_of([(0, 0), (0, 1), (1, 2)])

    chance = one_to_one(np.array([9.0, 9.0, 9.0]), rows, (2, 3))

    assert chance[0] == chance[1] < chance[2]
    assert chance[0] + chance[1] <= 1


def test_look_alikes_are_one_group() -> None:
    jobs, projects = groups(np.array([0, 1]), np.array([0, 0]), (3, 2))

    assert jobs[0] == jobs[1] == projects[0]
    assert len({jobs[0], jobs[2], projects[1]}) == 3
