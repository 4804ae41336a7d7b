"""Codes in names, the ends of a stretch, compass points and years."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.matching.lists import rows, side
from tieback.matching.block import Pairs
from tieback.matching.compare import compare
from tieback.matching.details import detail_places
from tieback.matching.names import NameReader
from tieback.matching.normalise import normalise
from tieback.matching.rules import default_rules

RULES = default_rules()


def evidence(job: str, project: str) -> Mapping[str, float]:
    """Of two names amid others."""
    jobs, projects = [{"id": "a", "name": job}, *rows()], [{"id": "b", "name": project}, *rows()]
    one, other, vocabulary = normalise(side(jobs), side(projects), RULES)
    pair = Pairs(*(np.zeros(1, np.int32) for _ in range(2)), np.zeros(1, np.float32))
    return compare(one, other, pair, vocabulary).of(0)


def told(job: str, project: str) -> tuple[float, float]:
    """How many words of the job, and of the project, tell siblings apart and stand alone."""
    found = evidence(job, project)
    return found["siblings_job"], found["siblings_project"]


@pytest.mark.parametrize(
    "code", ["(B042-109M)", "MED-668", "HWQ662G", "SEN002160", "BG-38050-199", "#2-24157"]
)
def test_a_code_that_only_one_name_has_says_nothing(code: str) -> None:
    found = evidence(f"Gravesend Meadow Paths {code}", "Gravesend Meadow Paths")

    assert (found["siblings_job"], found["siblings_project"]) == (0, 0)
    assert found["job_covered"] > 0.9


def test_a_code_that_both_names_have_speaks_for_the_pair() -> None:
    with_it = evidence("Gravesend Meadow B042-109M", "Gravesend Meadow Paths B042-109M")
    without = evidence("Gravesend Meadow", "Gravesend Meadow Paths")

    assert with_it["shared"] > without["shared"] + 1


def test_two_codes_that_differ_speak_against_the_pair() -> None:
    assert min(told("Gravesend Meadow MED-668", "Gravesend Meadow MED-670")) >= 1


@pytest.mark.parametrize("name", ["Phase 2 Roof", "Lot 14", "Interstate 95 Bridge", "PS 12 Annex"])
def test_what_tells_siblings_apart_is_no_code(name: str) -> None:
    assert detail_places(name, NameReader(RULES)) == []


@pytest.mark.parametrize(
    "stretch", ["b/t 118 Av & 120 Av", "between 118 Av and 120 Av", "from 118 Av to 120 Av"]
)
def test_cross_streets_limit_a_stretch_and_tell_no_siblings_apart(stretch: str) -> None:
    whole = f"Storm sewers in Polhemus Row {stretch}"

    assert told(whole, "Storm sewers in Polhemus Row") == (0, 0)
    assert told(whole, whole.replace("118", "31"))[0] == 1


def test_a_street_number_in_both_names_is_shared_however_it_is_written() -> None:
    found = evidence("Water Main in 182nd Street", "WATER MAIN 182 ST")

    assert found["siblings_shared"] == 1
    assert (found["siblings_job"], found["siblings_project"]) == (0, 0)


@pytest.mark.parametrize(
    ("job", "project", "differ"),
    [
        ("Kensico Garage East", "Kensico Garage West", True),
        ("N Kensico Garage", "South Kensico Garage", True),
        ("Kensico Garage East", "Kensico Garage", False),
        ("E Kensico Garage", "East Kensico Garage", False),
    ],
)
def test_compass_points_contradict_each_other_and_not_silence(
    job: str, project: str, differ: bool
) -> None:
    assert told(job, project) == (differ, differ)


def test_years_of_contracts_that_recur_contradict() -> None:
    assert min(told("Asphalt Deliveries FAD 18-22", "Asphalt Deliveries FAD 13-17")) >= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("R/C of Dean Mews", "Reconstruction of Dean Mews"), ("Sewers b/t Elm", "Sewers between Elm")],
)
def test_letters_about_a_slash_are_one_word(one: str, other: str) -> None:
    read = NameReader(RULES).words

    assert read(one) == read(other)


def test_with_before_a_slash_is_no_compass_point() -> None:
    assert NameReader(RULES).words("Annex w/ Parking") == NameReader(RULES).words("Annex Parking")
