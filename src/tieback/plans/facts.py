"""What decisions have to know of the two sides: read for many at once, or from rows held locked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tieback.access.actors import Actor, NotOfCompanyError
from tieback.following.effects import Effect
from tieback.following.put_back import PutBack
from tieback.following.selectors import (
    Pair,
    effects_of_linking,
    effects_of_unlinking,
    refresh,
)
from tieback.linking.eligibility import Blocker, blockers_of
from tieback.linking.models import Link, Rejection
from tieback.linking.rejecting import active_rejections
from tieback.plans.decisions import OF_LINK, OF_PAIR, Action, Decision
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Key = tuple[int, int]


@dataclass
class Facts:
    """Of some decisions: their jobs and projects by id, and what stands or would follow."""

    jobs: Mapping[int, Job]
    projects: Mapping[int, Project]
    # By job id: the link that holds now.
    links: Mapping[int, Link] = field(default_factory=dict)
    # By (job id, project id).
    rejections: Mapping[Key, Rejection] = field(default_factory=dict)
    blockers: dict[Key, list[Blocker]] = field(default_factory=dict)
    linking: dict[Key, list[Effect]] = field(default_factory=dict)
    # By link id.
    refreshing: dict[int, list[Effect]] = field(default_factory=dict)
    unlinking: dict[int, list[PutBack]] = field(default_factory=dict)


def gather(
    decisions: Sequence[Decision],
    actor: Actor,
    *,
    jobs: Mapping[int, Job] | None = None,
    projects: Mapping[int, Project] | None = None,
) -> Facts:
    """The facts of these decisions, in as many queries as one decision of each action takes.

    `jobs` and `projects` are taken as they are where the caller holds them. Raises
    `NotOfCompanyError`.
    """
    facts = Facts(
        _jobs(decisions, actor) if jobs is None else jobs,
        _projects(decisions, actor) if projects is None else projects,
    )
    by_action: dict[Action, list[Decision]] = {}
    for decision in decisions:
        if not decision.held:
            by_action.setdefault(decision.action, []).append(decision)
    _add_linking(facts, by_action.get(Action.LINK, []), actor)
    _add_links(facts, by_action)
    _add_pairs(facts, by_action)
    return facts


def _jobs(decisions: Iterable[Decision], actor: Actor) -> dict[int, Job]:
    wanted = {decision.job_id for decision in decisions}
    found = Job.objects.select_related("connection").in_bulk(wanted)
    if len(found) != len(wanted):
        raise NotOfCompanyError("No such record in this company.")
    actor.require_company(*(job.company_id for job in found.values()))
    return found


def _projects(decisions: Iterable[Decision], actor: Actor) -> dict[int, Project]:
    wanted = {decision.project_id for decision in decisions if decision.project_id is not None}
    projects = Project.objects.select_related("cost_code_list")
    found = projects.filter(company_id=actor.company_id).in_bulk(wanted) if wanted else {}
    if len(found) != len(wanted):
        raise NotOfCompanyError("No such project in this company.")
    return found


def project_of(decision: Decision, facts: Facts) -> Project:
    """The project of a decision that is about a pair; raises `NotOfCompanyError` without one."""
    project = facts.projects.get(decision.project_id or 0)
    if project is None:
        raise NotOfCompanyError("No such project in this company.")
    return project


def _add_linking(facts: Facts, decisions: Sequence[Decision], actor: Actor) -> None:
    pairs: list[Pair] = [(facts.jobs[d.job_id], project_of(d, facts)) for d in decisions]
    if not pairs:
        return
    keys = [(job.pk, project.pk) for job, project in pairs]
    facts.blockers = dict(zip(keys, blockers_of(pairs, actor=actor), strict=True))
    facts.linking = dict(zip(keys, effects_of_linking(pairs), strict=True))


def _add_links(facts: Facts, by_action: Mapping[Action, list[Decision]]) -> None:
    about = {d.job_id for action in (*OF_LINK, *OF_PAIR) for d in by_action.get(action, [])}
    if not about:
        return
    held = Link.objects.filter(job__in=about, unlinked_at=None)
    facts.links = {link.job_id: link for link in held.select_related("project", "job")}
    if links := _linked(facts, by_action.get(Action.REFRESH, [])):
        effects = refresh([(facts.jobs[link.job_id], link.project) for link in links])
        facts.refreshing = {link.pk: e for link, e in zip(links, effects, strict=True)}
    if links := _linked(facts, by_action.get(Action.UNLINK, [])):
        steps = effects_of_unlinking(links)
        facts.unlinking = {link.pk: s for link, s in zip(links, steps, strict=True)}


def _linked(facts: Facts, decisions: Iterable[Decision]) -> list[Link]:
    return [facts.links[d.job_id] for d in decisions if d.job_id in facts.links]


def _add_pairs(facts: Facts, by_action: Mapping[Action, list[Decision]]) -> None:
    about = {d.job_id for action in OF_PAIR for d in by_action.get(action, [])}
    if about:
        facts.rejections = active_rejections([facts.jobs[pk] for pk in about])
