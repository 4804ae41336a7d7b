"""What a person reads about a match, and where it is shown."""

import pytest

from tests.matching.lists import rows, side
from tieback.matching.engine import Match, match
from tieback.matching.lanes import Lane


def matched(job: dict[str, object], project: dict[str, object]) -> Match:
    """The match of the one job amid others that are all known."""
    jobs = [*({**row, "id": f"J{row['id']}"} for row in rows()), {**job, "id": "job"}]
    projects = [*({**row, "id": f"P{row['id']}"} for row in rows()), {**project, "id": "project"}]
    found = match(side(jobs), side(projects))
    return next(one for one in found.matches if one.job_id == "job")


JOB: dict[str, object] = {
    "number": "23-4410",
    "name": "ST BRENDAN HOSP IMAGING SUITE",
    "address": "77 Quay Street",
    "owner": "Brendan Trust",
    "start": "2023-05-01",
    "value": 880_000,
}
PROJECT: dict[str, object] = {
    "number": "234410.",
    "name": "Saint Brendan Hospital Imaging Suite",
    "address": "77 Quay St, Suite 4",
    "owner": "Brendan Trust Inc.",
    "start": "2023-05-11",
    "value": 880_000,
}


def test_the_sentence_says_what_speaks_for_a_pair() -> None:
    said = matched(JOB, PROJECT).sentence

    assert "Same number 23-4410." in said
    assert "“st” is “saint”" in said
    assert "Same address." in said
    assert "Customer is the same." in said
    assert "Starts 10 days apart." in said
    assert "Same value." in said


def test_the_sentence_says_what_speaks_against_a_pair() -> None:
    against = {"number": "23-4410-02", "owner": "Zumwalt Brothers", "value": 90_000}

    said = matched({**JOB, "number": "23-4410-01"}, {**PROJECT, **against}).sentence

    assert "Another sub job of one number: 23-4410-01, 23-4410-02." in said
    assert "Customers differ." in said
    assert "Values differ by 90 %." in said


def test_the_sentence_says_nothing_about_what_is_not_known() -> None:
    said = matched({"name": JOB["name"]}, {"name": PROJECT["name"]}).sentence

    assert said.startswith("Name ")
    assert not any(word in said for word in ("umber", "ddress", "ustomer", "tarts", "alue", "nan"))


def test_phases_that_contradict_are_never_safe() -> None:
    found = matched(
        {**JOB, "name": "Brendan Imaging Phase 1"}, {**PROJECT, "name": "Brendan Imaging Phase 2"}
    )

    assert found.lane is not Lane.SAFE
    assert "Phases differ." in found.sentence


def test_a_list_that_proves_little_has_nothing_safe_and_says_why() -> None:
    few = [{"id": f"x{at}", "name": f"Various repairs {'abc'[at % 3]}"} for at in range(30)]

    found = match(side(few, "J"), side(few, "P"))

    assert not [one for one in found.matches if one.lane is Lane.SAFE]
    assert found.why_no_safe


@pytest.mark.parametrize("count", [2, 5])
def test_look_alikes_that_nothing_tells_apart_are_twins(count: int) -> None:
    twins = [{**JOB, "id": f"t{at}", "number": None} for at in range(count)]

    found = match(side([*rows(), *twins], "J"), side([*rows(), *twins], "P"))

    assert {one.lane for one in found.matches if one.job_id.startswith("Jt")} <= {Lane.TWINS}
    assert {one.lane for one in found.matches} & {Lane.SAFE, Lane.LOOK}


def test_names_that_only_words_of_the_trade_share_are_never_safe() -> None:
    """Every year's plan has a project of that name; a number or an address would tell."""
    plan = [
        {"id": f"{at}", "name": f"Project #{at} (District {20 + at})", "value": 1e6 * (50 + at)}
        for at in range(30)
    ]
    numbered = [{**row, "number": f"91-{4000 + 13 * at}"} for at, row in enumerate(plan)]

    lanes = [
        {one.lane for one in match(side(some, "J"), side(some, "P")).matches}
        for some in (plan, numbered)
    ]

    assert Lane.SAFE not in lanes[0]
    assert Lane.SAFE in lanes[1]


def test_a_short_name_is_not_taken_for_the_head_of_a_longer_one_unless_it_was_cut() -> None:
    said = matched({"name": "Brendan Quay"}, {"name": "Brendan Quay Imaging Suite"}).sentence

    assert 40 < int(said.split("Name ")[1].split(" %")[0]) < 90


def test_departments_are_not_alike_for_being_departments() -> None:
    said = matched(
        {**JOB, "owner": "Department of Design"},
        {**PROJECT, "owner": "Department of Environmental Protection"},
    ).sentence

    assert "Customers differ." in said
    assert (
        "ustomer is the same"
        in matched(
            {**JOB, "owner": "Dept of Design"}, {**PROJECT, "owner": "Department of Design"}
        ).sentence
    )


def test_the_sentence_and_the_report_mean_the_same_by_alike() -> None:
    found = match(side(rows(), "J"), side([{**row, "name": f"{row['name']} X"} for row in rows()]))
    level = next(o.label for o in found.report.weights if o.field == "name" and o.matches == 48)
    low, high = (float(part) for part in level.removesuffix(" % alike").split(" to "))

    for one in found.matches:
        assert low - 0.5 <= int(one.sentence.split("Name ")[1].split(" %")[0]) <= high + 0.5
