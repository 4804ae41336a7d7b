"""Lists: which page of how many, in which order, all from the address so that it can be shared."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import QueryDict

SIZES = (50, 100, 200)
M = TypeVar("M", bound=Model)


def page_of(rows: "QuerySet[M, Any]", asked: QueryDict, *, usual: int = SIZES[0]) -> "Page[M]":
    """The page that `page=` and `size=` ask for; what cannot be read or reached is the nearest."""
    return Paginator(rows, size_of(asked, usual=usual)).get_page(asked.get("page"))


def size_of(asked: QueryDict, *, usual: int = SIZES[0]) -> int:
    """Rows on a page: one of SIZES, the usual one unless `size=` names another."""
    return next((size for size in SIZES if asked.get("size") == str(size)), usual)


def sort_of(asked: QueryDict, known: dict[str, str], otherwise: str) -> str:
    """The key in `sort=`, a leading minus for descending; `otherwise` when it is not known.

    `known` maps keys to columns; `ordering` turns the answer into what order_by takes.
    """
    key = asked.get("sort", "")
    return key if key.removeprefix("-") in known else otherwise


def ordering(sort: str, known: dict[str, str]) -> tuple[str, str]:
    """Columns for order_by; the id last, so that equal rows do not change pages."""
    sign = "-" if sort.startswith("-") else ""
    return sign + known[sort.removeprefix("-")], f"{sign}pk"
