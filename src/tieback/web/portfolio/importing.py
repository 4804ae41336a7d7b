"""Bring projects or standard cost codes from a file: choose it, look at what it would do, do it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieback.access.models import Level
from tieback.connectors.csvfile.listing import Listing
from tieback.connectors.errors import ConfigError, TransientError
from tieback.portfolio import brought_files
from tieback.portfolio.code_imports import import_codes, read_codes
from tieback.portfolio.fields import CODE_FILE_FIELDS, PROJECT_FILE_FIELDS
from tieback.portfolio.importing import Import
from tieback.portfolio.models import StandardCostCodeList
from tieback.portfolio.project_imports import import_projects, read_projects
from tieback.portfolio.refusals import RefusedError
from tieback.web.erp.uploads import file_in
from tieback.web.portfolio.import_pages import Kind, previewed
from tieback.web.portfolio.import_reading import chosen_in, notation_in
from tieback.web.scope import Scope, ScopedRequest, company_view

PROJECTS_ACT, CODES_ACT = "import projects", "import standard cost codes"
WAYS = ["GET", "HEAD", "POST"]


@require_http_methods(WAYS)
@company_view(level=Level.ADMIN, act=PROJECTS_ACT)
def projects(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Choose the file of projects."""
    return choose(request, scope, of_projects(scope))


@require_http_methods(WAYS)
@company_view(level=Level.ADMIN, act=PROJECTS_ACT)
def projects_preview(request: ScopedRequest, scope: Scope, token: str) -> HttpResponse:
    """What the file of projects would do, and the doing of it."""
    return look(request, scope, of_projects(scope), token)


@require_http_methods(WAYS)
@company_view(level=Level.ADMIN, act=CODES_ACT)
def codes(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """Choose the file of a list's codes."""
    return choose(request, scope, of_codes(scope, pk))


@require_http_methods(WAYS)
@company_view(level=Level.ADMIN, act=CODES_ACT)
def codes_preview(request: ScopedRequest, scope: Scope, pk: int, token: str) -> HttpResponse:
    """What the file of codes would do, and the doing of it."""
    return look(request, scope, of_codes(scope, pk), token)


def of_projects(scope: Scope) -> Kind:
    """Projects into the company's portfolio."""
    return Kind(
        "project",
        "the portfolio",
        PROJECT_FILE_FIELDS,
        lambda listing: read_projects(company=scope.company, listing=listing),
        lambda listing, seen: import_projects(
            company=scope.company, listing=listing, by=scope.actor, now=scope.now, seen=seen
        ),
        reverse("portfolio:import-projects", args=[scope.company.slug]),
        reverse("portfolio:projects", args=[scope.company.slug]),
    )


def of_codes(scope: Scope, pk: int) -> Kind:
    """Codes onto one of the company's lists."""
    there = scope.get(StandardCostCodeList.objects.select_related("company"), pk)
    return Kind(
        "cost code",
        f"“{there}”",
        CODE_FILE_FIELDS,
        lambda listing: read_codes(cost_code_list=there, listing=listing),
        lambda listing, seen: import_codes(
            cost_code_list=there, listing=listing, by=scope.actor, now=scope.now, seen=seen
        ),
        reverse("portfolio:import-codes", args=[scope.company.slug, pk]),
        reverse("portfolio:cost-code-list", args=[scope.company.slug, pk]),
    )


def choose(request: ScopedRequest, scope: Scope, kind: Kind) -> HttpResponse:
    """The page on which the file is chosen; with a file, on to what it would do."""
    problem = ""
    if request.method == "POST":
        try:
            sent = file_in(request, "file")
            token = brought_files.keep(
                name=sent.name or "", chunks=sent.chunks(), by=scope.actor, now=scope.now
            )
        except ConfigError as error:
            problem = f"{error.message} {error.mend}"
        else:
            return redirect(f"{kind.start}{token}/")
    context = {"kind": kind, "problem": problem}
    status = 422 if problem else 200
    return render(request, "portfolio/import.html", context, status=status)


def look(request: ScopedRequest, scope: Scope, kind: Kind, token: str) -> HttpResponse:
    """What the file would do now; with a POST, that, if it is what the person saw."""
    path = brought_files.kept(token=token, by=scope.actor)
    if path is None:
        messages.info(request, "This file was imported, or is not kept any more. Choose it again.")
        return redirect(kind.start)
    if request.method != "POST":
        return previewed(request, kind, path)
    chosen, notation = chosen_in(request.GET, kind.fields), notation_in(request.GET)
    try:
        listing = Listing(path, kind.fields, chosen=chosen, notation=notation)
        done = kind.perform(listing, request.POST.get("seen", "") or "not seen")
    except (RefusedError, ConfigError, TransientError) as error:
        messages.error(request, f"{error.message} {error.mend}")
        return redirect(request.get_full_path())
    brought_files.let_go(token=token, by=scope.actor)
    messages.success(request, _said(done, kind))
    return redirect(kind.back)


def _said(done: Import[Any], kind: Kind) -> str:
    counts = done.counts
    words = [f"{counts[name]:,} {name}" for name in ("added", "changed", "unchanged")]
    sentence = f"{done.source}: {', '.join(words)}."
    if refused := counts["refused"]:
        sentence += f" {refused:,} refused {'row was' if refused == 1 else 'rows were'} left out."
    return sentence
