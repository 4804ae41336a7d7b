"""The page of a job and the page of a link: what is known, what was done, by whom."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.following.selectors import differences, performed
from tieback.linking.models import Link
from tieback.linking.selectors import active_link, links_of_job
from tieback.staging.models import Job
from tieback.web.erp import job_reads as reads
from tieback.web.erp.job_list import SEE, rows_of
from tieback.web.erp.shown_effects import compared, done_words
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_safe
@company_view(act=SEE)
def job(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Everything that is known of a job: facts, link, cost codes, raw record, history."""
    there = scope.get(Job.objects.select_related("connection"), job_id)
    links = list(links_of_job(there))
    context = {
        "job": there,
        "row": rows_of([there])[0],
        "link": active_link(there),
        "links": links,
        "codes": reads.staged_codes(there),
        "sub_jobs": there.sub_jobs.order_by("code", "pk"),
        "raw": sorted(there.raw.items()),
        "events": reads.told(reads.events_about_job(there, links)),
    }
    return render(request, "erp/jobs/job.html", context)


@require_safe
@company_view(act=SEE)
def link(request: ScopedRequest, scope: Scope, link_id: int) -> HttpResponse:
    """A link: the pair side by side, who and when, and what became of each effect."""
    there = scope.get(
        Link.objects.select_related("job__connection", "project__cost_code_list"), link_id
    )
    differing = [effect.as_dict() for effect in differences(there.job, there.project)]
    page = page_of(performed(there), request.GET, usual=200)
    context = {
        "link": there,
        "job": there.job,
        "project": there.project,
        "compared": compared(there.job, there.project, differing),
        "page": page,
        "effects": [(*done_words(effect), effect) for effect in page],
        "outcomes": reads.outcomes(there),
        "events": reads.told(reads.events_about_link(there)),
    }
    return render(request, "erp/linking/link.html", context)
