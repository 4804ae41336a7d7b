"""Pages and orders from what stands in an address, however odd."""

from datetime import date

import pytest
from django.http import QueryDict

from tests import factories
from tests.conftest import Cast
from tieback.portfolio.models import Project
from tieback.web.paging import ordered, page_of, size_of, sort_of

SORTS = {"number": "number", "start": "start_date"}


@pytest.mark.parametrize(
    ("asked", "size"),
    [("", 50), ("size=100", 100), ("size=200", 200), ("size=100000", 50), ("size=x", 50)],
)
def test_a_page_has_one_of_three_sizes(asked: str, size: int) -> None:
    assert size_of(QueryDict(asked)) == size


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("page=2", 2), ("page=-4", 2), ("page=99", 2), ("page=zwei", 1), ("page=", 1)],
)
def test_a_page_out_of_reach_is_the_nearest(acme: Cast, asked: str, number: int) -> None:
    for _ in range(51):
        factories.make_project(acme.company)

    assert page_of(Project.objects.order_by("pk"), QueryDict(asked)).number == number


@pytest.mark.parametrize("sort", ["password", "--start", "-", "start_date", ""])
def test_an_unknown_order_is_the_usual_one(sort: str) -> None:
    assert sort_of(QueryDict(f"sort={sort}"), SORTS, "number") == "number"


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("number", ["A", "B", "C", "D"]),
        ("-number", ["D", "C", "B", "A"]),
        ("start", ["C", "A", "B", "D"]),
        ("-start", ["A", "C", "D", "B"]),
    ],
)
def test_blanks_stand_last_either_way_and_the_id_settles_ties(
    acme: Cast, sort: str, names: list[str]
) -> None:
    for name, start in [("A", date(2026, 2, 1)), ("B", None), ("C", date(2026, 1, 1)), ("D", None)]:
        factories.make_project(acme.company, name=name, number=name, start_date=start)

    found = ordered(Project.objects.all(), sort, SORTS)

    assert [project.name for project in found] == names
