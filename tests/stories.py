"""The acts of a story, through the product's own doors."""

from datetime import datetime

from tieback.access.actors import Actor
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Batch, Plan
from tieback.plans.services import apply, draft
from tieback.portfolio.models import Project
from tieback.staging.models import Job


def plan(
    action: Action, job: Job, project: Project | None = None, *, by: Actor, now: datetime
) -> Plan:
    """A plan of one row, previewed."""
    decision = Decision(action, job.pk, project.pk if project else None)
    return draft(decisions=[decision], title=f"{action.label} {job}", by=by, now=now)


def do(
    action: Action, job: Job, project: Project | None = None, *, by: Actor, now: datetime
) -> Batch:
    """A plan of one row, previewed and applied."""
    return apply(plan=plan(action, job, project, by=by, now=now), by=by, clock=lambda: now)


def link(job: Job, project: Project, *, by: Actor, now: datetime) -> Batch:
    """Link through the plans' door."""
    return do(Action.LINK, job, project, by=by, now=now)
