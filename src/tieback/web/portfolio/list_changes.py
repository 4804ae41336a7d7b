"""Portfolio › Cost code lists: a new list, the naming of the ERP list, a new code."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tieback.access.models import Level
from tieback.portfolio.fields import CODE_FIELDS, LIST_FIELDS
from tieback.portfolio.lists import Named, add_standard_code, create_list, name_erp_list
from tieback.portfolio.models import StandardCostCodeList
from tieback.portfolio.refusals import RefusedError
from tieback.web.portfolio.forms import Page, said_in, shown
from tieback.web.scope import Scope, ScopedRequest, company_view

LISTS = StandardCostCodeList.objects.select_related("company")


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.ADMIN, act="add a cost code list")
def new(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The form of a new list, and its answer."""
    lists = reverse("portfolio:cost-code-lists", args=[scope.company.slug])
    page = Page("New cost code list", "Add list", [("Cost code lists", lists)], lists)
    if request.method != "POST":
        return shown(request, page, LIST_FIELDS, {})
    said = said_in(request, LIST_FIELDS)
    try:
        made = create_list(
            company=scope.company, name=said.get("name", ""), by=scope.actor, now=scope.now
        )
    except RefusedError as refused:
        return shown(request, page, LIST_FIELDS, said, refused)
    messages.success(request, f"“{made}” is added. Import its codes, or add them one by one.")
    return redirect("portfolio:cost-code-list", scope.company.slug, made.pk)


@require_POST
@company_view(level=Level.ADMIN, act="name the ERP list")
def name_erp(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Make the list the company's one ERP list."""
    wanted = scope.get(LISTS.all(), pk)
    try:
        named = name_erp_list(cost_code_list=wanted, by=scope.actor, now=scope.now)
    except RefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
    else:
        messages.success(request, _said(named))
    return redirect("portfolio:cost-code-list", scope.company.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.ADMIN, act="add a standard cost code")
def new_code(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """The form of a new code on the list, and its answer."""
    cost_code_list = scope.get(LISTS.all(), pk)
    lists = reverse("portfolio:cost-code-lists", args=[scope.company.slug])
    own = reverse("portfolio:cost-code-list", args=[scope.company.slug, pk])
    crumbs = [("Cost code lists", lists), (cost_code_list.name, own)]
    page = Page("New cost code", "Add code", crumbs, own)
    if request.method != "POST":
        return shown(request, page, CODE_FIELDS, {})
    said = said_in(request, CODE_FIELDS)
    try:
        made = add_standard_code(
            cost_code_list=cost_code_list, said=said, by=scope.actor, now=scope.now
        )
    except RefusedError as refused:
        return shown(request, page, CODE_FIELDS, said, refused)
    messages.success(request, f"{made} is added to “{cost_code_list}”.")
    return redirect(own)


def _said(named: Named) -> str:
    """What naming the ERP list did, in sentences."""
    sentences = [f"“{named.cost_code_list}” is the ERP list now."]
    if n := named.taken_on:
        sentences.append(f"{n:,} project{pluralize(n)} {_takes(n)} codes from it now.")
    if n := named.left_behind:
        sentences.append(
            f"{n:,} project{pluralize(n)} {_keeps(n)} the list before it, and cannot be linked."
        )
    return " ".join(sentences)


def _takes(number: int) -> str:
    return "takes" if number == 1 else "take"


def _keeps(number: int) -> str:
    return "keeps" if number == 1 else "keep"
