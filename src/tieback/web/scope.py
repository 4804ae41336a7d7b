"""The company that a screen is about, and the person before it: resolved once per request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from tieback.access.actors import Actor, NotOfCompanyError, person
from tieback.access.models import Company, Level, Membership, User

P = ParamSpec("P")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which company, who asks, and when: what a view hands to every service and selector."""

    company: Company
    actor: Actor
    now: datetime

    def rows(self, model: type[M], *, company: str = "company") -> "QuerySet[M]":
        """The model's rows of this company; `company` is the path to it, as in a filter."""
        return model._default_manager.filter(**{company: self.company})

    def get(self, rows: "type[M] | QuerySet[M]", pk: int, *, company: str = "company") -> M:
        """The row with this id, of this company only.

        Raises NotOfCompanyError otherwise, which the person sees as "not found" and the audit
        trail keeps.
        """
        asked = rows.all() if isinstance(rows, QuerySet) else rows._default_manager.all()
        row = asked.filter(**{company: self.company}, pk=pk).first()
        if row is None:
            raise NotOfCompanyError(f"No {asked.model._meta.verbose_name} {pk} in this company.")
        return row


class ScopedRequest(HttpRequest):
    """A request as our views see it, after the middleware and `company_view`."""

    scope: Scope
    htmx: HtmxDetails


def company_view(
    *, level: Level = Level.READ_ONLY, act: str = "see this page"
) -> Callable[
    [Callable[Concatenate[ScopedRequest, Scope, P], HttpResponse]], Callable[..., HttpResponse]
]:
    """Open a view to signed-in members of `<slug:company_slug>` with `level` or higher.

    The view gets a Scope as its second argument. To a person without a membership the company does
    not exist (404); a member below `level` raises NotAllowedError, where `act` ends the sentence.
    """

    def decorate(
        view: Callable[Concatenate[ScopedRequest, Scope, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: HttpRequest, company_slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not isinstance(request.user, User):
                return ask_to_sign_in(request)
            refuse_nul(request)
            scoped = cast("ScopedRequest", request)
            scoped.scope = scope_of(request.user, company_slug)
            scoped.scope.actor.require(level, act)
            return kept_private(view(scoped, scoped.scope, *args, **kwargs))

        return guarded

    return decorate


def scope_of(user: User, company_slug: str) -> Scope:
    """The person's scope in a company; raises Http404 when they are no member of it."""
    companies = Company.objects.filter(slug=company_slug, memberships__user=user)
    company = companies.first()
    if company is None:
        raise Http404("No such company, or you are not a member of it.")
    return Scope(company, person(user, company, door="screen"), timezone.now())


def companies_of(user: User) -> "QuerySet[Company]":
    """The companies in which the person may at least read."""
    open_to = Membership.objects.filter(user=user, level__gte=Level.READ_ONLY)
    return Company.objects.filter(memberships__in=open_to)


def refuse_nul(request: HttpRequest) -> None:
    """Raise BadRequest for text with a NUL, which no person types and PostgreSQL cannot hold."""
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            if any("\0" in text for text in (name, *values)):
                raise BadRequest("Text with a NUL character.")


def asked_id(text: str | None) -> int:
    """The id in a form; raises BadRequest for what no form of ours sends."""
    if not text or not text.isascii() or not text.isdigit():
        raise BadRequest("An id was expected.")
    return int(text)


def render_part(
    request: HttpRequest, *, page: str, part: str, context: dict[str, Any]
) -> HttpResponse:
    """The template `part` when htmx asks for a piece of the page, the whole `page` otherwise.

    Going back in the browser asks for the same address again, but for all of it.
    """
    is_part = request.headers.get("HX-Request-Type") == "partial"
    return render(request, part if is_part else page, context)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the login page and back; a fragment request moves the whole page there."""
    if cast("ScopedRequest", request).htmx:
        # Coming back to a fragment's address would show it bare: go back to the page around it.
        url = cast("ScopedRequest", request).htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(redirect_to_login(url).url)
    return redirect_to_login(request.get_full_path())


def kept_private(response: HttpResponse) -> HttpResponse:
    """Keep a company's pages out of every cache; fragments and pages share addresses."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["HX-Request"])
    return response
