"""What a person does from the board: plan the chosen rows of a lane, or all of it."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.connections.services import BusyError
from tieback.plans.decisions import Action, Decision
from tieback.plans.services import draft
from tieback.proposing.lanes import Lane, jobs_in, proposed
from tieback.staging.models import Job
from tieback.sync.services import start_propose
from tieback.web.golive.board_lanes import address, lane_of
from tieback.web.golive.board_order import jobs_by, order_of, sort_in
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

# A plan of more rows than these is more than a person can look through.
MOST = 5_000


@require_POST
@company_view(level=Level.STANDARD, act="plan ERP projects")
def plan(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Draft a plan of the chosen rows and go to its page; nothing is done yet."""
    asked = request.POST
    lane, decide = lane_of(asked), _decider(asked.get("action", ""))
    back = address(scope, lane=lane, q=asked.get("q", "").strip(), sort=asked.get("sort", ""))
    jobs = _jobs(scope, lane, asked)
    if len(jobs) > MOST:
        messages.error(
            request,
            f"One plan holds at most {MOST:,} rows, and this lane has more. Narrow it down by a "
            "search, then plan that.",
        )
        return redirect(back)
    action, decisions = decide(jobs)
    if not decisions:
        messages.info(request, _nothing(action, jobs))
        return redirect(back)
    made = draft(
        decisions=decisions,
        title=f"{action.label} {len(decisions):,} of the lane {lane.label}",
        by=scope.actor,
        now=scope.now,
    )
    return redirect("erp:plan", scope.company.slug, made.pk)


@require_POST
@company_view(level=Level.STANDARD, act="find matches")
def find_matches(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Start a look-up and come back to the lane; its line there tells how it goes."""
    try:
        start_propose(company=scope.company, by=scope.actor, clock=timezone.now)
    except BusyError as busy:
        messages.info(request, str(busy))
    return redirect(address(scope, lane=lane_of(request.POST)))


Decided = tuple[Action, list[Decision]]


def _jobs(scope: Scope, lane: Lane, asked: QueryDict) -> list[Job]:
    """The chosen jobs in the board's order; one more than a plan may hold shows that it is full."""
    if lane == Lane.ONLY_PORTFOLIO:
        raise BadRequest("Projects are not planned from the board.")
    if "all" in asked:
        order = order_of(scope, lane, asked.get("q", "").strip(), sort_in(lane, asked))
        return jobs_by(list(order.ids()[: MOST + 1]))
    # What has left the lane meanwhile is not what the person saw there.
    ids = [asked_id(text) for text in asked.getlist("job")]
    rows = jobs_in(scope.company, lane).filter(pk__in=ids).order_by("number", "pk")
    return list(rows.defer("raw", "search_text"))


def _decider(asked: str) -> Callable[[Iterable[Job]], Decided]:
    known = {"link": _link, "archive": _archive, "restore": _restore}
    if asked not in known:
        raise BadRequest("There is no such thing to do.")
    return known[asked]


def _link(jobs: Iterable[Job]) -> Decided:
    held = proposed(jobs)
    pairs = [(job.pk, held[job.pk].project_id) for job in jobs if job.pk in held]
    return Action.LINK, [Decision(Action.LINK, job, project) for job, project in pairs]


def _archive(jobs: Iterable[Job]) -> Decided:
    return Action.ARCHIVE, [Decision(Action.ARCHIVE, job.pk) for job in jobs]


def _restore(jobs: Iterable[Job]) -> Decided:
    return Action.RESTORE, [Decision(Action.RESTORE, job.pk) for job in jobs]


def _nothing(action: Action, jobs: list[Job]) -> str:
    if not jobs:
        return (
            "No row of this lane was chosen, or the chosen ones have left it meanwhile. Tick the "
            "rows that you mean, then choose what to do with them."
        )
    return f"None of the chosen ERP projects has a project to {action.label.lower()} to."
