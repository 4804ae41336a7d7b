"""A job under review: its candidates, each beside it, with its reasons and what blocks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tieback.linking.eligibility import (
    Blocker,
    connector_of,
    job_blockers,
    project_blockers,
    project_facts,
)
from tieback.linking.selectors import active_link
from tieback.matching.rules import default_rules
from tieback.portfolio.models import Project
from tieback.proposing.lanes import candidates_of
from tieback.proposing.models import Candidate
from tieback.proposing.suggestions import look_up, suggestions
from tieback.staging.models import Job
from tieback.web.erp.side_by_side import Line, side_by_side
from tieback.web.erp.waterfall import Waterfall, waterfall
from tieback.web.golive.review_queue import Queue
from tieback.web.matching.words import share
from tieback.web.scope import Scope

# As many as there are digits to choose them by.
MOST = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A project that the job may be: proposed by the engine, or searched for by the person."""

    digit: int
    project: Project
    candidate: Candidate | None
    blockers: Sequence[Blocker]
    lines: Sequence[Line]
    waterfall: Waterfall | None
    rival: Candidate | None
    is_chosen: bool

    @property
    def percent(self) -> str:
        return share(self.candidate.probability) if self.candidate else "Not rated"

    @property
    def width(self) -> float:
        """The probability's bar, of 100."""
        return round(100 * self.candidate.probability, 1) if self.candidate else 0

    @property
    def sentence(self) -> str:
        if self.candidate:
            return self.candidate.sentence
        return "You searched for this project; the look-up did not put it forward."


def context_of(scope: Scope, queue: Queue, job: Job, extra: Project | None) -> dict[str, Any]:
    """All that the review shows of one job; `extra` is a project that a person searched for."""
    is_ready = job.state == Job.State.READY
    shown = _choices(scope, job, extra) if is_ready else []
    matches = look_up(scope.company, now=scope.now)
    suggestion = suggestions([job], matches).get(job.pk)
    after, before = queue.after(job), queue.before(job)
    return {
        "job": job,
        "on_job": job_blockers(job),
        "choices": shown,
        "no": suggestion.no if suggestion and not shown else None,
        "link": None if is_ready else active_link(job),
        "next_id": after,
        "next_url": queue.url(after) if after else "",
        "previous_url": queue.url(before) if before else "",
        "own_url": queue.url(job.pk),
        "says": _says(job, shown),
    }


def _choices(scope: Scope, job: Job, extra: Project | None) -> list[Choice]:
    found = candidates_of(job)[:MOST]
    known = {candidate.project_id: candidate for candidate in found}
    ids = list(known)
    if extra and extra.pk not in known:
        ids = [*ids[: MOST - 1], extra.pk]
    projects = Project.objects.select_related("cost_code_list").in_bulk(ids)
    chosen = extra.pk if extra else _proposed_of(found)
    facts = project_facts(scope.company.pk, projects.values())
    connector, rules, rivals = connector_of(job), default_rules(), _rivals(job, ids)
    return [
        Choice(
            digit=at,
            project=projects[pk],
            candidate=known.get(pk),
            blockers=project_blockers(projects[pk], connector, facts),
            lines=side_by_side(job, [projects[pk]], rules),
            waterfall=waterfall(known[pk]) if pk in known else None,
            rival=rivals.get(pk),
            is_chosen=pk == chosen,
        )
        for at, pk in enumerate(ids, start=1)
    ]


def _proposed_of(found: Sequence[Candidate]) -> int | None:
    proposed = [one.project_id for one in found if one.is_proposed]
    return next(iter([*proposed, *(one.project_id for one in found)]), None)


def _rivals(job: Job, project_ids: Sequence[int]) -> dict[int, Candidate]:
    """Project id → the other job that it is proposed for."""
    elsewhere = Candidate.objects.filter(
        project__in=project_ids, is_proposed=True, job__state=Job.State.READY
    ).exclude(job=job)
    return {one.project_id: one for one in elsewhere.select_related("job")}


def _says(job: Job, shown: Sequence[Choice]) -> str:
    """What is read out when the job comes up."""
    chosen = next((one for one in shown if one.is_chosen), None)
    if job.state != Job.State.READY:
        return f"{job}: {job.get_state_display()}."
    if chosen is None:
        return f"{job}: no candidate."
    stands = " It cannot be linked yet." if chosen.blockers else ""
    others = f" {len(shown) - 1} more to choose from." if len(shown) > 1 else ""
    return f"{job}. Is it {chosen.project}? {chosen.percent}. {chosen.sentence}{stands}{others}"
