"""Screens of the portfolio's projects."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tieback.portfolio import selectors
from tieback.web.paging import ordered, page_of, size_of, sort_of
from tieback.web.portfolio.filters import SORTS, choices, is_narrowed, narrowed
from tieback.web.portfolio.reads import stages
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part


@require_safe
@company_view(act="see the portfolio's projects")
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The project list: searched, filtered, sorted and paged by its address."""
    asked = request.GET
    query, sort = asked.get("q", ""), sort_of(asked, SORTS, "name")
    found = narrowed(selectors.projects(scope.company, query=query), asked)
    context = {
        "page": page_of(ordered(found, sort, SORTS), asked),
        "query": query,
        "sort": sort,
        "size": size_of(asked),
        "is_narrowed": is_narrowed(asked),
        # Called by the whole page only: a fragment leaves the filters as they are.
        "choices": lambda: choices(asked, stages(scope.company)),
    }
    return render_part(
        request,
        page="portfolio/projects.html",
        part="portfolio/projects_found.html",
        context=context,
    )
