import pytest

from tieback.search.text import fold, query_words, search_text, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("CULVERT Rd", "culvert rd"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("ﬁre ﬂoor", "fire floor"),
        ("１２３", "123"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("", ""),
    ],
)
def test_folding_makes_one_of_spellings_that_people_mix(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HBRC-043/A", ["hbrc", "043", "a"]),
        ("snake_case", ["snake", "case"]),
        ("O'Hare #2 (Ph. II)", ["o", "hare", "2", "ph", "ii"]),
        ("🌉 — …", []),
        ("משרד ראשי", ["משרד", "ראשי"]),
        ("東京駅", ["東京駅"]),
    ],
)
def test_punctuation_parts_words_and_is_none_itself(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_number_is_indexed_in_its_parts_and_in_one_piece() -> None:
    assert search_text("HBRC-043", "Culvert", "", "Arthur Kill Rd.") == (
        "hbrc 043 hbrc043 culvert arthur kill rd"
    )


def test_a_number_of_one_piece_is_indexed_once() -> None:
    assert search_text("1001", "Culvert") == "1001 culvert"


def test_a_blank_number_leaves_only_the_rest() -> None:
    assert search_text("", "Culvert") == "culvert"


def test_a_query_is_cut_at_a_dozen_words() -> None:
    assert query_words(" ".join(f"w{at}" for at in range(40))) == [f"w{at}" for at in range(12)]
