"""Lists: which page of how many, in which order, all from the address so that it can be shared."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, OrderBy, QuerySet
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

    `known` maps keys to columns; `ordered` takes the answer.
    """
    key = asked.get("sort", "")
    return key if key.removeprefix("-") in known else otherwise


def ordered(rows: "QuerySet[M]", sort: str, known: dict[str, str]) -> "QuerySet[M]":
    """Rows in the order that `sort` names; blanks last either way round.

    The id settles ties, so that no row changes pages.
    """
    column, sign = known[sort.removeprefix("-")], "-" if sort.startswith("-") else ""
    # Only where there can be blanks: PostgreSQL's indexes do not serve this order downwards.
    if not rows.model._meta.get_field(column).null:
        return rows.order_by(f"{sign}{column}", f"{sign}pk")
    blanks_last = OrderBy(F(column), descending=bool(sign), nulls_last=True)
    return rows.order_by(blanks_last, f"{sign}pk")
