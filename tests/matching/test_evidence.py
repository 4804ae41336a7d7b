"""What two records say for and against each other."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.matching.lists import rows, side
from tieback.matching.block import Pairs, candidates
from tieback.matching.compare import compare
from tieback.matching.engine import Scored, score_pairs
from tieback.matching.kinship import Kinship
from tieback.matching.normalise import normalise
from tieback.matching.rules import default_rules

RULES = default_rules()


def evidence(job: Mapping[str, object], project: Mapping[str, object]) -> dict[str, float]:
    """Of the one pair, amid a list that says which words are common."""
    jobs, projects = [{"id": "a", **job}, *rows()], [{"id": "b", **project}, *rows()]
    one, other, vocabulary = normalise(side(jobs), side(projects), RULES)
    pair = Pairs(*(np.zeros(1, np.int32) for _ in range(2)), np.zeros(1, np.float32))
    return compare(one, other, pair, vocabulary).of(0)


@pytest.mark.parametrize(
    ("job", "project", "kin"),
    [
        ("24-1003", "241003.", Kinship.SAME),
        ("24-1003-01", "24-1003-1", Kinship.SAME),
        ("24-1003-01", "24-1003-02", Kinship.OTHER_SUB_JOB),
        ("24-1003-01", "24-1003", Kinship.STEM),
        ("24-1003", "1003", Kinship.SEQUENCE),
        ("24-1003", "24-1030", Kinship.ONE_TYPO),
        ("24-1003", "24-7771", Kinship.CONTRADICTS),
        ("24-1003", "PO 5521", Kinship.OTHER_KIND),
    ],
)
def test_numbers_are_related_in_one_of_many_ways(job: str, project: str, kin: Kinship) -> None:
    assert evidence({"number": job}, {"number": project})["number"] == kin


def test_a_number_may_stand_in_the_name() -> None:
    found = evidence({"number": "24-1003"}, {"name": "24-1003 Harbor View"})

    assert found["number"] == Kinship.IN_NAME


def test_what_one_side_does_not_say_is_unknown() -> None:
    full = {**rows()[5]}
    found = evidence({**full, "id": "a"}, {"name": full["name"]})

    unknown = ("number", "address", "house", "zip", "city", "owner", "start", "end", "value")
    assert all(np.isnan(found[field]) for field in unknown)


def test_a_name_that_was_cut_agrees_with_the_whole_one() -> None:
    cut = [{"id": f"c{at}", "name": f"{'abcdefgh'[at]}{'x' * 29}"} for at in range(8)]
    name = "Lindqvist Memorial Library Window Restoration"
    jobs = [{"id": "a", "name": name[:30]}, *cut]
    one, other, vocabulary = normalise(side(jobs), side([{"id": "b", "name": name}]), RULES)
    pair = Pairs(*(np.zeros(1, np.int32) for _ in range(2)), np.zeros(1, np.float32))

    found = compare(one, other, pair, vocabulary).of(0)

    assert found["job_covered"] > 0.95
    assert found["words_beyond"] == 1


def test_phases_and_buildings_contradict() -> None:
    assert evidence({"name": "Oak Park Phase 1"}, {"name": "Oak Park Ph. II"})["phase"] == 0
    assert evidence({"name": "Oak Park Tower A"}, {"name": "Oak Park Bldg B"})["building"] == 0
    assert evidence({"name": "Oak Park Phase 2"}, {"name": "Oak Park PH2"})["phase"] == 1


@pytest.mark.parametrize(
    "field", ["shared", "head", "letters", "address", "owner", "value", "number", "siblings_shared"]
)
def test_comparisons_that_have_no_direction_are_symmetric(field: str) -> None:
    one = {**rows()[3], "name": "Lindqvist Memorial Library Phase 2"}
    other = {**rows()[7], "name": "LINDQVIST MEM LIBRARY PH 2 ROOF", "number": one["number"]}

    assert evidence(one, other)[field] == pytest.approx(evidence(other, one)[field])


def test_amounts_that_are_not_the_same_are_never_taken_for_it() -> None:
    assert evidence({"value": "1,200"}, {"value": 1200.0})["value"] == 0
    assert evidence({"value": 1_000_000}, {"value": 1_000_002})["value"] > 0.001
    assert evidence({"value": -5000}, {"value": 5000})["value"] > 1


def scored(projects: list[dict[str, object]]) -> Scored:
    return score_pairs(side(rows(), "J"), side(projects, "P"), RULES)


@pytest.mark.parametrize("field", ["address", "customer", "start", "end", "value", "number"])
def test_a_field_that_is_not_said_weighs_nothing(field: str) -> None:
    column = {"customer": "owner"}.get(field, field)
    found = scored([{**row, column: None} for row in rows()])

    assert np.all(found.weights.of[field][found.by_field[field]] == 0)


def test_the_waterfall_sums_up_to_the_odds_that_are_shown() -> None:
    found = scored(rows()[10:])

    for at in range(0, len(found.pairs), 7):
        steps = found.waterfall(at, found.words(at))
        assert sum(step.weight for step in steps) == pytest.approx(float(found.score[at]), abs=1e-3)


def test_every_true_pair_is_among_the_candidates_and_these_are_few() -> None:
    one, other, _ = normalise(side(rows(), "J"), side(rows(), "P"), RULES)

    pairs = candidates(one, other)

    found = set(zip(pairs.job.tolist(), pairs.project.tolist(), strict=True))
    assert {(at, at) for at in range(len(rows()))} <= found
    assert len(pairs) <= 15 * len(rows())
