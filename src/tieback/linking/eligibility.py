"""The one definition of when a job may be linked to a project.

Procore's rules (erp-tool.md §3.2) as blockers: a code, a sentence, and a fix where the portfolio
can make one. Screen, API, CLI, plan and apply all ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.connectors.base import Connector, Verb
from tieback.connectors.records import Resource
from tieback.connectors.registry import connector_class
from tieback.linking.models import Link
from tieback.portfolio.models import Project, ProjectCostCode, StandardCostCodeList
from tieback.portfolio.selectors import erp_list, lock_in_sentence
from tieback.staging.models import Job


class Fix(StrEnum):
    """What the portfolio can do at once to take a blocker away."""

    SWITCH_ON = "switch_on"
    USE_ERP_LIST = "use_erp_list"
    REACTIVATE = "reactivate"

    @property
    def label(self) -> str:
        return _FIX_LABELS[self]


_FIX_LABELS = {
    Fix.SWITCH_ON: "Switch the ERP-integrated setting on",
    Fix.USE_ERP_LIST: "Use the ERP cost code list",
    Fix.REACTIVATE: "Make the project active",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why a pair cannot be linked now, and the fix if the portfolio has one."""

    code: str
    sentence: str
    fix: Fix | None = None


class BlockedError(Exception):
    """The pair cannot be linked now; carries every blocker."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(" ".join(blocker.sentence for blocker in blockers))
        self.blockers = blockers


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules about projects of one company ask of the database, read once for many."""

    erp_list: StandardCostCodeList | None
    link_by_project: dict[int, Link]
    other_list_by_project: dict[int, str]


def project_facts(company_id: int, projects: Iterable[Project]) -> Facts:
    """The facts about these projects, in three queries however many they are."""
    ids = [project.pk for project in projects]
    links = Link.objects.filter(project_id__in=ids, unlinked_at=None).select_related("job")
    others = ProjectCostCode.objects.filter(
        project_id__in=ids, standard_code__isnull=False, standard_code__list__is_erp=False
    ).values_list("project_id", "standard_code__list__name")
    return Facts(
        erp_list(company_id), {link.project_id: link for link in links}, dict(others.distinct())
    )


def blockers(*, job: Job, project: Project, actor: Actor) -> list[Blocker]:
    """Everything that stands between this job and this project now; empty when nothing does."""
    return blockers_of([(job, project)], actor=actor)[0]


def blockers_of(pairs: Sequence[tuple[Job, Project]], *, actor: Actor) -> list[list[Blocker]]:
    """The blockers of each pair, in as many queries as one pair takes."""
    for job, project in pairs:
        actor.require_company(job.company_id, project.company_id)
    facts = project_facts(actor.company_id, [project for _, project in pairs])
    linked = [job.pk for job, _ in pairs if job.state == Job.State.LINKED]
    held = Link.objects.filter(job__in=linked, unlinked_at=None) if linked else Link.objects.none()
    by_job = {link.job_id: link for link in held.select_related("project")}
    on_every = actor_blockers(actor)
    return [
        [
            *on_every,
            *job_blockers(job, by_job.get(job.pk)),
            *project_blockers(project, connector_of(job), facts),
        ]
        for job, project in pairs
    ]


def connector_of(job: Job) -> type[Connector]:
    """The connector that the job came by."""
    return connector_class(job.connection.connector)


def actor_blockers(actor: Actor) -> list[Blocker]:
    """Linking takes Admin on the tool (erp-tool.md §7.3)."""
    if actor.level >= Level.ADMIN:
        return []
    return [
        Blocker(
            "not_admin",
            f"Linking takes Admin on the ERP Integrations tool; {actor.name} has "
            f"{actor.level.label}.",
        )
    ]


def job_blockers(job: Job, held: Link | None = None) -> list[Blocker]:
    """What about the job, or its connector, forbids linking it to any project.

    `held` is the link of a linked job, where the caller has read it.
    """
    found = []
    connector = connector_of(job)
    if not connector.can(Resource.JOB, Verb.LINK):
        found.append(
            Blocker("cannot_link", f"{connector.label} cannot link jobs to existing projects.")
        )
    if job.state == Job.State.LINKED:
        link = held or Link.objects.select_related("project").get(job=job, unlinked_at=None)
        found.append(
            Blocker("job_linked", f"{job} is linked to {link.project} already, {said_by(link)}.")
        )
    elif job.state == Job.State.ARCHIVED:
        found.append(Blocker("job_archived", f"{job} is archived. Restore it first."))
    elif job.state == Job.State.ORPHANED:
        found.append(
            Blocker("job_orphaned", f"{job} is no longer in the ERP; there is nothing to link.")
        )
    return found


def project_blockers(project: Project, connector: type[Connector], facts: Facts) -> list[Blocker]:
    """What about the project forbids linking any job of this connector to it."""
    other_list = facts.other_list_by_project.get(project.pk, "")
    return [
        *_synced(project, facts),
        *_setting(project, other_list),
        *_list(project, other_list, facts),
        *_activity(project),
        *_limits(project, connector),
    ]


def said_by(link: Link) -> str:
    """Who linked, and when, as part of a sentence."""
    return f"by {link.linked_by_name} on {link.linked_at:%Y-%m-%d at %H:%M} UTC"


def _synced(project: Project, facts: Facts) -> list[Blocker]:
    if link := facts.link_by_project.get(project.pk):
        sentence = f"{project} is linked to {link.job} already, {said_by(link)}."
        return [Blocker("project_linked", sentence)]
    if project.origin_id:
        sentence = (
            f"{project} carries the ERP id {project.origin_id} from another integration. "
            "Only that integration can let it go."
        )
        return [Blocker("project_origin", sentence)]
    return []


def _setting(project: Project, other_list: str) -> list[Blocker]:
    if project.is_erp_integrated:
        return []
    sentence = f"The ERP-integrated setting of {project} is off."
    if other_list:
        return [Blocker("setting_locked", f"{sentence} {lock_in_sentence(other_list)}")]
    return [Blocker("setting_off", sentence, Fix.SWITCH_ON)]


def _list(project: Project, other_list: str, facts: Facts) -> list[Blocker]:
    wanted = facts.erp_list
    if wanted is None:
        sentence = "This company has not named its ERP standard cost code list yet."
        return [Blocker("no_erp_list", f"{sentence} Name it in Portfolio › Cost code lists.")]
    if project.cost_code_list_id == wanted.pk:
        return []
    uses = f"“{project.cost_code_list}”" if project.cost_code_list else "no cost code list"
    sentence = f"{project} uses {uses}, not the ERP list “{wanted}”."
    if other_list:
        return [Blocker("list_locked", f"{sentence} Codes were copied from it: it is fixed.")]
    return [Blocker("other_list", sentence, Fix.USE_ERP_LIST)]


def _activity(project: Project) -> list[Blocker]:
    found = []
    if project.is_template:
        found.append(Blocker("template", f"{project} is a template, not a project."))
    if not project.is_active:
        found.append(Blocker("inactive", f"{project} is inactive.", Fix.REACTIVATE))
    return found


def _limits(project: Project, connector: type[Connector]) -> list[Blocker]:
    limit = connector.limits.project_name_length
    if limit is None or len(project.name) <= limit:
        return []
    sentence = (
        f"The name of {project} has {len(project.name)} characters; {connector.label} takes "
        f"{limit}. Shorten it in the portfolio."
    )
    return [Blocker("name_too_long", sentence)]
