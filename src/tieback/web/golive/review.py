"""Review: a lane job by job, big and calm, with the keyboard, the mouse or a finger."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tieback.portfolio.models import Project
from tieback.proposing.lanes import Lane
from tieback.staging.models import Job
from tieback.web.golive.board_lanes import address
from tieback.web.golive.review_deeds import deeds_of
from tieback.web.golive.review_queue import Queue, queue_of
from tieback.web.golive.review_shown import context_of
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view, render_part

SEE = "review ERP projects"


@require_safe
@company_view(act=SEE)
def review(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The job in the address, or the lane's first one; `project` is one to look at beside it.

    A script asks for the part of the next jobs before they are wanted.
    """
    queue = queue_of(scope, request.GET)
    context = {**of_queue(scope, queue), **_of_job(request, scope, queue)}
    return render_part(
        request, page="golive/review.html", part="golive/review_job.html", context=context
    )


def of_queue(scope: Scope, queue: Queue) -> dict[str, Any]:
    """What stands around the job: the lane, its size, and what the person did last."""
    return {
        "lane": queue.lane,
        "lanes": [lane for lane in Lane if lane not in {Lane.ONLY_PORTFOLIO, Lane.DONE}],
        "query": queue.query,
        "sort": queue.sort,
        "size": queue.size,
        "deeds": lambda: deeds_of(scope),
        "board_url": address(scope, lane=queue.lane, q=queue.query, sort=queue.sort),
    }


def _of_job(request: ScopedRequest, scope: Scope, queue: Queue) -> dict[str, Any]:
    named, searched = request.GET.get("job", ""), request.GET.get("project", "")
    job_id = asked_id(named) if named else queue.first()
    if job_id is None:
        return {"job": None}
    job = scope.get(Job.objects.select_related("connection"), job_id)
    extra = scope.get(Project, asked_id(searched)) if searched else None
    return context_of(scope, queue, job, extra)
