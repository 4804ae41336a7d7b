"""Which pairs are worth a look."""

import random

import numpy as np
import pytest
from benchmarks.made_lists import KINDS, make
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.lists import side
from tieback.matching.block import Pairs, candidates
from tieback.matching.block.crossed import crossed_of
from tieback.matching.normalise import normalise
from tieback.matching.records import Records, records_from
from tieback.matching.rules import default_rules


def pairs_of(jobs: Records, projects: Records) -> Pairs:
    one, other, _ = normalise(jobs, projects, default_rules())
    return candidates(one, other)


def ids(jobs: Records, projects: Records) -> set[tuple[str, str]]:
    found = pairs_of(jobs, projects)
    return {
        (jobs.id[job], projects.id[project])
        for job, project in zip(found.job, found.project, strict=True)
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [11, 12])
def test_the_right_project_is_among_fifteen_candidates(kind: str, seed: int) -> None:
    made = make(2_000, seed, kind)

    found = ids(records_from(made.jobs), records_from(made.projects))

    assert len(found & set(made.truth)) >= 0.99 * len(made.truth)
    assert len(found) <= 15 * len(made.jobs)


def test_a_crowd_of_one_name_is_never_compared_with_itself_whole() -> None:
    crowd = [{"id": f"{at:05}", "name": "Roof Replacement", "owner": "City"} for at in range(3_000)]

    found = pairs_of(side(crowd), side(crowd))

    assert len(found) < 20 * 3_000


OFFICES = ("Tarlac", "Bataan", "Cavite", "Leyte", "Samar", "Antique", "Quezon", "Bukidnon")


def cut_names(
    count: int, **said: object
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Projects that all begin alike, and jobs whose names were cut before they differ."""
    chance = random.Random(3)
    words = ["".join(chance.choices("bcdlmnrst", k=3)) + "ayo" for _ in range(count)]
    projects: list[dict[str, object]] = [
        {"id": f"{at:04}", "name": f"Construction of Multi-Purpose Building, Barangay {word}"}
        for at, word in enumerate(words)
    ]
    jobs: list[dict[str, object]] = [
        {"id": f"{at:04}", "name": "CONSTRUCTION OF MULTI-PURPOSE"} for at in range(count)
    ]
    for rows in (jobs, projects):
        for at, row in enumerate(rows):
            row |= {name: value(at) for name, value in said.items()}  # type: ignore[operator]
    return jobs, projects


@pytest.mark.parametrize(
    "said",
    [
        {"owner": lambda at: f"{OFFICES[at % 8]} District {at // 8} Engineering Office"},
        {"city": lambda at: f"{OFFICES[at % 8]} {at // 8}"},
        {"start": lambda at: f"{2000 + at // 6}-{1 + 2 * (at % 6):02}-01"},
        {"value": lambda at: 1_000.0 * 1.12**at},
    ],
)
def test_names_cut_before_they_differ_are_told_apart_by_any_one_thing_besides(
    said: dict[str, object],
) -> None:
    jobs, projects = cut_names(160, **said)

    found = ids(side(jobs), side(projects))

    assert {(str(row["id"]), str(row["id"])) for row in jobs} <= found
    assert len(found) <= 30 * len(jobs)


def test_every_pair_stands_once_in_the_order_of_jobs() -> None:
    made = make(500, 3)

    found = pairs_of(records_from(made.jobs), records_from(made.projects))

    codes = found.job.astype(np.int64) * len(made.projects) + found.project
    assert (np.diff(codes) > 0).all()
    assert np.isfinite(found.near).all()


def test_where_one_side_is_empty_there_is_nothing_to_look_at() -> None:
    some = side([{"id": "1", "name": "Pier"}])

    assert len(pairs_of(some, side([]))) == len(pairs_of(side([]), some)) == 0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=12),
    st.lists(st.text(max_size=30), min_size=1, max_size=12),
)
def test_whatever_the_names_the_pairs_are_of_records_that_exist(
    one: list[str], other: list[str]
) -> None:
    jobs, projects = (
        side([{"id": str(at), "name": name} for at, name in enumerate(names)])
        for names in (one, other)
    )

    found = pairs_of(jobs, projects)

    assert len(found) <= len(one) * len(other)
    assert not len(found) or (found.job.max() < len(one) and found.project.max() < len(other))


def test_crossed_keys_of_a_whole_crowd_are_dropped() -> None:
    crowd = [
        {"id": str(at), "name": "Roof Replacement", "owner": "City of Dunmore", "city": "Dunmore"}
        for at in range(200)
    ]
    _, projects, vocabulary = normalise(side([]), side(crowd), default_rules())

    crossed = crossed_of(projects, len(vocabulary.words.texts))

    assert crossed.answers.nnz == 0
