"""Notes on a row, as a part of other pages or as a page of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tieback.access.models import Level
from tieback.review import notes
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(act="see the notes on an ERP project")
def of_job(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """A job's notes and the form that adds one."""
    job = scope.get(Job, job_id)
    problem = _added(request, scope, job) if request.method == "POST" else ""
    context = {
        "job": job,
        "notes": notes.notes_of(job),
        "problem": problem,
        "written": request.POST.get("text", "") if problem else "",
        "longest": notes.LONGEST,
        "may_write": scope.actor.level >= Level.STANDARD,
    }
    if request.method == "POST" and not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("golive:job-notes", scope.company.slug, job.pk)
    if request.method == "POST":
        return render(request, "golive/note_list.html", context)
    return render_part(
        request, page="golive/note_page.html", part="golive/note_list.html", context=context
    )


def _added(request: ScopedRequest, scope: Scope, job: Job) -> str:
    """Why the note could not be added, "" when it was."""
    try:
        notes.add(job=job, text=request.POST.get("text", ""), by=scope.actor, now=scope.now)
    except ReviewError as refused:
        return str(refused)
    return ""
