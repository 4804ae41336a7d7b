"""What stands beside a row for the team: who else is there, who holds it, votes and notes.

Another screen shows it with `{% include "golive/team_beside.html" %}`, which needs `job` and
`company` in its context and asks for the rest itself.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level, User
from tieback.review import notes, presence
from tieback.review.assigning import holder_of
from tieback.review.questions import votes_of
from tieback.staging.models import Job
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_safe
@company_view(act="see who is at an ERP project")
def beside(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Holder, votes and notes of a job; a whole page leads to the job's own."""
    job = scope.get(Job, job_id)
    if not request.htmx:
        return redirect("erp:job", scope.company.slug, job.pk)
    context = {
        "job": job,
        "holder": holder_of(job),
        "me": scope.actor.user_id,
        "votes": votes_of(job, now=scope.now),
        "notes": notes.notes_of(job),
        # The page around it, where a form of this part leads back to.
        "back": request.htmx.current_url_abs_path or "",
        "longest": notes.LONGEST,
        "may_write": scope.actor.level >= Level.STANDARD,
    }
    return render(request, "golive/team_beside_part.html", context)


@require_POST
@company_view(act="see who is at an ERP project")
def present(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Say that the person has the job open, and who else has; a reader is not shown to others."""
    job = scope.get(Job, job_id)
    assert isinstance(request.user, User)
    if scope.actor.level >= Level.STANDARD:
        presence.touch(job=job, user=request.user, now=scope.now)
    others = presence.others_at(job, request.user, now=scope.now)
    return render(request, "golive/team_presence.html", {"job": job, "others": others})
