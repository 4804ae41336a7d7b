"""What lists say about how they print their numbers, and how numbers are related."""

import numpy as np
import pytest

from tests.matching.lists import rows, side
from tieback.matching.engine import match, score_pairs
from tieback.matching.lanes import Lane
from tieback.matching.numbers import Habits, habits, number_of, other_year
from tieback.matching.rules import default_rules
from tieback.matching.worth import by_number

RULES = default_rules()
BARE = ["P-309RBUS", "KCH-2", "HWK876", "SANDHW14", "24-1003"]
LED = ["846 P309RBUS", "819 KCH2", "850-HWK876", "841 SANDHW14", "24-1003"]


def test_an_agency_before_the_numbers_of_one_list_is_learned_from_both() -> None:
    found = habits(LED, BARE)

    assert found.led_by == {"846", "819", "850", "841"}
    assert [number_of(text, RULES, 6, found).stem for text in LED] == [
        number_of(text, RULES, 6, habits(BARE, LED)).stem for text in BARE
    ]


def test_the_year_before_a_sequence_is_no_agency() -> None:
    years = ["24-1001", "24-1002", "23-1003", "23-1004"]

    assert habits(years, [text[3:] for text in years]).led_by == frozenset()


def test_two_numbers_are_no_habit() -> None:
    assert habits(LED[:2], BARE[:2]).led_by == frozenset()


def test_zeros_that_a_spreadsheet_ate_are_no_difference() -> None:
    found = habits(["02201601", "02201602"], ["2201601"])

    assert found == habits(["2201601"], ["02201601"]) == Habits(zeroless=frozenset({"2201601"}))
    assert number_of("02201601", RULES, 6, found) == number_of("2201601", RULES, 6, found)


def test_a_year_in_a_number_is_more_than_a_slip() -> None:
    assert other_year("HWPR19M", "HWPR17M")
    assert other_year("LRCA-2017-SCH", "LRCA2008SCH")
    assert not other_year("HWPR19M", "HWPR19M")
    assert not other_year("HWK876", "HWK877")


def said(job: str, project: str) -> str:
    """The sentence of the pair that has these numbers, and everything else alike."""
    one = {**rows()[5], "name": "Quill Ferry Terminal", "id": "x"}
    jobs = [*rows()[6:], {**one, "number": job}]
    projects = [*rows()[6:], {**one, "number": project}]
    found = match(side(jobs, "J"), side(projects, "P"))
    return next(choice.sentence for choice in found.choices("Jx") if choice.project_id == "Px")


@pytest.mark.parametrize(
    ("job", "project", "sentence"),
    [
        ("HWPR19M", "HWPR17M", "Numbers differ in the year: HWPR19M, HWPR17M."),
        ("HWK877", "HWQ-HWK877", "Number HWK877 is part of HWQ-HWK877."),
        ("24-7003-02", "24-7003", "Number 24-7003 is 24-7003-02 without the sub job."),
        ("24-7003", "24-7003-02", "Number 24-7003 is 24-7003-02 without the sub job."),
        ("24-7003", "PO 551", "Numbers 24-7003 and PO 551 are of different kinds."),
    ],
)
def test_the_sentence_says_how_numbers_are_related(job: str, project: str, sentence: str) -> None:
    assert said(job, project).startswith(sentence)


def test_a_number_in_the_name_is_not_that_of_a_sub_job() -> None:
    one = {"id": "x", "number": "24-7003-02", "name": "Quill Ferry Terminal"}
    other = {"id": "x", "number": "PO 551", "name": "24-7003 Quill Ferry Terminal"}

    found = match(side([*rows(), one], "J"), side([*rows(), other], "P"))

    shown = {one.job_id: one for one in found.matches}["Jx"]
    assert shown.sentence.startswith("Number 24-7003-02 stands in the name, but for the sub job.")
    assert shown.lane is not Lane.SAFE


def test_an_exact_number_of_no_other_record_shows_whatever_the_names_say() -> None:
    jobs = [*rows(), {"id": "x", "number": "DSF0000843661", "name": "Zvezda Kolkhoz"}]
    projects = [*rows(), {"id": "x", "number": "DSF0000843661", "name": "Quay Warehouse Roof"}]

    found = match(side(jobs, "J"), side(projects, "P"))

    shown = {one.job_id: one for one in found.matches}["Jx"]
    assert (shown.project_id, shown.lane) == ("Px", Lane.LOOK)


@pytest.mark.parametrize(("phase", "lifted"), [("Phase 1", True), ("Phase 2", False)])
def test_an_exact_number_lifts_no_pair_whose_phases_contradict(phase: str, lifted: bool) -> None:
    one = {"id": "x", "number": "DSF0000843661", "name": "Zvezda Phase 1"}
    other = {"id": "x", "number": "DSF0000843661", "name": f"Quay Warehouse {phase}"}
    found = score_pairs(side([*rows(), one]), side([*rows(), other]), RULES)
    low = np.full(len(found.pairs), -9, np.float32)
    pairs = list(zip(found.pairs.job, found.pairs.project, strict=True))

    score = by_number(low, found.evidence, found.jobs, found.pairs)

    assert (score[pairs.index((48, 48))] > 0) == lifted


@pytest.mark.parametrize("project", ["24-7003-02", "24-7004"])
def test_a_sub_job_or_a_typo_on_one_side_is_never_safe(project: str) -> None:
    one = {**rows()[5], "name": "Quill Ferry Terminal", "id": "x"}
    jobs = [*rows()[6:], {**one, "number": "24-7003"}]
    projects = [*rows()[6:], {**one, "number": project}]

    found = match(side(jobs, "J"), side(projects, "P"))

    assert {one.job_id: one.lane for one in found.matches}["Jx"] is not Lane.SAFE
    assert Lane.SAFE in {one.lane for one in found.matches}
