"""ERP Integrations › Projects: the jobs under a filter, searched, sorted and paged."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tieback.connections.selectors import health
from tieback.connectors.base import Verb
from tieback.connectors.records import Resource
from tieback.linking.eligibility import connector_of
from tieback.linking.models import Link
from tieback.linking.selectors import active_links
from tieback.proposing.suggestions import LookUp, Suggestion, look_up, suggestions
from tieback.staging.models import Job
from tieback.staging.selectors import Filter, JobCounts, found_elsewhere, job_counts, jobs
from tieback.web.paging import ordered, size_of, sort_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the ERP projects"
# The key in the address → the column.
SORTS = {
    "number": "number",
    "name": "name",
    "customer": "customer",
    "status": "status",
    "value": "contract_value",
    "start": "start_date",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A job of the list: the link that holds now, whether one can be made, and with what."""

    job: Job
    link: Link | None
    can_link: bool
    suggestion: Suggestion | None = None


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The Projects tab as its address asks for it."""
    asked = request.GET
    which, query = filter_of(asked), asked.get("q", "").strip()
    counts = job_counts(scope.company)
    with_inactive = "inactive" in asked
    page, sort = found(scope, which, query, counts, asked)
    matches = look_up(scope.company, now=scope.now) if which == Filter.READY else None
    context: dict[str, Any] = {
        "which": which,
        "counts": counts,
        "tabs": [(tab, counts.of(tab), address(scope, tab, query)) for tab in Filter],
        "query": query,
        "with_inactive": with_inactive,
        "page": page,
        "rows": rows_of(page.object_list, matches),
        "matches": matches,
        "sort": sort,
        "size": size_of(asked),
        "elsewhere": elsewhere(scope, query) if query and not page.object_list else [],
        "health": health(scope.company, now=scope.now),
    }
    return render_part(
        request, page="erp/jobs/list.html", part="erp/jobs/list_part.html", context=context
    )


@require_safe
@company_view(act=SEE)
def standing(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The line above the list: whether a refresh runs, and what the last one refused."""
    return render(
        request, "erp/jobs/standing.html", {"health": health(scope.company, now=scope.now)}
    )


def filter_of(asked: QueryDict) -> Filter:
    """The filter in the address; Ready to Import when it names none that we know."""
    named = asked.get("filter", "")
    return Filter(named) if named in set(Filter) else Filter.READY


def found(
    scope: Scope, which: Filter, query: str, counts: JobCounts, asked: QueryDict
) -> tuple[Page[Job], str]:
    """The page of jobs and how they are sorted; counts rows only where a search makes it needed."""
    with_inactive = "inactive" in asked
    sort = sort_of(asked, SORTS, "number")
    # The raw record is the bulk of a row, and no list shows it.
    rows = jobs(scope.company, which, query=query, with_inactive=with_inactive)
    # Joined, a connection would be looked up for every row that the page skips.
    rows = rows.prefetch_related("connection").defer("raw", "search_text")
    rows = ordered(rows, sort, SORTS)
    is_all_ready = with_inactive and which == Filter.READY
    known = counts.of(which) + (counts.ready_inactive if is_all_ready else 0)
    paginator = Paginator(ordered(rows, sort, SORTS), size_of(asked))
    if not query:
        # A cached property: told here, it is never counted.
        paginator.count = known
    return paginator.get_page(asked.get("page")), sort


def rows_of(listed: Iterable[Job], matches: LookUp | None = None) -> list[Row]:
    """The jobs with their links, and suggestions where asked; a query each for any number."""
    there = list(listed)
    links = active_links(there)
    suggested = suggestions(there, matches) if matches else {}
    return [
        Row(
            job,
            links.get(job.pk),
            connector_of(job).can(Resource.JOB, Verb.LINK),
            suggested.get(job.pk),
        )
        for job in there
    ]


def elsewhere(scope: Scope, query: str) -> list[tuple[Filter, int, str]]:
    """Where else the search would have found something, with the addresses."""
    return [
        (other, number, address(scope, other, query, with_inactive=True))
        for other, number in found_elsewhere(scope.company, query)
    ]


def address(scope: Scope, which: Filter, query: str, *, with_inactive: bool = False) -> str:
    """The list's address under another filter, with the same search."""
    asked = QueryDict(mutable=True)
    asked["filter"] = which.value
    if query:
        asked["q"] = query
    if with_inactive and which == Filter.READY:
        asked["inactive"] = "on"
    base = reverse("erp:projects", kwargs={"company_slug": scope.company.slug})
    return f"{base}?{asked.urlencode()}"
