"""Portfolio › Projects: a new project, and corrections of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tieback.access.models import Level
from tieback.portfolio.fields import PROJECT_FIELDS
from tieback.portfolio.models import Project
from tieback.portfolio.projects import change_project, create_project
from tieback.portfolio.refusals import RefusedError
from tieback.web.portfolio.forms import Page, said_in, shown
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.ADMIN, act="add a project")
def new(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The form of a new project, and its answer."""
    lists = reverse("portfolio:projects", args=[scope.company.slug])
    page = Page("New project", "Add project", [("Projects", lists)], lists)
    if request.method != "POST":
        return shown(request, page, PROJECT_FIELDS, {})
    said = said_in(request, PROJECT_FIELDS)
    try:
        made = create_project(company=scope.company, said=said, by=scope.actor, now=scope.now)
    except RefusedError as refused:
        return shown(request, page, PROJECT_FIELDS, said, refused)
    messages.success(request, f"{made} is added.")
    return redirect("portfolio:project", scope.company.slug, made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.ADMIN, act="change a project")
def edit(request: ScopedRequest, scope: Scope, pk: int) -> HttpResponse:
    """The form of what is said of a project, and its answer."""
    project = scope.get(Project.objects.select_related("company"), pk)
    lists = reverse("portfolio:projects", args=[scope.company.slug])
    own = reverse("portfolio:project", args=[scope.company.slug, pk])
    page = Page("Edit project", "Save", [("Projects", lists), (project.name, own)], own)
    if request.method != "POST":
        values = {field.name: getattr(project, field.name) for field in PROJECT_FIELDS}
        return shown(request, page, PROJECT_FIELDS, values)
    said = said_in(request, PROJECT_FIELDS)
    try:
        changed = change_project(project=project, said=said, by=scope.actor, now=scope.now)
    except RefusedError as refused:
        return shown(request, page, PROJECT_FIELDS, said, refused)
    messages.success(request, f"{changed} is saved.")
    return redirect(own)
