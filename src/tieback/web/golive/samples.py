"""Accept by sample: draw rows of a plan, judge them one by one, see what that proves."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tieback.access.models import Level
from tieback.matching.rules import default_rules
from tieback.plans.models import Plan
from tieback.review.models import Sample, SampleRow
from tieback.review.proving import at_most, percent_up
from tieback.review.refusals import ReviewError
from tieback.review.samples import (
    LARGEST,
    conclusion,
    draw,
    judge,
    rows_that_link,
    samples_of,
)
from tieback.web.erp.side_by_side import side_by_side
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see a plan's samples"
# Sizes that are offered, with what each proves when nothing in it is wrong.
OFFERED = (30, 60, 100, 150, 300)


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(act=SEE)
def plan_samples(request: ScopedRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """A plan's samples and the form that draws one; as a part for `sample_of_plan.html`."""
    plan = scope.get(Plan, plan_id)
    if request.method == "POST":
        return _drawn(request, scope, plan)
    there = rows_that_link(plan).count()
    context = {
        "plan": plan,
        "drawn": samples_of(plan),
        "there": there,
        "largest": min(there, LARGEST),
        "sizes": _sizes(there),
        "may_draw": scope.actor.level >= Level.STANDARD and there and not plan.discarded_at,
    }
    return render_part(
        request, page="golive/samples.html", part="golive/samples_part.html", context=context
    )


@require_safe
@company_view(act=SEE)
def sample(request: ScopedRequest, scope: Scope, sample_id: int) -> HttpResponse:
    """One row of a sample to judge: the one that `row=` names, otherwise the next not judged."""
    there = scope.get(Sample.objects.select_related("plan"), sample_id)
    asked = request.GET.get("row", "")
    position = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    return _shown(request, scope, there, position)


@require_POST
@company_view(level=Level.STANDARD, act="judge a sample")
def judged(request: ScopedRequest, scope: Scope, sample_id: int, position: int) -> HttpResponse:
    """Keep the verdict on a row and go on to the next that nobody has judged."""
    there = scope.get(Sample.objects.select_related("plan"), sample_id)
    row = there.rows.filter(position=position).first()
    if row is None:
        raise Http404("There is no such row in this sample.")
    said = request.POST.get("verdict", "")
    if said not in SampleRow.Verdict.values:
        raise BadRequest("A verdict was expected.")
    row = judge(row=row, verdict=SampleRow.Verdict(said), by=scope.actor, now=scope.now)
    if not request.htmx:
        return redirect("golive:sample", scope.company.slug, there.pk)
    return _shown(request, scope, there, None, just=row)


def _drawn(request: ScopedRequest, scope: Scope, plan: Plan) -> HttpResponse:
    text = request.POST.get("size", "").replace(",", "").strip()
    size = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    try:
        made = draw(plan=plan, size=size, by=scope.actor, now=scope.now)
    except ReviewError as refused:
        messages.error(request, str(refused))
        return redirect("golive:plan-samples", scope.company.slug, plan.pk)
    return redirect("golive:sample", scope.company.slug, made.pk)


def _sizes(there: int) -> list[tuple[int, int, float]]:
    """(size, rows, per cent): how many rows at most may be wrong when none of the sample is."""
    sizes = sorted({size for size in OFFERED if size < there} | ({there} if there <= 30 else set()))
    bounds = [(size, at_most(population=there, drawn=size, found=0)) for size in sizes if size]
    return [(size, rows, percent_up(rows, there)) for size, rows in bounds]


def _shown(
    request: ScopedRequest,
    scope: Scope,
    there: Sample,
    position: int | None,
    just: SampleRow | None = None,
) -> HttpResponse:
    rows = list(there.rows.select_related("job__connection", "project"))
    waiting = [row for row in rows if not row.verdict]
    row = next((one for one in rows if one.position == position), None)
    row = row or (waiting[0] if waiting else None)
    context: dict[str, Any] = {
        "sample": there,
        "plan": there.plan,
        "rows": rows,
        "row": row,
        "just": just,
        "judged": len(rows) - len(waiting),
        # What the engine thinks of the pair is left out: a sample is there to check it.
        "lines": side_by_side(row.job, [row.project], default_rules()) if row else [],
        "conclusion": conclusion(there),
        "earlier": Sample.objects.filter(plan=there.plan, pk__lt=there.pk).count(),
        "verdicts": list(SampleRow.Verdict),
        "may_judge": scope.actor.level >= Level.STANDARD,
        "address": reverse("golive:sample", args=[scope.company.slug, there.pk]),
    }
    part = "golive/sample_row.html"
    if just:
        return render(request, part, context)
    return render_part(request, page="golive/sample.html", part=part, context=context)
