"""The page that a signed link opens, for somebody without an account: one question, one answer.

It stands apart from every other page: no session, no cookie, no navigation, nothing of the company
but what the two cards say. The token in the address is the only key, so the form needs no other.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tieback.review.models import Question
from tieback.review.questions import (
    LONGEST_COMMENT,
    ClosedLinkError,
    Standing,
    UnknownLinkError,
    answer,
    open_question,
)

_HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_UNKNOWN = (
    "This link opens nothing",
    "It may have been cut short or mistyped. Open it again from the message that you got.",
)
_CLOSED = {
    Standing.ANSWERED: (
        "This question has been answered",
        "A link takes one answer, and this one has it. If it was not yours, or you would answer "
        "otherwise now, tell whoever sent you the link.",
    ),
    Standing.WITHDRAWN: (
        "This question was withdrawn",
        "Whoever sent you the link needs no answer any more.",
    ),
    Standing.EXPIRED: (
        "This link has expired",
        "It was open for some days only. Ask whoever sent it for a new one.",
    ),
    Standing.MOOT: (
        "This question is settled",
        "The ERP project was decided on before you answered. There is nothing left to do.",
    ),
}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str) -> HttpResponse:
    """Show the two cards, or keep the answer; 404 for no link of ours, 410 for a closed one."""
    try:
        asked = open_question(token=token, now=timezone.now())
        if request.method != "POST":
            return _page("asked/question.html", _cards(asked))
        return _answered(request, token, asked)
    except UnknownLinkError:
        return _refused(*_UNKNOWN, status=404)
    except ClosedLinkError as closed:
        return _refused(*_CLOSED[closed.standing], status=410)


def _answered(request: HttpRequest, token: str, asked: Question) -> HttpResponse:
    choice = request.POST.get("choice", "")
    chosen = {"first": asked.first_id, "second": asked.second_id, "neither": None}
    if choice not in chosen or (choice == "second" and not asked.second_id):
        words = {"problem": "Choose one of the answers, then send it.", "sent": request.POST}
        # Not 422: an answer from 400 on is logged with its address, and so with an open token.
        return _page("asked/question.html", {**_cards(asked), **words})
    # PostgreSQL holds no NUL, and no person types one.
    comment = request.POST.get("comment", "").replace("\0", "")
    kept = answer(token=token, project_id=chosen[choice], comment=comment, now=timezone.now())
    return _page("asked/thanks.html", {"question": kept})


def _cards(asked: Question) -> dict[str, Any]:
    cards = [("first", asked.first)]
    if asked.second:
        cards.append(("second", asked.second))
    return {"question": asked, "job": asked.job, "cards": cards, "longest": LONGEST_COMMENT}


def _refused(title: str, sentence: str, *, status: int) -> HttpResponse:
    return _page("asked/refused.html", {"title": title, "sentence": sentence}, status=status)


def _page(template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    # Without the request, so that nothing of a person who happens to be signed in gets in.
    return HttpResponse(render_to_string(template, context), status=status, headers=_HEADERS)
