"""What people have decided is never undone, and teaches the weights."""

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matching.lists import rows, side
from tieback.matching.engine import Known, Matching, match, score_pairs
from tieback.matching.known import settle
from tieback.matching.lanes import Lane
from tieback.matching.rules import default_rules
from tieback.matching.score import WEIGHED

JOBS, PROJECTS = side(rows(24), "J"), side(rows(30)[6:], "P")
SYLLABLES = ("al", "bor", "cas", "den", "fal", "gor", "har", "ick", "jun", "kel", "lor", "mal")
IDS = st.tuples(st.sampled_from(JOBS.id), st.sampled_from(PROJECTS.id))


def named(found: Matching) -> tuple[set[str], set[str]]:
    """Every job and every project that the answer names in any place."""
    choices = {job: found.choices(job, 50) for job in JOBS.id}
    jobs = {one.job_id for one in found.matches} | {*found.only_jobs}
    projects = {one.project_id for one in found.matches} | {*found.only_projects}
    for group in found.twins:
        jobs |= {*group.job_ids}
        projects |= {*group.project_ids}
    jobs |= {job for job, offered in choices.items() if offered}
    projects |= {one.project_id for offered in choices.values() for one in offered}
    return jobs, projects


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(IDS, max_size=8), st.lists(IDS, max_size=8))
def test_what_is_confirmed_never_appears_again_and_what_is_rejected_never_comes_back(
    confirmed: list[tuple[str, str]], rejected: list[tuple[str, str]]
) -> None:
    found = match(JOBS, PROJECTS, known=Known(confirmed, rejected))

    jobs, projects = named(found)
    pairs = {(one.job_id, one.project_id) for one in found.matches}
    offered = {(job, one.project_id) for job in JOBS.id for one in found.choices(job, 50)}
    assert not jobs & {job for job, _ in confirmed}
    assert not projects & {project for _, project in confirmed}
    assert not (pairs | offered) & {*rejected}
    assert jobs == {*JOBS.id} - {job for job, _ in confirmed}


def test_a_rejected_pair_makes_room_for_the_next() -> None:
    before = match(JOBS, PROJECTS).matches[0]

    found = match(JOBS, PROJECTS, known=Known(rejected=[(before.job_id, before.project_id)]))

    assert before.project_id not in [one.project_id for one in found.choices(before.job_id)]


def test_knowing_nothing_or_only_strangers_gives_the_same_answer() -> None:
    stranger = Known([("nobody", PROJECTS.id[0])], [(JOBS.id[0], "nobody")])

    assert match(JOBS, PROJECTS, known=Known()) == match(JOBS, PROJECTS)
    assert match(JOBS, PROJECTS, known=stranger) == match(JOBS, PROJECTS)


def test_the_order_of_decisions_changes_nothing() -> None:
    confirmed = [(f"Jr{at:03}", f"Pr{at:03}") for at in range(8, 16)]
    rejected = [(f"Jr{at:03}", f"Pr{at + 1:03}") for at in range(18, 22)]

    one = match(JOBS, PROJECTS, known=Known(confirmed, rejected))
    other = match(JOBS, PROJECTS, known=Known(confirmed[::-1], rejected[::-1]))

    assert one == other


def test_a_pair_that_is_both_confirmed_and_rejected_is_confirmed() -> None:
    both = [("Jr010", "Pr012")]

    found = match(JOBS, PROJECTS, known=Known(both, both))

    assert "Jr010" not in found.only_jobs
    assert "Pr012" not in found.only_projects


def test_a_confirmed_pair_that_the_index_did_not_find_is_compared_too() -> None:
    strange = [*rows(24), {"id": "far", "name": "Zvezda Kolkhoz"}]
    jobs, projects = side(strange, "J"), side([*rows(24), {"id": "off", "name": "Quay"}], "P")
    plain = score_pairs(jobs, projects, default_rules())

    pairs, settled = settle(Known([("Jfar", "Poff")]), jobs, projects, plain.pairs)

    assert settled is not None
    assert len(pairs) == len(plain.pairs) + 1
    assert pairs.job[settled.confirmed].tolist() == [24]
    assert pairs.project[settled.confirmed].tolist() == [24]
    assert np.all(np.diff(pairs.job.astype(np.int64) * 25 + pairs.project) > 0)


def renumbered(count: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """A company whose portfolio numbers anew.

    The true projects have other numbers, and each job's number stands at a stranger whose name is
    as much like the job's.
    """
    chance = random.Random(7)
    towns = [f"{chance.choice(SYLLABLES)}{chance.choice(SYLLABLES)}ton" for _ in range(count)]
    jobs = [
        {"id": f"j{at}", "number": f"24-{1000 + at}", "name": f"{town} {at} Roof"}
        for at, town in enumerate(towns)
    ]
    own = [
        {"id": f"p{at}", "number": f"91-{9000 - 7 * at}", "name": f"{town} {at} Depot"}
        for at, town in enumerate(towns)
    ]
    strangers = [
        {"id": f"d{at}", "number": f"24-{1000 + at}", "name": f"{town} {at} Court"}
        for at, town in enumerate(towns)
    ]
    return jobs, [*own, *strangers]


def number_weights(known: Known) -> tuple[float, float]:
    """What the same number and a contradicting one weigh."""
    jobs, projects = renumbered(240)
    found = score_pairs(side(jobs), side(projects), default_rules(), known=known)
    return float(found.weights.of["number"][9]), float(found.weights.of["number"][1])


def test_many_confirmed_pairs_move_the_weight_of_a_field_that_a_company_uses_its_own_way() -> None:
    confirmed = [(f"j{at}", f"p{at}") for at in range(150)]

    same, differs = number_weights(Known())
    same_taught, differs_taught = number_weights(Known(confirmed))

    assert same > 2
    assert same_taught < same - 1
    assert differs_taught > differs + 1


def test_few_confirmed_pairs_do_not_overturn_the_weights() -> None:
    odd = Known([("Jr010", "Pr020"), ("Jr011", "Pr021")])

    before = score_pairs(JOBS, PROJECTS, default_rules()).weights
    after = score_pairs(JOBS, PROJECTS, default_rules(), known=odd).weights

    for name in WEIGHED:
        clear = np.abs(before.of[name]) > 1
        assert np.all(np.sign(before.of[name][clear]) == np.sign(after.of[name][clear])), name
    assert after.of["number"][9] > 2


def test_rejections_speak_for_what_is_not_the_same() -> None:
    rejected = [(f"j{at}", f"d{at}") for at in range(120)]

    same, _ = number_weights(Known())
    same_taught, _ = number_weights(Known(rejected=rejected))

    assert same_taught < same - 0.5


@pytest.mark.parametrize("precision", [0.0, 0.4, 1.0, 1.5, float("nan")])
def test_a_precision_that_no_lane_can_promise_is_refused(precision: float) -> None:
    with pytest.raises(ValueError, match="cannot promise"):
        match(JOBS, PROJECTS, precision=precision)


def test_everything_confirmed_leaves_nothing_to_do() -> None:
    same = [(f"Jr{at:03}", f"Pr{at:03}") for at in range(24)]

    found = match(side(rows(24), "J"), side(rows(24), "P"), known=Known(same))

    assert (found.matches, found.only_jobs, found.only_projects, found.twins) == ([], [], [], [])
    assert found.report.histogram == [0] * 15
    assert not [one for one in found.matches if one.lane is Lane.SAFE]
