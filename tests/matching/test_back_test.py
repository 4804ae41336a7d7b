"""The links of a company hidden and sought again."""

import json
from dataclasses import asdict

import pytest

from tests.matching.lists import rows, side
from tieback.matching.back_test import back_test
from tieback.matching.engine import match
from tieback.matching.lanes import Lane

JOBS, PROJECTS = side(rows(40), "J"), side(rows()[10:], "P")
LINKS = [(f"Jr{at:03}", f"Pr{at:03}") for at in range(10, 34)]


def test_links_that_the_lists_speak_for_are_all_found_again() -> None:
    found = back_test(JOBS, PROJECTS, confirmed=LINKS)

    assert (found.hidden, found.found, found.right) == (24, 24, 24)
    assert (found.precision, found.recall) == (1, 1)
    assert found.safe == found.safe_right > 0
    assert found.safe_precision == 1
    assert found.wrong == []


def test_what_people_linked_otherwise_is_shown_as_wrong_with_the_surest_first() -> None:
    crossed = [*LINKS[4:], ("Jr010", "Pr011"), ("Jr011", "Pr010")]

    found = back_test(JOBS, PROJECTS, confirmed=crossed)

    assert found.right == found.hidden - 2
    assert found.precision == pytest.approx(20 / 22)
    assert {(one.job_id, one.proposed, one.confirmed) for one in found.wrong} == {
        ("Jr010", "Pr010", "Pr011"),
        ("Jr011", "Pr011", "Pr010"),
    }
    chances = [one.probability for one in found.wrong]
    assert chances == sorted(chances, reverse=True)
    assert all(one.sentence for one in found.wrong)


def test_the_counts_agree_with_a_match_that_knows_nothing() -> None:
    plain = {one.job_id: one for one in match(JOBS, PROJECTS).matches}
    true = dict(LINKS)

    found = back_test(JOBS, PROJECTS, confirmed=LINKS)

    assert found.safe == sum(plain[job].lane is Lane.SAFE for job in true if job in plain)
    assert sum(one.matches for one in found.bins) == found.found
    assert sum(one.right * one.matches for one in found.bins) == pytest.approx(found.right)
    assert all(0 <= one.probability <= 1 for one in found.bins)
    assert len(found.bins) <= 15


def test_without_links_there_is_nothing_to_say() -> None:
    found = back_test(JOBS, PROJECTS, confirmed=[("nobody", "Pr010")])

    assert found.hidden == 0
    assert (found.precision, found.recall, found.safe_precision) == (None, None, None)


def test_rejected_pairs_that_would_be_proposed_again_are_counted() -> None:
    found = back_test(
        JOBS, PROJECTS, confirmed=LINKS, rejected=[("Jr036", "Pr036"), ("Jr036", "x")]
    )

    assert found.again == 1


def test_no_more_than_fifty_errors_are_told_and_all_of_it_is_json() -> None:
    many = side([{"id": f"r{at:03}", "name": f"Depot {at}"} for at in range(120)], "J")
    links = [(f"Jr{at:03}", f"Pr{(at + 1) % 120:03}") for at in range(120)]

    found = back_test(
        many,
        side([{"id": i[1:], "name": n} for i, n in zip(many.id, many.name, strict=True)], "P"),
        confirmed=links,
    )

    assert len(found.wrong) == 50
    assert json.loads(json.dumps(asdict(found), allow_nan=False))["right"] == 0
