"""Screens of the company's standard cost code lists."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.portfolio.models import StandardCostCode
from tieback.web.paging import SIZES, page_of
from tieback.web.portfolio import reads
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the cost code lists"


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The lists, which one is the ERP list, and how many projects use each."""
    context = {"lists": reads.lists(scope.company)}
    return render(request, "portfolio/cost_code_lists.html", context)


@require_safe
@company_view(act=SEE)
def codes(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """One list's codes as a tree."""
    cost_code_list = scope.get(reads.lists(scope.company), pk)
    query = request.GET.get("q", "").strip()
    page = page_of(reads.codes_of(cost_code_list, query=query), request.GET, usual=SIZES[-1])
    above = StandardCostCode.objects.filter(list=cost_code_list).values_list("pk", "parent_id")
    context = {
        "list": cost_code_list,
        "query": query,
        "page": page,
        "codes": reads.with_depths(list(page.object_list), dict(above)),
    }
    return render_part(
        request,
        page="portfolio/cost_code_list.html",
        part="portfolio/cost_code_list_found.html",
        context=context,
    )
