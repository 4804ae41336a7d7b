"""Text, keys and status words: taken as they are, or refused where a table cannot hold them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import CharField
from hypothesis import given
from hypothesis import strategies as st

from tieback.connectors.csvfile.cell_error import CellError
from tieback.connectors.csvfile.fields import FIELDS, Kind
from tieback.connectors.csvfile.mapping import plain_header
from tieback.connectors.csvfile.status import ACTIVE, INACTIVE, read_status, words
from tieback.connectors.csvfile.values import (
    as_text,
    read_date,
    read_key,
    read_lines,
    read_money,
    read_text,
)
from tieback.connectors.records import Resource
from tieback.staging.stage import MODELS

FAMILY = "👷‍♀️"
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "name",
    ["مشروع الجسر", "פרויקט הגשר", "橋梁工事", "🏗️ Tower 🏢", FAMILY, "‏עברית‏ mixed", "Ñandú façade"],
)
def test_names_of_any_script_pass_through_intact(name: str) -> None:
    assert read_text(name, 300) == name


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Main St ", "Main St"),
        ("\N{NO-BREAK SPACE}Main\N{NO-BREAK SPACE}St", "Main St"),
        ("Main\tSt", "Main St"),
        ("Main St\r\n", "Main St"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_space_around_text_is_dropped_and_nothing_else(written: str, read: str) -> None:
    assert read_text(written, 300) == read


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a\0b", "U+0000"),
        ("a\x07b", "U+0007"),
        ("a\x9fb", "U+009F"),
        ("a\ud800b", "U+D800"),
        ("a\nb", "more than one line"),
        ("a\N{LINE SEPARATOR}b", "more than one line"),
        ("x" * 301, "301 characters; 300 fit"),
    ],
)
def test_text_that_no_table_holds_is_refused(text: str, word: str) -> None:
    with pytest.raises(CellError) as refusal:
        read_text(text, 300)

    assert word in refusal.value.reason
    assert refusal.value.mend
    assert refusal.value.reason.isprintable()


def test_lines_of_an_address_become_one() -> None:
    assert read_lines("12 Main St,\r\n Suite 5\n\nQueens ", 200) == "12 Main St, Suite 5, Queens"


@pytest.mark.parametrize("hidden", ["\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_a_key_with_something_that_nobody_sees_is_refused(hidden: str) -> None:
    with pytest.raises(CellError) as refusal:
        read_key(f"24{hidden}001", 100)

    assert f"U+{ord(hidden):04X}" in refusal.value.reason


def test_a_key_that_a_spreadsheet_made_a_date_is_refused() -> None:
    with pytest.raises(CellError) as refusal:
        read_key(datetime(2024, 3, 1), 100)  # noqa: DTZ001 - spreadsheets know no zones

    assert "2024-03-01" in refusal.value.reason


def test_leading_zeros_of_a_key_are_kept() -> None:
    assert read_key("00123", 100) == "00123"


@given(text=st.text(max_size=40))
def test_any_text_is_stripped_and_printable_as_a_key_or_refused(text: str) -> None:
    try:
        key = read_key(text, 100)
    except CellError:
        return
    assert key == key.strip()
    assert key.isprintable() or any(ord(char) > 0x7F for char in key)
    assert "\0" not in key


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("24001"), "24001"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 3, 24), "2026-03-24"),
        (datetime(2026, 3, 24), "2026-03-24"),  # noqa: DTZ001
        (datetime(2026, 3, 24, 8, 30), "2026-03-24 08:30:00"),  # noqa: DTZ001
        ("text", "text"),
    ],
)
def test_cells_of_a_workbook_are_shown_as_people_see_them(cell: object, text: str) -> None:
    assert as_text(cell) == text


def test_a_date_cell_is_a_date_whatever_the_order() -> None:
    assert read_date(datetime(2026, 3, 4), "DMY") == date(2026, 3, 4)  # noqa: DTZ001


def test_a_plain_number_is_no_date() -> None:
    with pytest.raises(CellError, match="45375"):
        read_date(Decimal(45375), "MDY")


def test_a_number_cell_is_an_amount_whatever_the_mark() -> None:
    assert read_money(Decimal("1234.5"), ",") == Decimal("1234.50")


@pytest.mark.parametrize("number", ["0.125", "1E+17", "NaN", "Infinity"])
def test_a_number_cell_that_is_no_amount_is_refused(number: str) -> None:
    with pytest.raises(CellError):
        read_money(Decimal(number), ".")


@pytest.mark.parametrize(
    ("word", "is_active"),
    [
        ("Active", True),
        ("  OPEN ", True),
        ("In Progress", True),
        ("in-progress", True),
        ("Y", True),
        ("TRUE", True),
        ("Inactive", False),
        ("closed", False),
        ("Complete", False),
        ("Cancelled", False),
        ("0", False),
    ],
)
def test_common_status_words(word: str, *, is_active: bool) -> None:
    assert read_status(word, limit=60, active=NOTHING, inactive=NOTHING) == (
        word.strip(),
        is_active,
    )


def test_a_status_that_nobody_explained_names_the_settings() -> None:
    with pytest.raises(CellError) as refusal:
        read_status("Zombie", limit=60, active=NOTHING, inactive=NOTHING)

    assert "Zombie" in refusal.value.reason
    assert "More words for active" in refusal.value.mend


def test_the_words_of_the_connection_go_before_ours() -> None:
    mine = words("Pending, On-Hold")

    assert read_status("pending", limit=60, active=NOTHING, inactive=mine) == ("pending", False)
    assert read_status("on hold", limit=60, active=NOTHING, inactive=mine) == ("on hold", False)


def test_no_word_means_both() -> None:
    assert set() == ACTIVE & INACTIVE


@pytest.mark.parametrize("resource", list(Resource))
def test_limits_are_those_of_the_tables(resource: Resource) -> None:
    columns = {column.name: column for column in MODELS[resource]._meta.concrete_fields}
    limited = [field for field in FIELDS[resource] if field.name in columns and field.limit]

    assert limited
    for field in limited:
        column = columns[field.name]
        assert isinstance(column, CharField)
        assert (field.name, field.limit) == (field.name, column.max_length)


@pytest.mark.parametrize("resource", list(Resource))
def test_no_header_means_two_fields(resource: Resource) -> None:
    plain = [plain_header(header) for field in FIELDS[resource] for header in set(field.headers)]
    by_field = [{plain_header(header) for header in field.headers} for field in FIELDS[resource]]

    assert sum(map(len, by_field)) == len(set(plain))


@pytest.mark.parametrize("resource", list(Resource))
def test_every_text_field_has_a_limit(resource: Resource) -> None:
    unlimited = {field.kind for field in FIELDS[resource] if not field.limit}

    assert unlimited <= {Kind.DATE, Kind.MONEY}
