"""The lines that a company may add, and those that it may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.matching.names import NameReader
from tieback.matching.numbers import number_of, usual_stem
from tieback.matching.rules import MOST_LINES, check_line, default_rules, extended_rules


@pytest.mark.parametrize(
    ("file", "line", "why"),
    [
        ("rules", "ignore this", "no kind of rule"),
        ("rules", "stop", "a word behind it"),
        ("rules", "marker zone", "the kind of thing and its words"),
        ("rules", "stop phase", "count what stands behind it"),
        ("rules", "stop street", "read as one with it"),
        ("rules", "stop 2", "is a number"),
        ("rules", "stop b", "cannot be ignored"),
        ("rules", "stop turn\u200bkey", "cannot be seen"),
        ("rules", "stop turn\x00key", "cannot be seen"),
        ("rules", "stop " + "x" * 41, "more than 40 letters"),
        ("rules", "stop " + "turnkey " * 24, "more than 24 words"),
        ("rules", "x" * 201, "longer than 200 characters"),
        ("rules", "number_prefix p1", "neither letters"),
        ("rules", "number_prefix №", "neither letters"),
        ("rules", "marker stage phase", "at once"),
        ("abbreviations", "penthouse", "at least one other way"),
        ("abbreviations", "pre-cast pc", "not one word"),
        ("abbreviations", "phase building", "at once"),
        ("abbreviations", "one 1", "is a number"),
        ("abbreviations", "建物 棟", "not one word"),
        ("rules", "  ", "says nothing"),
        ("rules", "# a remark", "says nothing"),
    ],
)
def test_a_line_that_cannot_be_a_rule_is_refused_with_the_reason(
    file: str, line: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        check_line(file, line)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("rules", "number_prefix PH-"),
        ("rules", "number_prefix 10-"),
        ("rules", "number_suffix -WI"),
        ("rules", "STOP Turnkey"),
        ("rules", "marker pier pier dolphin"),
        ("rules", "legal verwaltung"),
        ("abbreviations", "penthouse pnths"),
        ("abbreviations", "Gebäude geb"),
    ],
)
def test_a_line_that_can_be_a_rule_is_taken(file: str, line: str) -> None:
    check_line(file, line)

    assert extended_rules(*(([line], []) if file == "abbreviations" else ([], [line])))


def test_a_bad_line_among_many_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match="Line 2 of rules, “stop phase”"):
        extended_rules([], ["stop turnkey", "stop phase"])
    with pytest.raises(ValueError, match="Line 1 of abbreviations, “penthouse”"):
        extended_rules(["penthouse"])


def test_two_lines_that_deny_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="“dolphin” cannot say nothing"):
        extended_rules([], ["marker pier dolphin", "stop dolphin"])
    with pytest.raises(ValueError, match="at once"):
        extended_rules([], ["marker pier dolphin", "marker berth dolphin"])


def test_there_is_an_end_to_the_number_of_lines() -> None:
    with pytest.raises(ValueError, match="2,000 lines"):
        extended_rules([], ["stop turnkey"] * (MOST_LINES + 1))


def test_empty_lines_and_remarks_are_no_rules() -> None:
    assert extended_rules(["", "# mine"], ["  "]) == default_rules()


def test_words_of_a_rule_are_read_as_names_are() -> None:
    own = extended_rules(["Gebäude geb"], [])

    assert NameReader(own).words("Gebäude Nord") == NameReader(own).words("GEB Nord")


def test_a_prefix_of_digits_is_ignored_before_a_number_only_and_once() -> None:
    own = extended_rules([], ["number_prefix 10-"])

    assert number_of("10-24-1003", own, 6) == number_of("24-1003", own, 6)
    assert number_of("10-241003-02", own, 6).sub == "2"
    assert number_of("10-10-1003", own, 6).stem == "101003"
    assert number_of("10", own, 6).stem == "10"
    assert number_of("100", own, 6).stem == "100"
    assert usual_stem(["10-241003"] * 3 + ["24-1003"], own) == 6


def test_letters_behind_a_number_are_ignored_where_a_rule_says_so() -> None:
    own = extended_rules([], ["number_suffix wi"])

    assert number_of("24-1003-WI", own, 6) == number_of("24-1003", own, 6)
    assert number_of("WI", own, 6).stem == "wi"
    assert number_of("24-1003-B", own, 6) != number_of("24-1003", own, 6)


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_typed_is_a_rule_or_refused_in_words(one: list[str], other: list[str]) -> None:
    said = "Line"
    try:
        extended_rules(one, other)
    except ValueError as problem:
        said = str(problem)

    assert said.startswith("Line")
    assert said.isprintable()
