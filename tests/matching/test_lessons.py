"""Rules that links suggest, and what a change of rules does."""

from collections.abc import Callable

import pytest

from tests.matching.lists import rows, side
from tieback.matching.engine import Known, match
from tieback.matching.lessons import Lesson, offered, tried
from tieback.matching.records import Records
from tieback.matching.rules import default_rules, extended_rules

Row = dict[str, object]
RULES = default_rules()
LINKS = [(f"Jr{at:03}", f"Pr{at:03}") for at in range(48)]


def lists(change: Callable[[int, Row], Row], count: int = 48) -> tuple[Records, Records]:
    """The ERP's rows changed, the portfolio's as they are."""
    return side([change(at, row) for at, row in enumerate(rows(count))], "J"), side(
        rows(count), "P"
    )


def lessons(change: Callable[[int, Row], Row]) -> dict[str, Lesson]:
    return {one.line: one for one in offered(*lists(change), LINKS, RULES)}


def test_nothing_is_offered_where_both_sides_write_alike() -> None:
    assert lessons(lambda at, row: row) == {}


def prefixed(at: int, row: Row) -> Row:
    return {**row, "number": f"PH-{row['number']}"} if at < 14 else row


def test_a_prefix_that_one_side_writes_is_offered_with_the_links_that_taught_it() -> None:
    found = lessons(prefixed)

    one = found["number_prefix ph"]
    assert one.kind == "number_prefix"
    assert one.file == "rules"
    assert one.seen_in == LINKS[:14]
    assert one.sentence == (
        "In 14 links the ERP's number starts with PH- and the project's does not. "
        "Ignore the prefix PH-?"
    )
    assert list(found) == ["number_prefix ph"]


def test_two_like_corrections_may_be_chance() -> None:
    assert lessons(lambda at, row: prefixed(at, row) if at < 2 else row) == {}


def test_what_the_rules_hold_already_is_not_offered_again() -> None:
    taught = extended_rules([], ["number_prefix ph"])

    assert offered(*lists(prefixed), LINKS, taught) == []


def test_a_prefix_of_digits_is_offered_and_a_year_is_not() -> None:
    found = lessons(lambda at, row: {**row, "number": f"10-{row['number']}"} if at < 9 else row)

    assert [*found] == ["number_prefix 10"]
    assert lessons(lambda at, row: {**row, "number": str(row["number"])[3:]}) == {}


def test_a_prefix_that_tells_numbers_apart_is_not_offered() -> None:
    """The same digits with and without the prefix are two jobs of one list."""
    doubled = [
        *({**row, "number": f"PH-{row['number']}"} for row in rows()),
        *({**row, "id": f"x{row['id']}"} for row in rows()),
    ]

    assert not offered(side(doubled, "J"), side(rows(), "P"), LINKS, RULES)


def test_letters_behind_a_number_are_offered() -> None:
    found = lessons(lambda at, row: {**row, "number": f"{row['number']}-WI"} if at < 6 else row)

    assert found["number_suffix wi"].sentence.endswith("Ignore the ending -WI?")


def test_two_words_at_the_same_place_of_names_otherwise_alike_are_offered_as_one() -> None:
    def change(at: int, row: Row) -> Row:
        return {**row, "name": str(row["name"]).replace("Replacement", "Xchg")}

    one = lessons(change)["replacement xchg"]

    assert one.file == "abbreviations"
    assert len(one.seen_in) == 12
    assert "“xchg”" in one.sentence
    assert "“replacement”" in one.sentence


def test_words_that_stand_for_many_others_are_not_offered() -> None:
    def change(at: int, row: Row) -> Row:
        first = str(row["name"]).split()[0]
        return {**row, "name": str(row["name"]).replace(first, "Project")}

    assert not [one for one in lessons(change).values() if one.kind == "abbreviation"]


def test_a_word_that_only_one_side_has_is_offered_to_be_ignored() -> None:
    def change(at: int, row: Row) -> Row:
        return {**row, "name": f"Turnkey {row['name']}"} if at % 4 == 0 else row

    found = lessons(change)

    assert [*found] == ["stop turnkey"]
    assert found["stop turnkey"].seen_in == LINKS[::4]


def test_a_word_that_tells_jobs_apart_is_not_offered_to_be_ignored() -> None:
    doubled = [
        *({**row, "name": f"Turnkey {row['name']}"} for row in rows()),
        *({**row, "id": f"x{row['id']}"} for row in rows()),
    ]

    assert not offered(side(doubled, "J"), side(rows(), "P"), LINKS, RULES)


def test_what_several_customers_of_one_side_end_with_is_offered() -> None:
    owned = [{**row, "owner": f"{str(row['name']).split()[0]} Trust"} for row in rows()]
    ended = [{**row, "owner": f"{row['owner']} Verwaltung"} for row in owned]
    alone = [{**row, "owner": "Brix Homes Verwaltung"} for row in rows()]

    found = offered(side(ended, "J"), side(owned, "P"), LINKS, RULES)

    assert [one.line for one in found] == ["legal verwaltung"]
    assert offered(side(alone, "J"), side(rows(), "P"), LINKS, RULES) == []


def test_what_a_cut_leaves_away_is_no_lesson() -> None:
    assert lessons(lambda at, row: {**row, "name": str(row["name"])[:24]}) == {}


def test_each_lesson_is_a_line_that_the_rules_take_and_ten_are_the_most() -> None:
    odd = [f"q{letter}zz" for letter in "abcdefghijklmnop"]

    def change(at: int, row: Row) -> Row:
        return {**row, "name": f"{odd[at % 16]} {row['name']}"}

    found = offered(*lists(change), LINKS, RULES)

    assert len(found) == 10
    for one in found:
        lines = ([one.line], []) if one.file == "abbreviations" else ([], [one.line])
        assert extended_rules(*lines) != RULES


def test_links_of_unknown_records_teach_nothing() -> None:
    strangers = [(f"no{at}", f"Pr{at:03}") for at in range(20)]

    assert offered(*lists(prefixed), strangers, RULES) == []


def test_trying_a_rule_shows_what_would_change_and_leaves_confirmed_links_alone() -> None:
    # Too short to be found in one another.
    bare: list[Row] = [
        {"id": row["id"], "number": 51_000 + 37 * at} for at, row in enumerate(rows())
    ]
    jobs = side([{**row, "number": f"QX{row['number']}"} for row in bare], "J")
    # Their ids in another order, so that place alone finds nobody.
    ids = [row["id"] for row in bare[::-1]]
    projects = side([{**row, "id": key} for row, key in zip(bare, ids, strict=True)], "P")
    links = [(f"J{row['id']}", f"P{key}") for row, key in zip(bare[:10], ids, strict=False)]
    known = Known(links)
    after = extended_rules([], ["number_prefix qx"])

    found = tried(jobs, projects, known, RULES, after)

    before_after = [
        {one.job_id: one for one in match(jobs, projects, rules=rules, known=known).matches}
        for rules in (RULES, after)
    ]
    assert found.total == len(found.changes) > 10
    assert not {one.job_id for one in found.changes} & {job for job, _ in links}
    for one in found.changes:
        old, new = (held.get(one.job_id) for held in before_after)
        assert (one.project_before, one.project_after) == (
            old.project_id if old else "",
            new.project_id if new else "",
        )
        assert (one.lane_before, one.lane_after) == (
            old.lane if old else "",
            new.lane if new else "",
        )
    assert set(found.mended) <= set(links)
    assert found.mended
    assert not found.broken


def test_a_rule_that_breaks_links_says_which() -> None:
    """Ignoring what tells the jobs apart."""
    names = ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir"]
    named: list[Row] = [{"id": f"{at}", "name": name} for at, name in enumerate(names)]
    turned: list[Row] = [{"id": f"{5 - at}", "name": name} for at, name in enumerate(names)]
    links = [(f"J{at}", f"P{5 - at}") for at in range(6)]

    found = tried(
        side(named, "J"),
        side(turned, "P"),
        Known(links),
        RULES,
        extended_rules([], ["stop " + " ".join(names)]),
    )

    assert len(found.broken) >= 5
    assert set(found.broken) <= set(links)
    assert found.changes == []


@pytest.mark.parametrize("count", [0, 1])
def test_the_shortest_lists_teach_nothing_and_break_nothing(count: int) -> None:
    jobs, projects = lists(prefixed, count)

    assert offered(jobs, projects, LINKS, RULES) == []
    assert tried(jobs, projects, Known(LINKS), RULES, RULES).total == 0
