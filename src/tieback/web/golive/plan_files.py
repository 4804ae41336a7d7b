"""Decisions that leave as a file and come back: export, upload, the diff, the plan of the rest."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tieback.access.models import Level
from tieback.connectors.errors import ConnectorError
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan
from tieback.plans.roundtrip.checking import Checked, Fate, check
from tieback.plans.roundtrip.columns import MOST_ROWS
from tieback.plans.roundtrip.reading import ReadSheet, read_sheet
from tieback.plans.roundtrip.rows import SheetRow, rows_of_jobs, rows_of_plan
from tieback.plans.roundtrip.writing import KINDS, written
from tieback.plans.services import draft
from tieback.portfolio.refusals import RefusedError
from tieback.proposing.lanes import Lane, jobs_in
from tieback.web.erp.uploads import file_in
from tieback.web.scope import Scope, ScopedRequest, company_view

_SALT = "tieback.plans.from-file"
# Between the look at the diff and the plan of it.
_AGE = 24 * 60 * 60
_SHOWN = 500
_SUFFIXES = (".xlsx", ".csv", ".json", ".txt", ".tsv")


@require_safe
@company_view(level=Level.STANDARD, act="export decisions")
def export_plan(request: ScopedRequest, scope: Scope, plan_id: int, kind: str) -> HttpResponse:
    """The plan's decisions as a file."""
    there = scope.get(Plan, plan_id)
    try:
        rows = rows_of_plan(there)
    except RefusedError as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
        return redirect("erp:plan", scope.company.slug, there.pk)
    return _download(rows, kind, title=there.title, name=f"plan-{there.pk}")


@require_safe
@company_view(level=Level.STANDARD, act="export decisions")
def export_lane(request: ScopedRequest, scope: Scope, lane: str, kind: str) -> HttpResponse:
    """The rows of a lane, or those that `q` finds or `job` names, as a file."""
    if lane not in set(Lane) or lane == Lane.ONLY_PORTFOLIO:
        raise Http404("There is no such lane.")
    asked = request.GET
    jobs = jobs_in(scope.company, Lane(lane), query=asked.get("q", "").strip())
    if chosen := [int(text) for text in asked.getlist("job") if text.isdecimal()]:
        jobs = jobs.filter(pk__in=chosen)
    found = list(jobs.defer("raw", "search_text").order_by("number", "pk")[:MOST_ROWS])
    rows = rows_of_jobs(scope.company.pk, found)
    title = f"{scope.company.name}: {Lane(lane).label}"
    return _download(rows, kind, title=title, name=f"{scope.company.slug}-{lane}")


@require_http_methods(["GET", "HEAD", "POST"])
@company_view(level=Level.STANDARD, act="read decisions from a file")
def upload(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Choose a file; then what it decides, row by row. Nothing is written."""
    problem = ""
    if request.method == "POST":
        try:
            checked = check(_read(file_in(request, "file")), actor=scope.actor)
            return render(request, "golive/plan_checked.html", _diff(checked, scope))
        except ConnectorError as refused:
            problem = f"{refused.message} {refused.mend}"
    context = {"problem": problem, "most": MOST_ROWS, "suffixes": ",".join(_SUFFIXES)}
    status = 422 if problem else 200
    return render(request, "golive/plan_upload.html", context, status=status)


@require_POST
@company_view(level=Level.STANDARD, act="plan decisions from a file")
def from_file(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Draft the plan of a diff that the same person has just seen."""
    name, decisions = _unsealed(request.POST.get("sealed", ""), scope)
    plan = draft(
        decisions=decisions,
        title=f"From {name}: {len(decisions):,} decisions",
        by=scope.actor,
        now=scope.now,
    )
    return redirect("erp:plan", scope.company.slug, plan.pk)


def _download(rows: list[SheetRow], kind: str, *, title: str, name: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404("There is no such kind of file.")
    answer = HttpResponse(written(rows, kind, title=title), content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _read(file: "UploadedFile[Any]") -> ReadSheet:
    """The file put on the disk under a name of ours for as long as it is read."""
    name = Path(file.name or "file").name
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="tieback-sheet-") as folder:
        path = Path(folder) / f"decisions{suffix if suffix in _SUFFIXES else '.csv'}"
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        return read_sheet(path, name=name[:100])


def _diff(checked: Checked, scope: Scope) -> dict[str, Any]:
    decided = [one for one in checked.verdicts if one.decision or one.fate == Fate.CHANGED]
    return {
        "checked": checked,
        "counts": checked.counts,
        "refused": checked.refused[:_SHOWN],
        "decided": decided[:_SHOWN],
        "decided_count": len(decided),
        "most_shown": _SHOWN,
        "planned": len(checked.decisions),
        "may_plan": _may_plan(checked, scope),
        "sealed": _sealed(checked, scope),
    }


def _may_plan(checked: Checked, scope: Scope) -> bool:
    links = any(decision.action == Action.LINK for decision in checked.decisions)
    return scope.actor.level >= (Level.ADMIN if links else Level.STANDARD)


def _sealed(checked: Checked, scope: Scope) -> str:
    """The decisions for the form that plans them, so that the file need not be kept."""
    rows = [[d.action.value, d.job_id, d.project_id, d.note] for d in checked.decisions]
    said = [scope.company.pk, scope.actor.user_id, checked.name, rows]
    return signing.dumps(said, salt=_SALT, compress=True)


def _unsealed(sealed: str, scope: Scope) -> tuple[str, list[Decision]]:
    try:
        company, user, name, rows = signing.loads(sealed, salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        raise BadRequest("The decisions are not those that were shown, or too old.") from None
    if (company, user) != (scope.company.pk, scope.actor.user_id):
        raise BadRequest("The decisions were shown to somebody else.")
    return name, [
        Decision(Action(action), job_id, project_id, note=note)
        for action, job_id, project_id, note in rows
    ]
