"""What decisions would do at this moment: for one or for 1,500 by the same path."""

from collections.abc import Callable, Mapping, Sequence

from tieback.access.actors import Actor
from tieback.linking.eligibility import said_by
from tieback.linking.models import Link
from tieback.linking.rejecting import said_already
from tieback.plans.decisions import LEVELS, OF_LINK, OF_LIST, OF_PAIR, Action, Decision, Preview
from tieback.plans.facts import Facts, gather, project_of
from tieback.plans.fixes import setting_effects, setting_reasons
from tieback.portfolio.models import Project
from tieback.staging.models import Job

# Called with how many are done.
Progress = Callable[[int], None]
# Enough that queries do not count, few enough that the facts of a chunk fit in little memory.
_CHUNK = 100


def preview(
    *,
    decision: Decision,
    actor: Actor,
    jobs: Mapping[int, Job] | None = None,
    projects: Mapping[int, Project] | None = None,
) -> Preview:
    """What the decision would do at this moment; changes nothing.

    Raises `NotAllowedError` below the action's level, `NotOfCompanyError` for another company's
    rows. `jobs` and `projects` as for `gather`.
    """
    _require(decision.action, actor)
    return _preview(decision, gather([decision], actor, jobs=jobs, projects=projects))


def previews(
    *, decisions: Sequence[Decision], actor: Actor, progress: Progress | None = None
) -> list[Preview]:
    """What each decision would do on its own at this moment; raises as `preview` does."""
    for action in dict.fromkeys(decision.action for decision in decisions):
        _require(action, actor)
    shown: list[Preview] = []
    for start in range(0, len(decisions), _CHUNK):
        chunk = decisions[start : start + _CHUNK]
        facts = gather(chunk, actor)
        shown.extend(_preview(decision, facts) for decision in chunk)
        if progress:
            progress(len(shown))
    return shown


def _require(action: Action, actor: Actor) -> None:
    actor.require(LEVELS[action], f"{action.label.lower()} an ERP project")


def _preview(decision: Decision, facts: Facts) -> Preview:
    job = facts.jobs[decision.job_id]
    if decision.held:
        project = facts.projects.get(decision.project_id or 0)
        return Preview(decision.action, job, project, None, reasons=[decision.held])
    if decision.action == Action.LINK:
        return _link(job, project_of(decision, facts), facts)
    if decision.action in OF_PAIR:
        return _pair(decision.action, job, project_of(decision, facts), facts)
    if decision.action in OF_LIST:
        return _list(decision.action, job)
    if decision.action in OF_LINK:
        return _of_link(decision, job, facts)
    return _fix(decision, job, project_of(decision, facts))


def _link(job: Job, project: Project, facts: Facts) -> Preview:
    return Preview(
        Action.LINK,
        job,
        project,
        None,
        effects=[effect.as_dict() for effect in facts.linking[job.pk, project.pk]],
        reasons=[blocker.sentence for blocker in facts.blockers[job.pk, project.pk]],
    )


def _pair(action: Action, job: Job, project: Project, facts: Facts) -> Preview:
    rejection = facts.rejections.get((job.pk, project.pk))
    link = facts.links.get(job.pk)
    reasons = []
    if action == Action.REJECT and rejection:
        reasons = [said_already(rejection)]
    elif action == Action.REJECT and link and link.project_id == project.pk:
        reasons = [f"{job} is linked to {project}. Unlink it first."]
    elif action == Action.ALLOW and not rejection:
        reasons = [f"Nobody holds that {job} is not {project}; there is nothing to undo."]
    return Preview(action, job, project, None, reasons=reasons)


def _of_link(decision: Decision, job: Job, facts: Facts) -> Preview:
    link = facts.links.get(job.pk)
    if link is None:
        return Preview(decision.action, job, None, None, reasons=[f"{job} is not linked."])
    if decision.link_id not in {None, link.pk}:
        reasons = [_another_link(link)]
        return Preview(decision.action, job, link.project, None, reasons=reasons)
    if decision.action == Action.UNLINK:
        effects = [step.as_dict() for step in facts.unlinking[link.pk]]
    else:
        effects = [effect.as_dict() for effect in facts.refreshing[link.pk]]
    return Preview(decision.action, job, link.project, link, effects=effects)


def _another_link(link: Link) -> str:
    return (
        f"Since then {link.job} was unlinked and linked to {link.project}, {said_by(link)}; that "
        "link stays."
    )


def _list(action: Action, job: Job) -> Preview:
    reasons = []
    if action == Action.ARCHIVE and job.state == Job.State.LINKED:
        reasons = [f"{job} is linked. Unlink it first, then archive it."]
    elif action == Action.ARCHIVE and job.state == Job.State.ARCHIVED:
        reasons = [f"{job} is archived already."]
    elif action == Action.RESTORE and job.state != Job.State.ARCHIVED:
        reasons = [f"{job} is not archived; there is nothing to restore."]
    return Preview(action, job, None, None, reasons=reasons)


def _fix(decision: Decision, job: Job, project: Project) -> Preview:
    return Preview(
        Action.FIX,
        job,
        project,
        None,
        effects=[effect.as_dict() for effect in setting_effects(decision.settings)],
        reasons=setting_reasons(project, decision.settings),
    )
