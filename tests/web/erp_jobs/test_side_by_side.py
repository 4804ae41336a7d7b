"""What is marked when two records stand side by side."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.matching.rules import default_rules
from tieback.web.erp.side_by_side import Piece, apart, by_character, by_word

RULES = default_rules()


def marked(pieces: list[Piece]) -> list[tuple[str, str]]:
    return [(piece.text, piece.mark) for piece in pieces if piece.mark]


def test_a_word_that_only_one_side_has_is_marked_wherever_it_stands() -> None:
    one, other = by_word("Mercy Clinic Phase 2", "Phase 2 – Mercy Clinic, East", RULES)

    assert marked(one) == []
    assert marked(other) == [("East", "differs")]


def test_a_word_counts_as_often_as_it_occurs() -> None:
    one, other = by_word("Hall Hall", "Hall", RULES)

    assert marked(one) == [("Hall", "differs")]
    assert marked(other) == []


def test_an_abbreviation_is_marked_as_the_same_in_other_words() -> None:
    one, other = by_word("12 Main St.", "12 MAIN STREET", RULES)

    assert marked(one) == [("St", "alike")]
    assert marked(other) == [("STREET", "alike")]


def test_numbers_are_marked_by_character_and_never_for_their_hyphens() -> None:
    one, other = by_character("24-1003", "24.1008")

    assert marked(one) == [("3", "differs")]
    assert marked(other) == [("8", "differs")]


def test_a_code_that_has_next_to_nothing_in_common_is_marked_whole() -> None:
    one, other = by_character("ACEDPR-408", "PO163MP5")

    assert marked(one) == [("ACEDPR-408", "differs")]
    assert marked(other) == [("PO163MP5", "differs")]


def test_a_last_word_that_was_cut_off_is_the_word_that_it_begins() -> None:
    one, other = by_word("DEPT OF DESIGN AND CONSTRUCTIO", "Dept of Design and Construction", RULES)

    assert marked(one) == [("CONSTRUCTIO", "alike")]
    assert marked(other) == [("Construction", "alike")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_marking_loses_no_character_of_any_script(one: str, other: str) -> None:
    for mine, theirs in (by_word(one, other, RULES), by_character(one, other)):
        assert "".join(piece.text for piece in mine) == one
        assert "".join(piece.text for piece in theirs) == other


@given(st.text(max_size=60))
def test_a_text_beside_itself_has_no_mark(text: str) -> None:
    for mine, theirs in (by_word(text, text, RULES), by_character(text, text)):
        assert marked(mine) == marked(theirs) == []


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (date(2026, 3, 1), date(2026, 3, 2), "1 day later"),
        (date(2026, 3, 1), date(2023, 3, 1), "1,096 days earlier"),
        (Decimal(100), Decimal(100), ""),
        (Decimal(100), Decimal("104.5"), "4.5 % more"),
        (Decimal(100), Decimal(40), "60 % less"),
        (Decimal(100), Decimal(2500), "25 times as much"),
        (Decimal(0), Decimal(2500), ""),
        (Decimal(1_000_000), Decimal(1_000_100), "under 0.1 % apart"),
    ],
)
def test_days_and_amounts_say_how_far_they_are_apart(one: object, other: object, said: str) -> None:
    assert apart(one, other) == said
