"""What a sample proves, held against counting every possible sample and every possible truth."""

import hashlib
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.review.proving import at_most, conclude, lot, percent_up


def chance_of(found: int, *, bad: int, population: int, drawn: int) -> Fraction:
    """How likely exactly `found` of the `bad` turn up in a draw."""
    return Fraction(
        comb(bad, found) * comb(population - bad, drawn - found), comb(population, drawn)
    )


def chance_to_be_told_enough(bad: int, population: int, drawn: int) -> Fraction:
    """How likely a sample says a limit that the truth keeps to."""
    return sum(
        (
            chance_of(found, bad=bad, population=population, drawn=drawn)
            for found in range(max(0, drawn - (population - bad)), min(bad, drawn) + 1)
            if at_most(population=population, drawn=drawn, found=found) >= bad
        ),
        Fraction(0),
    )


@given(st.integers(1, 45).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_whatever_is_true_95_of_100_samples_say_enough(lists: tuple[int, int]) -> None:
    population, drawn = lists

    chances = [chance_to_be_told_enough(bad, population, drawn) for bad in range(population + 1)]

    assert min(chances) >= Fraction(95, 100)


def test_the_chance_is_the_share_of_all_draws_that_there_are() -> None:
    # 3 of 8 rows are bad; every draw of 4 counted one by one.
    draws = list(combinations([1, 1, 1, 0, 0, 0, 0, 0], 4))
    told = [d for d in draws if at_most(population=8, drawn=4, found=sum(d)) >= 3]

    assert Fraction(len(told), len(draws)) == chance_to_be_told_enough(3, 8, 4)


@given(
    st.integers(2, 400).flatmap(
        lambda n: st.integers(1, n).flatmap(
            lambda k: st.tuples(st.just(n), st.just(k), st.integers(0, k))
        )
    )
)
def test_one_more_than_the_limit_would_have_shown_itself(counts: tuple[int, int, int]) -> None:
    population, drawn, found = counts
    limit = at_most(population=population, drawn=drawn, found=found)

    def so_few(bad: int) -> Fraction:
        chances = (
            chance_of(n, bad=bad, population=population, drawn=drawn) for n in range(found + 1)
        )
        return sum(chances, Fraction(0))

    assert found <= limit <= population - (drawn - found)
    assert so_few(limit) > Fraction(5, 100)
    if limit < population - (drawn - found):
        assert so_few(limit + 1) <= Fraction(5, 100)


@pytest.mark.parametrize(
    ("drawn", "per_cent"), [(60, 4.9), (300, 1.0)], ids=["60: about 5 %", "300: about 1 %"]
)
def test_a_clean_sample_of_a_huge_list_proves_what_the_rule_of_three_says(
    drawn: int, per_cent: float
) -> None:
    # 1 − 0.05^(1/n), which is close to 3/n, as no sample uses a huge list up.
    assert round(100 * (1 - 0.05 ** (1 / drawn)), 1) == per_cent
    assert percent_up(at_most(population=10**6, drawn=drawn, found=0), 10**6) == per_cent


def test_a_sample_says_more_of_a_short_list() -> None:
    assert at_most(population=860, drawn=60, found=0) == 40
    assert at_most(population=120, drawn=60, found=0) == 4
    assert at_most(population=60, drawn=60, found=0) == 0


def test_a_share_is_never_rounded_down() -> None:
    assert percent_up(1, 3000) == 0.1
    assert percent_up(0, 3000) == 0.0
    assert percent_up(40, 860) == 4.7


def said(population: int, drawn: int, right: int, wrong: int, unsure: int) -> str:
    return conclude(
        population=population, drawn=drawn, right=right, wrong=wrong, unsure=unsure
    ).sentence


def test_the_words_say_what_was_found_and_what_it_proves() -> None:
    assert said(860, 60, 60, 0, 0) == (
        "0 of 60 wrong: at most 40 of the 860 (4.7 %) are wrong, with 95 % confidence."
    )
    assert said(860, 60, 58, 2, 0) == (
        "2 of 60 wrong: at most 85 of the 860 (9.9 %) are wrong, with 95 % confidence."
    )


def test_what_nobody_could_say_counts_as_not_shown_right() -> None:
    assert said(860, 60, 58, 0, 2) == (
        "0 of 60 wrong, and 2 that nobody could say, which count as not shown right: at most 85 of "
        "the 860 (9.9 %) are not right, with 95 % confidence."
    )


def test_a_sample_that_is_not_judged_to_its_end_proves_nothing() -> None:
    begun = conclude(population=860, drawn=60, right=59, wrong=0, unsure=0)

    assert (begun.at_most, begun.share, begun.left) == (None, None, 1)
    assert begun.sentence == (
        "1 of 60 rows are still to be judged. Until then the sample shows nothing about the 860."
    )


def test_where_every_row_was_looked_at_there_is_nothing_left_to_chance() -> None:
    assert said(3, 3, 2, 1, 0) == "1 of 3 wrong. Every one of the 3 was looked at."
    assert said(20, 19, 19, 0, 0) == "0 of 19 wrong: none of the 20 is wrong, with 95 % confidence."


def test_the_lot_falls_by_the_smallest_hashes_so_that_anybody_can_repeat_it() -> None:
    hashes = {p: hashlib.sha256(f"seed:{p}".encode()).hexdigest() for p in range(50)}

    assert lot("seed", range(50), 7) == sorted(range(50), key=hashes.__getitem__)[:7]


@given(st.text(max_size=20), st.sets(st.integers(0, 10**6), max_size=60), st.integers(0, 70))
def test_the_lot_draws_each_row_once_at_most_and_no_other(
    seed: str, positions: set[int], size: int
) -> None:
    drawn = lot(seed, positions, size)

    assert len(drawn) == len(set(drawn)) == min(size, len(positions))
    assert set(drawn) <= positions


def test_every_row_has_the_same_chance() -> None:
    hits = [0] * 10
    for seed in range(2_000):
        for position in lot(str(seed), range(10), 3):
            hits[position] += 1

    # 600 on average, and more than 5 standard deviations (20) off for none.
    assert max(abs(number - 600) for number in hits) < 100
