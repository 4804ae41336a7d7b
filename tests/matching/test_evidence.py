"""What two records say for and against each other."""

from collections.abc import Iterable, Mapping

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


def cut_at(width: int, name: str, whole: str) -> dict[str, float]:
    """The evidence of a name cut at `width` amid others cut there, against a whole one."""
    cut = [{"id": f"c{at}", "name": f"{'abcdefgh'[at]}{'x' * (width - 1)}"} for at in range(8)]
    jobs = side([{"id": "a", "name": name[:width]}, *cut])
    one, other, vocabulary = normalise(jobs, side([{"id": "b", "name": whole}]), RULES)
    pair = Pairs(*(np.zeros(1, np.int32) for _ in range(2)), np.zeros(1, np.float32))
    return compare(one, other, pair, vocabulary).of(0)


def test_a_dash_that_hangs_where_a_name_was_cut_is_no_word() -> None:
    whole = "Lindqvist Memorial Library - Window Restoration"

    hanging, without = cut_at(28, whole, whole), cut_at(26, whole, whole)

    assert whole[:28].endswith("-")
    assert hanging["job_covered"] == without["job_covered"] == 1
    assert hanging["words_beyond"] == 2
    assert hanging["job_alone"] == 0


def test_a_last_stub_that_begins_the_other_word_agrees_with_it() -> None:
    whole = "Lindqvist Memorial Library Window Restoration"

    stub = cut_at(30, whole, whole)

    assert whole[:30].endswith(" Win")
    assert stub["job_covered"] > 0.95
    assert stub["words_beyond"] == 1


def test_a_last_stub_that_begins_no_word_of_the_other_counts_little() -> None:
    whole = "Lindqvist Memorial Library Roofing"

    stub = cut_at(30, "Lindqvist Memorial Library Win", whole)
    other = evidence({"name": "Lindqvist Memorial Library Win"}, {"name": whole})

    assert stub["job_covered"] > other["job_covered"] + 0.05


def test_the_status_is_no_evidence() -> None:
    """An ERP closes jobs when the books are shut, a portfolio when the warranty ends."""
    one, other = rows()[3], {**rows()[3], "status": "Warranty"}

    assert str(evidence({**one, "status": "Closed"}, other)) == str(evidence(one, other))


def test_phases_and_buildings_contradict() -> None:
    assert evidence({"name": "Oak Park Phase 1"}, {"name": "Oak Park Ph. II"})["phase"] == 0
    assert evidence({"name": "Oak Park Tower A"}, {"name": "Oak Park Bldg B"})["building"] == 0
    assert evidence({"name": "Oak Park Phase 2"}, {"name": "Oak Park PH2"})["phase"] == 1


@pytest.mark.parametrize(
    "field",
    [
        *("shared", "head", "letters", "verbatim", "phase", "building", "siblings_shared"),
        *("number", "house", "street", "address", "zip", "city", "state", "owner", "value"),
    ],
)
def test_comparisons_that_have_no_direction_are_symmetric(field: str) -> None:
    one = {**rows()[3], "name": "Lindqvist Memorial Library Tower A Phase 2"}
    other = {**rows()[7], "name": "LINDQVIST MEM LIBRARY BLDG A PH 2 ROOF", "number": one["number"]}

    assert evidence(one, other)[field] == pytest.approx(evidence(other, one)[field])


def test_amounts_that_are_not_the_same_are_never_taken_for_it() -> None:
    assert evidence({"value": "1,200"}, {"value": 1200.0})["value"] == 0
    assert evidence({"value": 1_000_000}, {"value": 1_000_050})["value"] > 0.001
    assert evidence({"value": -5000}, {"value": 5000})["value"] > 1


def test_amounts_that_differ_by_rounding_are_the_same() -> None:
    assert evidence({"value": "80.500e6"}, {"value": "80.499e6"})["value"] == 0


def test_an_amount_of_nothing_is_not_said() -> None:
    found = evidence({"value": 0}, {"value": 0})

    assert np.isnan(found["value"])
    assert np.isnan(found["value_shared_by"])


@pytest.mark.parametrize("count", [3, 12, 48])
@pytest.mark.parametrize(
    ("field", "levels"),
    [("name", range(1, 12)), ("start", range(6, 0, -1)), ("value", (7, 6, 5, 4, 3, 2, 9, 8, 1))],
)
def test_nearer_never_counts_for_less_than_farther(
    count: int, field: str, levels: Iterable[int]
) -> None:
    """However few pairs a short list has to go by: here amounts and dates are all astray."""
    astray = [
        {**row, "value": 7_000.0 * (at % 5 + 1), "start": f"20{20 + at % 5}-06-01"}
        for at, row in enumerate(rows(count))
    ]

    found = score_pairs(side(rows(count), "J"), side(astray, "P"), RULES).weights.of[field]

    weights = [float(found[level]) for level in levels]
    assert weights == pytest.approx(sorted(weights), abs=1e-6)


def scored(projects: list[dict[str, object]]) -> Scored:
    return score_pairs(side(rows(), "J"), side(projects, "P"), RULES)


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        ("name", ["name"]),
        ("rare words", ["name"]),
        ("siblings", ["name"]),
        ("number", ["number"]),
        ("address", ["address"]),
        ("place", ["city", "zip"]),
        ("customer", ["owner"]),
        ("start", ["start"]),
        ("end", ["end"]),
        ("value", ["value"]),
    ],
)
def test_a_field_that_is_not_said_weighs_nothing(field: str, columns: list[str]) -> None:
    found = scored([{**row, **dict.fromkeys(columns)} for row in rows()])

    assert np.all(found.by_field[field] == 0)
    assert np.all(found.weights.of[field][found.by_field[field]] == 0)


@pytest.mark.parametrize("name", ["", "...", "-", "of the", "🏗️"])
def test_a_name_without_words_is_a_name_that_is_not_said(name: str) -> None:
    found = scored([{**row, "name": name} for row in rows()])

    assert np.all(found.by_field["name"] == 0)


@pytest.mark.parametrize("column", ["number", "address", "owner", "start", "end", "value", "name"])
def test_saying_nothing_never_counts_for_less_than_saying_otherwise(column: str) -> None:
    """The best of those who contradict in a column is no better off than one that leaves it out."""
    fields = {"owner": ["customer"], "name": ["name", "rare words", "siblings"]}.get(
        column, [column]
    )
    other = {
        "number": "91-7766",
        "address": "9 Zebra Lane",
        "owner": "Quux",
        "start": "1999-01-01",
        "end": "1999-02-01",
        "value": 9.0,
        "name": "Zvezda Kolkhoz 7",
    }[column]

    def of_diagonal(value: object) -> float:
        changed = [{**rows()[0], column: value}, *rows()[1:]]
        found = scored(changed)
        at = next(
            at
            for at, pair in enumerate(zip(found.pairs.job, found.pairs.project, strict=True))
            if pair == (0, 0)
        )
        return sum(float(found.weights.of[f][found.by_field[f][at]]) for f in fields)

    assert of_diagonal(None) == 0 > of_diagonal(other)


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
