"""The company's cost code lists."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tieback.web.portfolio.reads import depth

LISTS = "/c/acme/portfolio/cost-code-lists/"


def test_the_erp_list_stands_first_and_codes_and_projects_are_counted_apart(
    acme: Cast, rival: Cast, reader: Client
) -> None:
    civil = factories.make_list(acme.company, name="Civil")
    erp = factories.make_erp_list(acme.company, name="ERP codes")
    factories.make_erp_list(rival.company, name="Theirs")
    for code in ("01", "02", "03"):
        factories.make_standard_code(erp, code)
    for _ in range(2):
        factories.make_project(acme.company, cost_code_list=erp)

    found = reader.get(LISTS).context["lists"]

    assert [(each.name, each.n_codes, each.n_projects) for each in found] == [
        ("ERP codes", 3, 2),
        ("Civil", 0, 0),
    ]
    assert civil in found


def test_thirty_lists_take_as_many_queries_as_one(acme: Cast, reader: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            reader.get(LISTS)
        return len(seen)

    factories.make_list(acme.company)
    one = queries()
    for _ in range(29):
        factories.make_standard_code(factories.make_list(acme.company), "01")

    assert queries() == one


def test_a_list_shows_its_codes_as_a_tree(acme: Cast, reader: Client) -> None:
    erp = factories.make_erp_list(acme.company)
    top = factories.make_standard_code(erp, "01")
    factories.make_standard_code(erp, "01-100", parent=top)
    factories.make_standard_code(erp, "02")

    answer = reader.get(f"{LISTS}{erp.pk}/")

    assert [(depth, code.full_code) for depth, code in answer.context["codes"]] == [
        (0, "01"),
        (1, "01-100"),
        (0, "02"),
    ]


@pytest.mark.parametrize(
    ("query", "found"), [("concrete", ["03"]), ("1", ["01", "01-100"]), ("%", []), ("_", [])]
)
def test_codes_are_searched_by_code_and_name(
    acme: Cast, reader: Client, query: str, found: list[str]
) -> None:
    erp = factories.make_erp_list(acme.company)
    for code, name in [("01", "General"), ("01-100", "Site"), ("03", "Concrete")]:
        factories.make_standard_code(erp, code, name=name)

    answer = reader.get(f"{LISTS}{erp.pk}/", {"q": query})

    assert [code.full_code for _, code in answer.context["codes"]] == found


def test_a_list_of_another_company_is_not_found(rival: Cast, reader: Client) -> None:
    theirs = factories.make_erp_list(rival.company)

    assert reader.get(f"{LISTS}{theirs.pk}/").status_code == 404


def test_no_list_and_an_empty_list_say_what_would_fill_them(acme: Cast, reader: Client) -> None:
    none = reader.get(LISTS).content.decode()
    erp = factories.make_erp_list(acme.company)
    empty = reader.get(f"{LISTS}{erp.pk}/").content.decode()

    assert "No cost code lists yet" in none
    assert "This list is empty" in empty


def test_a_tree_that_bites_its_own_tail_has_an_end() -> None:
    assert depth(1, {1: 2, 2: 3, 3: 1}) == 2
