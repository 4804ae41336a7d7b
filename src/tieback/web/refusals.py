"""Answers that say no: what happened, why, and what to do next, on a page or as a fragment."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django_htmx.http import reswap, retarget

from tieback.access.actors import Actor
from tieback.access.models import Company, User
from tieback.audit.services import record
from tieback.web.scope import scope_of

log = logging.getLogger(__name__)
_LONGEST_PATH = 200


def refusal(
    request: HttpRequest, *, status: int, title: str, sentence: str, mend: str = ""
) -> HttpResponse:
    """A page in the site's look; for htmx a message in the page that is already there."""
    words = {"title": title, "sentence": sentence, "mend": mend, "status": status}
    if not getattr(request, "htmx", False):
        return HttpResponse(render_to_string("refused.html", words, request), status=status)
    fragment = HttpResponse(render_to_string("parts/refused.html", words), status=status)
    return reswap(retarget(fragment, "#messages"), "innerHTML")


def note_refusal(request: HttpRequest, sentence: str) -> None:
    """Keep in the company's audit trail that a signed-in person tried, and was refused."""
    actor = actor_of(request)
    tried = f"{request.method} {request.path[:_LONGEST_PATH]}"
    log.warning("refused: %s by %s: %s", tried, actor.name if actor else "nobody known", sentence)
    if actor is None:
        return
    company = Company.objects.get(pk=actor.company_id)
    record(
        by=actor,
        now=timezone.now(),
        action="access.refused",
        target=("company", company.pk, company.name),
        note=f"{tried}: {sentence}",
    )


def actor_of(request: HttpRequest) -> Actor | None:
    """Who asks, in the company that the address names; nobody unless a signed-in member."""
    match = request.resolver_match
    slug = match.kwargs.get("company_slug") if match else None
    user = getattr(request, "user", None)
    if not slug or not isinstance(user, User):
        return None
    try:
        return scope_of(user, slug).actor
    except Http404:
        return None


def forged_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure view."""
    note_refusal(request, f"The form was not ours, or was too old ({reason[:200]}).")
    return refusal(
        request,
        status=403,
        title="This form could not be accepted",
        sentence="It did not come from a page that you had open here, or you have signed in anew "
        "since you opened it. Nothing was changed.",
        mend="Go back, reload the page and send it again.",
    )


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(
        request,
        status=400,
        title="The request could not be read",
        sentence="Something in it is not what this page sends. Nothing was changed.",
        mend="Go back, reload the page and try again.",
    )


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, status=403, title="Not allowed", sentence="You may not open this page.")


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(
        request,
        status=404,
        title="Not found",
        sentence="There is nothing at this address, or it belongs to a company that you are not "
        "a member of.",
        mend="Check the address, or start again from the first page.",
    )


def handler500(request: HttpRequest) -> HttpResponse:
    """Our own mistake. Uses neither the session nor the database: either may be the cause."""
    words = {
        "title": "Something went wrong on our side",
        "sentence": "The page failed and nothing was left half done. The reason is in the "
        "server's log.",
        "mend": "Try again; if it happens again, tell whoever runs this installation at what time.",
        "status": 500,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "parts/refused.html" if is_fragment else "refused.html"
    answer = HttpResponse(render_to_string(template, words), status=500)
    return reswap(retarget(answer, "#messages"), "innerHTML") if is_fragment else answer
