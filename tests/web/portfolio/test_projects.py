"""The project list: search, filters, order, pages, and what it costs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast

LIST = "/c/acme/portfolio/projects/"


def names(answer: Any) -> list[str]:
    return [project.name for project in answer.context["page"]]


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)


@pytest.fixture
def portfolio(acme: Cast, rival: Cast) -> None:
    """One project of every kind that a filter tells apart, and one of another company."""
    make = factories.make_project
    make(acme.company, number="1", name="Plain", stage="Bidding", value=Decimal(30))
    make(acme.company, number="2", name="Inactive", is_active=False, value=Decimal(10))
    make(acme.company, number="3", name="Template", is_template=True)
    make(acme.company, number="4", name="Off", is_erp_integrated=False, value=Decimal(20))
    make(acme.company, number="5", name="Synced", origin_id="x-5", start_date=date(2026, 1, 2))
    make(rival.company, number="6", name="Plain secret")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Inactive", "Off", "Plain", "Synced", "Template"]),
        ("q=pla", ["Plain"]),
        ("status=active", ["Off", "Plain", "Synced"]),
        ("status=inactive", ["Inactive"]),
        ("status=template", ["Template"]),
        ("erp=off", ["Off"]),
        ("erp=on", ["Inactive", "Plain", "Synced", "Template"]),
        ("synced=yes", ["Synced"]),
        ("synced=no&status=active", ["Off", "Plain"]),
        ("stage=Bidding", ["Plain"]),
        ("stage=Nowhere", []),
        ("status=odd&erp=odd&synced=odd", ["Inactive", "Off", "Plain", "Synced", "Template"]),
        ("sort=-number&status=active", ["Synced", "Off", "Plain"]),
        ("sort=name&status=active", ["Off", "Plain", "Synced"]),
        ("sort=-value&q=off", ["Off"]),
    ],
)
def test_the_address_says_what_is_listed(
    portfolio: None, reader: Client, asked: str, found: list[str]
) -> None:
    assert names(reader.get(f"{LIST}?{asked}")) == found


def test_projects_without_a_value_stand_last_in_either_order(
    portfolio: None, reader: Client
) -> None:
    up, down = (names(reader.get(f"{LIST}?sort={sort}")) for sort in ("value", "-value"))

    assert up[:3] == ["Inactive", "Off", "Plain"]
    assert down[:3] == ["Plain", "Off", "Inactive"]


@pytest.mark.parametrize("query", ['"', "'", "*", "(", "NEAR(", "a OR b", "%", "\\", "ü" * 500])
def test_a_search_for_odd_characters_finds_or_does_not_but_never_breaks(
    portfolio: None, reader: Client, query: str
) -> None:
    assert reader.get(LIST, {"q": query}).status_code == 200


@pytest.mark.parametrize("name", ["q", "stage", "status", "sort", "page", "\0"])
def test_a_nul_is_refused_in_words_before_the_database_sees_it(
    portfolio: None, reader: Client, name: str
) -> None:
    answer = reader.get(LIST, {name: "a\0b"})

    assert answer.status_code == 400
    assert "The request could not be read" in answer.content.decode()


def test_typing_fetches_the_table_alone_and_going_back_the_whole_page(
    portfolio: None, reader: Client
) -> None:
    typed = reader.get(LIST, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    back = reader.get(LIST, headers={"HX-Request": "true", "HX-Request-Type": "full"})

    assert "<html" not in typed.content.decode()
    assert "<html" in back.content.decode()


def test_sort_headings_tell_their_order_and_turn_it_round(portfolio: None, reader: Client) -> None:
    page = reader.get(f"{LIST}?q=plain&sort=name&page=1").content.decode()

    assert (
        '<th scope="col" aria-sort="ascending"><a class="sort" href="?q=plain&amp;sort=-name">'
        in page
    )
    assert page.count("aria-sort") == 1


def test_page_links_keep_search_filter_and_order(acme: Cast, reader: Client) -> None:
    for _ in range(51):
        factories.make_project(acme.company, name="Clinic")

    page = reader.get(f"{LIST}?q=clinic&sort=-name").content.decode()

    assert 'href="?q=clinic&amp;sort=-name&amp;page=2"' in page
    assert "1–50 of 51 projects" in page


def test_thirty_projects_take_as_many_queries_as_one(acme: Cast, reader: Client) -> None:
    cost_code_list = factories.make_erp_list(acme.company)
    factories.make_project(acme.company, cost_code_list=cost_code_list, origin_id="x-0")
    one = queries_of(reader, LIST)
    for at in range(29):
        factories.make_project(acme.company, cost_code_list=cost_code_list, origin_id=f"y-{at}")

    thirty = queries_of(reader, LIST)

    assert thirty == one


def test_an_empty_portfolio_and_a_search_without_a_hit_say_different_things(
    acme: Cast, reader: Client
) -> None:
    empty = reader.get(LIST).content.decode()
    factories.make_project(acme.company)
    unfound = reader.get(f"{LIST}?q=zebra").content.decode()

    assert "No projects yet" in empty
    assert "No project matches" in unfound
