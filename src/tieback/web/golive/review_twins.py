"""Twins: look-alikes side by side, decided once for the group."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import PlanRow
from tieback.plans.services import draft
from tieback.portfolio.models import Project
from tieback.portfolio.refusals import RefusedError
from tieback.proposing.lanes import Lane, jobs_in
from tieback.proposing.models import Candidate
from tieback.search.text import fold
from tieback.staging.models import Job
from tieback.sync.services import apply_at_once
from tieback.web.erp.side_by_side import Piece
from tieback.web.golive.board_lanes import address
from tieback.web.golive.review import SEE
from tieback.web.golive.review_deeds import deeds_of
from tieback.web.matching.words import share
from tieback.web.scope import Scope, ScopedRequest, asked_id, company_view

# More look-alikes than these side by side tell a person nothing.
WIDEST = 12
_WORDS = re.compile(r"\w+|\W+")


@dataclass(frozen=True, slots=True)
class Record:
    """One of the look-alikes with the words of its name that not all of its side have."""

    record: Job | Project
    name: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Line:
    """A job of the group: how likely each project is, and the one that is suggested or chosen."""

    job: Record
    percents: Sequence[str]
    chosen: str
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Look-alikes of one company that still wait."""

    number: int
    jobs: Sequence[Job]
    projects: Sequence[Project]
    found: Mapping[tuple[int, int], Candidate]


@require_safe
@company_view(act=SEE)
def twins(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The group in the address, the first one that waits without."""
    numbers = _waiting(scope)
    named = request.GET.get("group", "")
    number = asked_id(named) if named else next(iter(numbers), None)
    group = _group(scope, number) if number is not None else None
    return render(request, "golive/review_twins.html", _context(scope, group, numbers, {}))


@require_POST
@company_view(level=Level.ADMIN, act="link an ERP project")
def decide(request: ScopedRequest, scope: Scope, group: int) -> HttpResponse:
    """Make one plan of the group; done at once unless a row of it is held back."""
    there = _group(scope, group)
    if not there.jobs:
        raise Http404("Nothing of this group waits.")
    chosen = _chosen(there, request.POST)
    problem = _problem(there, chosen)
    if problem:
        context = _context(scope, there, _waiting(scope), chosen) | {"problem": problem}
        return render(request, "golive/review_twins.html", context, status=422)
    decisions = [_decision(job_id, choice) for job_id, choice in chosen.items() if choice]
    plan = draft(
        decisions=decisions,
        title=f"Decide {len(decisions)} look-alikes together",
        by=scope.actor,
        now=scope.now,
    )
    if plan.rows.filter(state=PlanRow.State.HELD).exists():
        messages.warning(request, "Not all of the group can be done now. Nothing is done yet.")
        return redirect("erp:plan", scope.company.slug, plan.pk)
    try:
        apply_at_once(plan=plan, by=scope.actor, clock=timezone.now)
    except RefusedError as refused:
        messages.warning(request, f"{refused.message} {refused.mend}")
        return redirect("erp:plan", scope.company.slug, plan.pk)
    following = [number for number in _waiting(scope) if number > group]
    return redirect(address(scope, "golive:twins", group=next(iter(following), None)))


def _waiting(scope: Scope) -> list[int]:
    """The numbers of the groups in the lane Twins, in their order."""
    held = Candidate.objects.filter(
        job__in=jobs_in(scope.company, Lane.TWINS), is_proposed=True, twins__isnull=False
    )
    numbers = held.order_by("twins").values_list("twins", flat=True).distinct()
    return [number for number in numbers if number is not None]


def _group(scope: Scope, number: int) -> Group:
    of_company = scope.rows(Candidate).filter(
        job__state=Job.State.READY, job__is_active=True, project__origin_id=""
    )
    in_group = of_company.filter(twins=number)
    job_ids = in_group.order_by().values_list("job", flat=True).distinct()
    project_ids = in_group.order_by().values_list("project", flat=True).distinct()
    jobs = Job.objects.filter(pk__in=job_ids).order_by("number", "pk")[:WIDEST]
    projects = Project.objects.filter(pk__in=project_ids).order_by("number", "pk")[:WIDEST]
    listed, beside = list(jobs.defer("raw")), list(projects)
    pairs = of_company.filter(job__in=listed, project__in=beside)
    return Group(number, listed, beside, {(one.job_id, one.project_id): one for one in pairs})


def _context(
    scope: Scope, group: Group | None, numbers: Sequence[int], chosen: Mapping[int, str]
) -> dict[str, Any]:
    number = group.number if group else -1
    earlier = [one for one in numbers if one < number]
    later = [one for one in numbers if one > number]
    return {
        "group": group if group and group.jobs else None,
        "lines": _lines(group, chosen) if group else [],
        "projects": marked(group.projects) if group else [],
        "groups": len(numbers),
        "previous": earlier[-1] if earlier else None,
        "next": later[0] if later else None,
        "deeds": lambda: deeds_of(scope),
        "board_url": address(scope, lane=Lane.TWINS),
    }


def _lines(group: Group, chosen: Mapping[int, str]) -> list[Line]:
    lines = []
    for record in marked(group.jobs):
        job_id = record.record.pk
        row = [group.found.get((job_id, project.pk)) for project in group.projects]
        suggested = next((str(one.project_id) for one in row if one and one.is_proposed), "")
        choice = chosen.get(job_id, suggested)
        percents = [share(one.probability) if one else "" for one in row]
        lines.append(Line(record, percents, choice, is_suggested=choice == suggested != ""))
    return lines


def marked(records: Sequence[Job] | Sequence[Project]) -> list[Record]:
    """The records with the words of their names marked that not every one of them has."""
    held = Counter(word for record in records for word in {*_words(record.name)})
    common = {word for word, number in held.items() if number == len(records)}
    return [
        Record(
            record,
            [
                Piece(part, "differs" if part[0].isalnum() and fold(part) not in common else "")
                for part in _WORDS.findall(record.name)
            ],
        )
        for record in records
    ]


def _words(name: str) -> list[str]:
    return [fold(part) for part in _WORDS.findall(name) if part[0].isalnum()]


def _chosen(group: Group, asked: QueryDict) -> dict[int, str]:
    """Job id → project id, "archive", or "" for later; only what the form can have held."""
    projects = {str(project.pk) for project in group.projects}
    chosen = {job.pk: asked.get(f"pair-{job.pk}", "") for job in group.jobs}
    known = projects | {"archive", ""}
    return {job_id: choice if choice in known else "" for job_id, choice in chosen.items()}


def _problem(group: Group, chosen: Mapping[int, str]) -> str:
    if not any(chosen.values()):
        return "Nothing is chosen. Choose a project for at least one of them."
    twice = Counter(choice for choice in chosen.values() if choice not in {"", "archive"})
    names = {str(project.pk): str(project) for project in group.projects}
    for choice, number in twice.items():
        if number > 1:
            return f"{names[choice]} is chosen {number} times; a project has one ERP project only."
    return ""


def _decision(job_id: int, choice: str) -> Decision:
    if choice == "archive":
        return Decision(Action.ARCHIVE, job_id)
    return Decision(Action.LINK, job_id, int(choice))
