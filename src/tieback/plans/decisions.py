"""A decision, the level it takes, and what it would do to its row now."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from tieback.access.actors import Actor, NotOfCompanyError
from tieback.access.models import Level
from tieback.following.effects import On
from tieback.following.selectors import effects_of_linking, effects_of_unlinking, refresh
from tieback.linking.eligibility import blockers
from tieback.linking.models import Link
from tieback.linking.rejecting import said_already
from tieback.linking.selectors import active_link
from tieback.plans.models import PlanRow
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Action = PlanRow.Action

# erp-tool.md §7.3: linking takes Admin; archiving takes Standard. Refreshing writes to projects
# as linking does.
LEVELS: dict[str, Level] = {
    Action.LINK: Level.ADMIN,
    Action.UNLINK: Level.ADMIN,
    Action.REFRESH: Level.ADMIN,
    Action.ARCHIVE: Level.STANDARD,
    Action.RESTORE: Level.STANDARD,
    Action.REJECT: Level.STANDARD,
    Action.ALLOW: Level.STANDARD,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person wants done with one job; a project only where it is about a pair."""

    action: Action
    job_id: int
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would do now: its effects, or the reasons why it cannot be done."""

    action: str
    job: Job
    project: Project | None
    link: Link | None
    effects: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def row_hash(self) -> str:
        """SHA-256 over everything the preview shows, so that a change of any fact shows.

        But for cost types: they are the company's, and the row before may just have brought one.
        """
        shown = {
            "action": self.action,
            "job": [self.job.pk, self.job.digest, self.job.state],
            "project": self.project and [self.project.pk, self.project.number, self.project.name],
            "link": self.link and self.link.pk,
            "effects": [effect for effect in self.effects if effect["on"] != On.COST_TYPE],
        }
        text = json.dumps(shown, cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def preview(*, decision: Decision, actor: Actor) -> Preview:
    """What the decision would do at this moment; changes nothing.

    Raises `NotAllowedError` below the action's level, `NotOfCompanyError` for another company's
    rows.
    """
    actor.require(LEVELS[decision.action], f"{decision.action.label.lower()} an ERP project")
    job = Job.objects.select_related("connection").filter(pk=decision.job_id).first()
    actor.require_company(job.company_id if job else -1)
    assert job is not None
    if decision.action == Action.LINK:
        return _link(job, _project(decision, actor), actor)
    if decision.action in {Action.REJECT, Action.ALLOW}:
        return _pair(decision.action, job, _project(decision, actor))
    if decision.action in {Action.ARCHIVE, Action.RESTORE}:
        return _list(decision.action, job)
    return _of_link(decision.action, job)


def _project(decision: Decision, actor: Actor) -> Project:
    projects = Project.objects.select_related("cost_code_list")
    of_company = projects.filter(company_id=actor.company_id)
    project = of_company.filter(pk=decision.project_id or 0).first()
    if project is None:
        raise NotOfCompanyError("No such project in this company.")
    return project


def _link(job: Job, project: Project, actor: Actor) -> Preview:
    found = blockers(job=job, project=project, actor=actor)
    return Preview(
        Action.LINK,
        job,
        project,
        None,
        effects=[effect.as_dict() for effect in effects_of_linking(job, project)],
        reasons=[blocker.sentence for blocker in found],
    )


def _pair(action: Action, job: Job, project: Project) -> Preview:
    said = said_already(job, project)
    reasons = []
    if action == Action.REJECT and said:
        reasons = [said]
    elif action == Action.REJECT and (held := active_link(job)) and held.project_id == project.pk:
        reasons = [f"{job} is linked to {project}. Unlink it first."]
    elif action == Action.ALLOW and not said:
        reasons = [f"Nobody holds that {job} is not {project}; there is nothing to undo."]
    return Preview(action, job, project, None, reasons=reasons)


def _of_link(action: Action, job: Job) -> Preview:
    link = active_link(job)
    if link is None:
        return Preview(action, job, None, None, reasons=[f"{job} is not linked."])
    if action == Action.UNLINK:
        effects = [step.as_dict() for step in effects_of_unlinking(link)]
    else:
        effects = [effect.as_dict() for effect in refresh(job, link.project)]
    return Preview(action, job, link.project, link, effects=effects)


def _list(action: Action, job: Job) -> Preview:
    reasons = []
    if action == Action.ARCHIVE and job.state == Job.State.LINKED:
        reasons = [f"{job} is linked. Unlink it first, then archive it."]
    elif action == Action.ARCHIVE and job.state == Job.State.ARCHIVED:
        reasons = [f"{job} is archived already."]
    elif action == Action.RESTORE and job.state != Job.State.ARCHIVED:
        reasons = [f"{job} is not archived; there is nothing to restore."]
    return Preview(action, job, None, None, reasons=reasons)
