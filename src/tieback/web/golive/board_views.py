"""Saved views on the board: keep the address under a name, rename it, remove it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.review import views
from tieback.review.models import SavedView
from tieback.web.golive.board_lanes import kept_query
from tieback.web.scope import Scope, ScopedRequest, company_view

KEEP = "keep views of the board"


@require_POST
@company_view(level=Level.READ_ONLY, act=KEEP)
def save(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Keep the address that the form carries under the name that was typed."""
    query = kept_query(QueryDict(request.POST.get("query", "")))
    is_shared = "shared" in request.POST

    def keep() -> str:
        name = request.POST.get("name", "")
        view = views.save_view(
            name=name, query=query, is_shared=is_shared, by=scope.actor, now=scope.now
        )
        return f"The view “{view}” is kept{' for everybody' if is_shared else ''}."

    return _answered(request, scope, query, keep)


@require_POST
@company_view(level=Level.READ_ONLY, act=KEEP)
def change(request: ScopedRequest, scope: Scope, view_id: int) -> HttpResponse:
    """Rename a view, or delete it."""
    view = scope.get(views.views_of(scope.actor), view_id)
    verb, query = request.POST.get("verb", ""), view.query
    if verb not in {"rename", "delete"}:
        raise BadRequest("A view is renamed or deleted.")
    act = _rename if verb == "rename" else _delete
    return _answered(request, scope, query, lambda: act(request, scope, view))


def _rename(request: ScopedRequest, scope: Scope, view: SavedView) -> str:
    name = request.POST.get("name", "")
    views.rename_view(view=view, name=name, by=scope.actor, now=scope.now)
    return f"The view is called “{view}” now."


def _delete(request: ScopedRequest, scope: Scope, view: SavedView) -> str:
    views.delete_view(view=view, by=scope.actor, now=scope.now)
    return f"The view “{view}” is deleted. The rows that it showed stay as they are."


def _answered(
    request: ScopedRequest, scope: Scope, query: str, act: Callable[[], str]
) -> HttpResponse:
    try:
        messages.success(request, act())
    except views.ViewError as problem:
        messages.error(request, str(problem))
    return redirect(f"{reverse('golive:board', args=[scope.company.slug])}?{query}")
