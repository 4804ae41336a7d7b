"""Who holds what, how far each is, and rows handed out by filter or taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level, User
from tieback.proposing.lanes import Lane, jobs_in
from tieback.review.assigning import AT_ONCE, assign, free_among, held_by, held_jobs, unassign
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

SEE = "see who holds what"
# Where there is still something to decide.
LANES = (Lane.SAFE, Lane.LOOK, Lane.TWINS, Lane.BLOCKED, Lane.ONLY_ERP, Lane.NOT_LOOKED_UP)


@require_safe
@company_view(act=SEE)
def team(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Each person with what they hold, and the filter by which rows are handed out."""
    people = held_by(scope.company)
    waiting = Job.objects.filter(company=scope.company, state=Job.State.READY, is_active=True)
    asked = request.GET
    context: dict[str, Any] = {
        "people": people,
        "waiting": waiting.count(),
        "free": free_among(waiting).count(),
        "lanes": LANES,
        "asked": asked,
        "may_hand_out": scope.actor.level >= Level.ADMIN,
        "may_take": scope.actor.level >= Level.STANDARD,
        "me": scope.actor.user_id,
        "at_once": AT_ONCE,
    }
    if "lane" in asked:
        chosen = _lane(asked)
        found = _found(scope, asked)
        context |= {
            "chosen": chosen,
            "found": found.count(),
            "found_free": free_among(found).count(),
        }
    return render(request, "golive/team.html", context)


@require_safe
@company_view(act=SEE)
def person(request: ScopedRequest, scope: Scope, user_id: int) -> HttpResponse:
    """What one person still has to decide."""
    user = scope.get(User.objects.distinct(), user_id, company="memberships__company")
    page = page_of(held_jobs(user, scope.company), request.GET)
    may_take_off = scope.actor.level >= Level.ADMIN or (
        user.pk == scope.actor.user_id and scope.actor.level >= Level.STANDARD
    )
    context = {"person": user, "page": page, "may_take_off": may_take_off}
    return render(request, "golive/team_person.html", context)


@require_POST
@company_view(level=Level.STANDARD, act="hold rows")
def hand_out(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Hand the chosen rows to a person: `user` is an id or "me".

    Which rows: each `job`, or with `all` those of `lane` that match `q`, `most` of them by number,
    with `free` only those that nobody holds. `next` is where to go on.
    """
    sent = request.POST
    user_id = scope.actor.user_id if sent.get("user") == "me" else asked_id(sent.get("user"))
    user = scope.get(User.objects.distinct(), user_id or 0, company="memberships__company")
    try:
        done = assign(jobs=_chosen(scope, sent), user=user, by=scope.actor, now=scope.now)
    except ReviewError as refused:
        messages.error(request, str(refused))
        return _back(request, scope)
    kept = f" {done.kept_by_others:,} stay with who holds them." if done.kept_by_others else ""
    rows = "1 row" if done.changed == 1 else f"{done.changed:,} rows"
    whose = "yours" if user.pk == scope.actor.user_id else f"{user.name}'s"
    verb = "is" if done.changed == 1 else "are"
    messages.success(request, f"{rows} {verb} now {whose}.{kept}")
    return _back(request, scope)


@require_POST
@company_view(level=Level.STANDARD, act="let go of a row")
def take_back(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Take rows off who holds them: each `job`, or with `of` all that a person has to decide."""
    sent = request.POST
    if of := sent.get("of", ""):
        holder = scope.get(User.objects.distinct(), asked_id(of), company="memberships__company")
        jobs = list(held_jobs(holder, scope.company).values_list("pk", flat=True))
    else:
        jobs = [asked_id(text) for text in sent.getlist("job")]
    try:
        freed = unassign(jobs=jobs, by=scope.actor, now=scope.now)
        said = "1 row is" if freed == 1 else f"{freed:,} rows are"
        messages.success(request, f"{said} free again.")
    except ReviewError as refused:
        messages.error(request, str(refused))
    return _back(request, scope)


def _chosen(scope: Scope, sent: QueryDict) -> list[int]:
    if "all" not in sent:
        return [asked_id(text) for text in sent.getlist("job")]
    found = _found(scope, sent)
    found = free_among(found) if "free" in sent else found
    ids = found.order_by("number", "pk").values_list("pk", flat=True)
    text = sent.get("most", "").replace(",", "").strip()
    if not text:
        return list(ids[: AT_ONCE + 1])
    return list(ids[: min(asked_id(text), AT_ONCE + 1)])


def _found(scope: Scope, asked: QueryDict) -> QuerySet[Job]:
    return jobs_in(scope.company, _lane(asked), query=asked.get("q", "").strip())


def _lane(asked: QueryDict) -> Lane:
    named = asked.get("lane", "")
    if named not in set(LANES):
        raise BadRequest("There is no such lane to hand out.")
    return Lane(named)


def _back(request: ScopedRequest, scope: Scope) -> HttpResponse:
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("golive:team", args=[scope.company.slug])
    return redirect(back)
