"""What numbers, names, addresses and customers are read as."""

import pytest

from tieback.matching.names import NameReader, cut_lengths
from tieback.matching.numbers import number_in_name, number_of, usual_stem
from tieback.matching.places import address_of, owner_words, zip_of
from tieback.matching.rules import default_rules, extended_rules, rules_from

RULES = default_rules()


def read(name: str) -> list[str]:
    return NameReader(RULES).words(name)


@pytest.mark.parametrize(
    "printed",
    [
        "24-1003",
        "24.1003.",
        "241003-00",
        "241003",
        "0241003",
        "J241003",
        "24-1003.000",
        "Job 24-1003",
    ],
)
def test_one_number_in_many_prints_is_one_number(printed: str) -> None:
    assert number_of(printed, RULES, 6).stem == "241003"
    assert number_of(printed, RULES, 6).sub == ""


@pytest.mark.parametrize(
    "printed", ["24-1003-02", "24.1003.02", "24100302", "0241003-2", "J241003.2"]
)
def test_a_sub_job_is_told_from_its_job(printed: str) -> None:
    assert number_of(printed, RULES, 6).stem == "241003"
    assert number_of(printed, RULES, 6).sub == "2"


def test_letters_that_are_part_of_a_number_stay() -> None:
    assert number_of("PO 241003", RULES, 6).stem == "po241003"


@pytest.mark.parametrize("printed", ["", "-", "n/a?", "№"])
def test_what_has_no_digits_or_letters_is_no_or_another_number(printed: str) -> None:
    assert number_of(printed, RULES, 6).stem in {"", "na"}


def test_the_usual_length_is_read_from_the_lists_themselves() -> None:
    assert usual_stem(["2024-10003", "2024-10004-01", "9"], RULES) == 9
    assert usual_stem([], RULES) == 6


def test_a_number_typed_before_a_name_is_taken_out() -> None:
    assert number_in_name("24-1003 Harbor View") == ("24-1003", "Harbor View")
    assert number_in_name("1200 Main Street") == ("", "1200 Main Street")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ST MARY HOSP", "Saint Mary Hospital"),
        ("Bldg B Reno", "Building B Renovation"),
        ("RIVERSIDE PH 2", "Riverside - Phase II"),
        ("Quail Run PH2", "Quail Run Phase Two"),
        ("42nd Ave", "42 Avenue"),
        ("Hôtel de l'Été", "hotel de lete"),
        ("WTR TRTMT PLT", "Water Treatment Plant"),
    ],
)
def test_two_ways_to_write_a_name_are_read_as_one(one: str, other: str) -> None:
    assert read(one) == read(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tower A", "Tower B"), ("Phase 1", "Phase 2"), ("Pool 2", "Pool 3"), ("Lot 14", "Lot 15")],
)
def test_what_tells_siblings_apart_is_kept(one: str, other: str) -> None:
    assert read(one) != read(other)


def test_lengths_at_which_names_were_cut_are_found() -> None:
    names = ["x" * 30] * 40 + ["y" * at for at in range(10, 30)]

    assert 30 in cut_lengths(names)
    assert not cut_lengths(["z" * at for at in range(10, 60)])


def test_an_address_is_read_without_its_suite() -> None:
    one, other = (
        address_of(text, RULES) for text in ("2450 Rimrock Road, Suite 100", "2450 RIMROCK RD")
    )

    assert one == other
    assert (one.house, one.street) == ("2450", "rimrock")


def test_a_postal_code_is_read_as_far_as_both_sides_have_it() -> None:
    assert zip_of("53207-1234") == zip_of("53207")


def test_legal_forms_say_nothing_about_a_customer() -> None:
    assert owner_words("Align Properties LLC", RULES) == owner_words(
        "ALIGN PROPERTIES, INC.", RULES
    )
    assert owner_words("Inc", RULES) == ["inc"]


def test_a_company_adds_its_own_abbreviations() -> None:
    own = extended_rules(["penthouse pnths"], ["stop turnkey"])

    assert NameReader(own).words("PNTHS Turnkey") == NameReader(own).words("Penthouse")


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of rule"):
        rules_from([], ["ignore this"])
