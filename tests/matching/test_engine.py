"""What must hold for any two lists."""

import random
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matching.lists import rows, side
from tieback.matching.engine import Matching, match, score_pairs
from tieback.matching.lanes import Lane
from tieback.matching.records import COLUMNS, records_from
from tieback.matching.rules import default_rules


def pairs(found: Matching) -> dict[str, str]:
    return {one.job_id: one.project_id for one in found.matches}


def evidence_of(jobs: list[dict[str, object]], projects: list[dict[str, object]]) -> dict:
    found = score_pairs(side(jobs), side(projects), default_rules())
    return {
        (
            found.jobs.records.id[job],
            found.projects.records.id[project],
        ): [*found.evidence.of(at).values()]
        for at, (job, project) in enumerate(zip(found.pairs.job, found.pairs.project, strict=True))
    }


def test_a_list_against_itself_gives_the_diagonal() -> None:
    found = match(side(rows()), side(rows()))

    assert pairs(found) == {row["id"]: row["id"] for row in rows()}


def test_exact_look_alikes_against_themselves_give_the_diagonal_and_none_of_them_is_safe() -> None:
    alike = [{"id": f"r{at:03}", "name": "Roof Replacement"} for at in range(60)]

    found = match(side(alike), side(alike))

    assert all(job == project for job, project in pairs(found).items())
    assert {one.lane for one in found.matches} <= {Lane.TWINS, Lane.LOOK}


def test_the_order_of_the_records_changes_nothing() -> None:
    shuffled = rows()
    random.Random(4).shuffle(shuffled)

    one = match(side(rows(), "J"), side(rows(40), "P"))
    other = match(side(shuffled, "J"), side(rows(40)[::-1], "P"))

    assert one == other


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 47), min_size=1, max_size=30), st.randoms())
def test_no_list_of_records_depends_on_their_order(
    picked: list[int], chance: random.Random
) -> None:
    """Records that repeat among them."""
    jobs = [{**rows()[at], "id": f"{place}"} for place, at in enumerate(picked)]
    projects = rows(40)
    shuffled, turned = jobs[:], projects[:]
    chance.shuffle(shuffled)
    chance.shuffle(turned)

    assert match(side(jobs), side(projects)) == match(side(shuffled), side(turned))


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(0, 47), min_size=1))
def test_any_list_of_different_records_against_itself_gives_the_diagonal(picked: set[int]) -> None:
    some = [rows()[at] for at in sorted(picked)]

    assert pairs(match(side(some), side(some))) == {row["id"]: row["id"] for row in some}


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 11), max_size=24), st.lists(st.integers(0, 11), max_size=24))
def test_nobody_is_matched_twice_however_often_records_repeat(
    one: list[int], other: list[int]
) -> None:
    jobs, projects = (
        side([{**rows()[at], "id": f"{place}"} for place, at in enumerate(picked)])
        for picked in (one, other)
    )

    found = match(jobs, projects)

    assert sorted([*(m.job_id for m in found.matches), *found.only_jobs]) == sorted(jobs.id)
    assert sorted([*(m.project_id for m in found.matches), *found.only_projects]) == sorted(
        projects.id
    )


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("xyzqw", min_size=4, max_size=12), st.integers(90_000, 99_999))
def test_no_stranger_changes_the_evidence_of_a_pair(word: str, number: int) -> None:
    stranger = {"id": "zzz", "name": f"{word} {word}{number}", "number": f"88-{number}"}

    before = evidence_of(rows(24), rows(20))
    after = evidence_of([*rows(24), stranger], rows(20))

    assert {key: str(after[key]) for key in before} == {
        key: str(values) for key, values in before.items()
    }


def test_an_unrelated_record_does_not_change_the_evidence_of_a_pair() -> None:
    stranger = {"id": "zzz", "name": "Zvezda Kolkhoz Gymnasium", "number": "99-8888"}

    before = evidence_of(rows(), rows(40))
    after = evidence_of([*rows(), stranger], rows(40))

    assert {key: str(after[key]) for key in before} == {
        key: str(values) for key, values in before.items()
    }


def test_nobody_is_matched_twice() -> None:
    doubled = [*rows(), *({**row, "id": f"again {row['id']}"} for row in rows())]

    found = match(side(doubled), side(rows()))

    projects = [one.project_id for one in found.matches]
    assert len(pairs(found)) == len(found.matches)
    assert len(set(projects)) == len(projects)


def test_everybody_is_matched_or_left_over() -> None:
    found = match(side(rows(), "J"), side(rows()[20:], "P"))

    assert {*pairs(found), *found.only_jobs} == {f"J{row['id']}" for row in rows()}
    assert {*pairs(found).values(), *found.only_projects} == {
        f"P{row['id']}" for row in rows()[20:]
    }


def test_matches_come_with_the_surest_first() -> None:
    found = match(side(rows(), "J"), side(rows()[20:], "P"))

    chances = [one.probability for one in found.matches]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)


@pytest.mark.parametrize(("jobs", "projects"), [(0, 0), (0, 3), (3, 0), (1, 1), (1, 30), (30, 1)])
def test_lists_of_any_length_have_an_answer(jobs: int, projects: int) -> None:
    found = match(side(rows(jobs), "J"), side(rows(projects), "P"))

    assert len(found.matches) + len(found.only_jobs) == jobs
    assert len(found.matches) + len(found.only_projects) == projects


@pytest.mark.parametrize("columns", [["number"], ["address"], ["value"], ["number", "value"]])
@pytest.mark.parametrize("name", ["", "Works"])
def test_lists_that_say_little_are_matched_by_what_they_say(columns: list[str], name: str) -> None:
    bare = [{"name": name, **{column: row[column] for column in columns}} for row in rows()]
    jobs = side([{**row, "id": f"{at:02}"} for at, row in enumerate(bare)])
    projects = side([{**row, "id": f"{47 - at:02}"} for at, row in enumerate(bare)])

    found = pairs(match(jobs, projects))

    assert found == {f"{at:02}": f"{47 - at:02}" for at in range(48)}


def test_a_match_without_names_is_never_safe() -> None:
    bare = [{"id": row["id"], "number": row["number"], "value": row["value"]} for row in rows()]

    found = match(side(bare), side(bare))

    assert len(found.matches) == 48
    assert {one.lane for one in found.matches} == {Lane.LOOK}


def test_a_name_of_ten_thousand_characters_is_compared_by_its_beginning() -> None:
    long = [*rows(), {"id": "long", "name": "Harbor Bridge Deck " + "and more " * 1_100}]

    found = match(side(long), side(long))

    assert pairs(found)["long"] == "long"


def test_records_that_say_nothing_are_not_matched() -> None:
    empty = [{"id": f"e{at}"} for at in range(12)]

    found = match(side([*rows(), *empty]), side([*rows(), *empty]))

    assert not {one.job_id for one in found.matches if one.lane is Lane.SAFE} & {
        row["id"] for row in empty
    }


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40), max_size=12), max_size=12
    ),
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40), max_size=12), max_size=12
    ),
)
def test_whatever_is_written_in_any_script_has_an_answer(
    jobs: list[dict[str, str]], projects: list[dict[str, str]]
) -> None:
    named = [
        records_from({**row, "id": str(at)} for at, row in enumerate(one))
        for one in (jobs, projects)
    ]

    found = match(*named)

    assert len(found.matches) + len(found.only_jobs) == len(jobs)


def test_every_letter_of_unicode_may_stand_in_a_name() -> None:
    letters = [chr(at) for at in range(1, sys.maxunicode + 1, 97) if chr(at).isalnum()]
    named = [
        {"id": str(at), "name": "".join(letters[at : at + 20])}
        for at in range(0, len(letters) - 20, 20)
    ]

    found = match(side(named), side(named))

    assert pairs(found) == {row["id"]: row["id"] for row in named}
