"""A job's candidates: each with its reasons and beside the job; not a match, offer again."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.linking.models import Rejection
from tieback.linking.selectors import active_link
from tieback.matching.rules import Rules, default_rules
from tieback.plans.decisions import Action, Decision
from tieback.plans.services import draft
from tieback.portfolio.models import Project
from tieback.proposing.lanes import candidates_of
from tieback.proposing.models import Candidate
from tieback.proposing.rules import RulesError, active_rules
from tieback.proposing.suggestions import LookUp, No, look_up, suggestions
from tieback.staging.models import Job
from tieback.web.erp.job_list import SEE
from tieback.web.erp.planning import carry_out, moved, toast
from tieback.web.erp.side_by_side import side_by_side
from tieback.web.erp.waterfall import waterfall
from tieback.web.matching.words import share
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view, render_part


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate of the list; `rival` is another job for which its project is proposed."""

    candidate: Candidate
    is_chosen: bool
    rival: Candidate | None

    @property
    def project(self) -> Project:
        return self.candidate.project

    @property
    def percent(self) -> str:
        return share(self.candidate.probability)

    @property
    def width(self) -> float:
        """The probability's bar, of 100."""
        return round(100 * self.candidate.probability, 1)


@require_safe
@company_view(act=SEE)
def candidates(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """The job's candidates, the best first; `project` names the one that is looked at."""
    job = scope.get(Job.objects.select_related("connection"), job_id)
    asked = request.GET.get("project", "")
    context = context_of(scope, job, asked_id(asked) if asked else None)
    context["is_after"] = "after" in request.GET
    return render_part(
        request,
        page="erp/candidates/page.html",
        part="erp/candidates/found.html",
        context=context,
    )


@require_POST
@company_view(level=Level.STANDARD, act="say that a pair is not a match")
def reject(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Remember that the job is not the project, so that the pair is not offered again."""
    return _decided(request, scope, Action.REJECT, job_id)


@require_POST
@company_view(level=Level.STANDARD, act="offer a pair again")
def allow(request: ScopedRequest, scope: Scope, job_id: int) -> HttpResponse:
    """Take back that the job is not the project."""
    return _decided(request, scope, Action.ALLOW, job_id)


def _decided(request: ScopedRequest, scope: Scope, action: Action, job_id: int) -> HttpResponse:
    """Decide on one pair at once, which changes no project, and say what became of it."""
    job = scope.get(Job, job_id)
    project = scope.get(Project, asked_id(request.POST.get("project")))
    plan = draft(
        decisions=[Decision(action, job.pk, project.pk)],
        title=f"{action.label}: {job} and {project}",
        by=scope.actor,
        now=scope.now,
    )
    carry_out(plan, scope)
    return toast(request, plan) if request.htmx else moved(request, scope, plan)


def context_of(scope: Scope, job: Job, project_id: int | None) -> dict[str, Any]:
    """All that is known of the job's candidates; `project_id` is the one to look at, if it is one.

    With none asked for, it is the one proposed, and the best where none is.
    """
    found = candidates_of(job) if job.state == Job.State.READY else []
    chosen = _chosen(found, project_id)
    matches = look_up(scope.company, now=scope.now)
    rejected = Rejection.objects.filter(job=job, undone_at=None).select_related("project")
    return {
        "job": job,
        "link": active_link(job),
        "matches": matches,
        "no": _no(job, matches, found),
        "shown": _shown(found, chosen),
        "rejected": list(rejected),
        **(_detail(scope, job, chosen, found) if chosen else {}),
    }


def _chosen(found: list[Candidate], project_id: int | None) -> Candidate | None:
    asked = [one for one in found if one.project_id == project_id]
    proposed = [one for one in found if one.is_proposed]
    return next(iter([*asked, *proposed, *found]), None)


def _no(job: Job, matches: LookUp, found: list[Candidate]) -> No | None:
    """Why no candidate is proposed, None where one is."""
    if job.state != Job.State.READY or any(one.is_proposed for one in found):
        return None
    return suggestions([job], matches)[job.pk].no


def _shown(found: list[Candidate], chosen: Candidate | None) -> list[Shown]:
    elsewhere = Candidate.objects.filter(
        project__in=[one.project_id for one in found], is_proposed=True
    )
    rivals = {one.project_id: one for one in elsewhere.select_related("job")}
    return [
        Shown(one, one == chosen, None if one.is_proposed else rivals.get(one.project_id))
        for one in found
    ]


def _detail(scope: Scope, job: Job, chosen: Candidate, found: list[Candidate]) -> dict[str, Any]:
    """The chosen candidate's reasons, and its record beside the job's and the runner-up's."""
    runner_up = next((one for one in found if one != chosen), None)
    beside = [chosen.project, *([runner_up.project] if runner_up else [])]
    return {
        "chosen": chosen,
        "percent": share(chosen.probability),
        "margin": _points(chosen.margin),
        "runner_up": runner_up,
        "waterfall": waterfall(chosen),
        "lines": side_by_side(job, beside, _rules(scope)),
    }


def _rules(scope: Scope) -> Rules:
    try:
        return active_rules(scope.company)
    except RulesError:
        # The page of the rules says what is wrong with them; marking words can do without.
        return default_rules()


def _points(margin: float | None) -> str:
    """How far ahead, in percentage points; "" where it is not known."""
    return "" if margin is None else f"{100 * margin:.0f} points"
