"""Ask the project manager: make a signed link, show it once, see the votes, take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tieback.access.models import Level
from tieback.linking.selectors import choices
from tieback.portfolio.models import Project
from tieback.proposing.lanes import candidates_of
from tieback.review.models import Question
from tieback.review.questions import (
    LONGEST_DAYS,
    LONGEST_NAME,
    Asked,
    ask,
    standing_of,
    votes_of,
    withdraw,
)
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

SEE = "see what was asked"
ASK = "ask about an ERP project"
USUAL_DAYS = 7
JOBS = Job.objects.select_related("connection")


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Every question of the company, latest first."""
    rows = scope.rows(Question).select_related("job", "first", "second", "vote")
    page = page_of(rows.order_by("-asked_at", "-pk"), request.GET)
    asked = [Asked(question, standing_of(question, now=scope.now)) for question in page]
    return render(request, "golive/questions.html", {"page": page, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(act=SEE)
def of_job(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """A job's votes and the form that asks; the link of a new question is shown here, once."""
    job = scope.get(JOBS, job_id)
    if request.method == "POST":
        return _asked(request, scope, job)
    return render(request, "golive/question_job.html", _context(request, scope, job))


@require_POST
@company_view(level=Level.STANDARD, act="withdraw a question")
def withdrawn(request: ScopedRequest, scope: Scope, question_id: int) -> HttpResponse:
    """Close a question that nobody has answered; its link opens nothing any more."""
    question = scope.get(Question, question_id)
    try:
        withdraw(question=question, by=scope.actor, now=scope.now)
        messages.success(request, f"The question to {question.asked_of} is withdrawn.")
    except ReviewError as refused:
        messages.error(request, str(refused))
    return redirect("golive:job-questions", scope.company.slug, question.job_id)


def _asked(request: ScopedRequest, scope: Scope, job: Job) -> HttpResponse:
    sent = request.POST
    days = sent.get("days", "")
    second = sent.get("second", "")
    try:
        question, token = ask(
            job=job,
            first=scope.get(Project, asked_id(sent.get("first"))),
            second=scope.get(Project, asked_id(second)) if second else None,
            asked_of=sent.get("asked_of", ""),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            by=scope.actor,
            now=scope.now,
        )
    except ReviewError as refused:
        context = {**_context(request, scope, job), "problem": refused, "sent": sent}
        return render(request, "golive/question_job.html", context, status=422)
    # Not a redirect: the token is kept nowhere, so this answer is the only one that has it.
    link = request.build_absolute_uri(reverse("asked", args=[token]))
    context = {"job": job, "question": question, "link": link}
    return render(request, "golive/question_asked.html", context)


def _context(request: ScopedRequest, scope: Scope, job: Job) -> dict[str, Any]:
    query = request.GET.get("q", "").strip()
    projects = _projects(request, scope, job, query)
    named = [request.GET.get(name, "") for name in ("first", "second")]
    return {
        "job": job,
        "votes": votes_of(job, now=scope.now),
        "projects": projects,
        "query": query,
        "chosen": [
            one if one else str(projects[at].pk) if at < len(projects) else ""
            for at, one in enumerate(named)
        ],
        "usual_days": USUAL_DAYS,
        "longest_days": LONGEST_DAYS,
        "longest_name": LONGEST_NAME,
        "may_ask": scope.actor.level >= Level.STANDARD and job.state == Job.State.READY,
    }


def _projects(request: ScopedRequest, scope: Scope, job: Job, query: str) -> list[Project]:
    """What can be put on the cards: named in the address, proposed, or searched for."""
    named = [
        scope.get(Project, asked_id(text))
        for name in ("first", "second")
        if (text := request.GET.get(name, ""))
    ]
    proposed = [candidate.project for candidate in candidates_of(job)]
    found = choices(job=job, actor=scope.actor, query=query) if query else []
    every = [*named, *(choice.project for choice in found), *proposed]
    return list({project.pk: project for project in every}.values())
