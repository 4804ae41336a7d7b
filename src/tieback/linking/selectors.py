"""Reads of links, and the picker that finds every project, eligible ones first."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, Value, When

from tieback.access.actors import Actor
from tieback.linking.eligibility import (
    Blocker,
    actor_blockers,
    blockers,
    connector_of,
    job_blockers,
    project_blockers,
    project_facts,
)
from tieback.linking.models import Link
from tieback.portfolio.models import Project
from tieback.portfolio.selectors import erp_list
from tieback.search.index import matching
from tieback.search.text import query_words
from tieback.staging.models import Job

# More hits than this for one prefix cannot be ranked while a person types; the list says so.
CONSIDERED = 2_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One project in the picker, with every reason why it cannot be chosen now."""

    project: Project
    blockers: list[Blocker]

    @property
    def is_eligible(self) -> bool:
        return not self.blockers


def active_link(job: Job) -> Link | None:
    """The link of a job that holds now."""
    return Link.objects.filter(job=job, unlinked_at=None).select_related("project", "job").first()


def active_links(jobs: Iterable[Job]) -> dict[int, Link]:
    """Job id → the link that holds now, for the jobs that have one; one query for any number."""
    held = Link.objects.filter(job__in=[job.pk for job in jobs], unlinked_at=None)
    return {link.job_id: link for link in held.select_related("project")}


def choice(*, job: Job, project: Project, actor: Actor) -> Choice:
    """One project as the picker shows it for this job now."""
    return Choice(project, blockers(job=job, project=project, actor=actor))


def links_of_job(job: Job) -> QuerySet[Link]:
    """Every link that the job ever had, newest first."""
    return Link.objects.filter(job=job).select_related("project")


def choices(*, job: Job, actor: Actor, query: str) -> list[Choice]:
    """At most `SHOWN` projects that match `query`: eligible first, then by how well they fit.

    Finds every project of the company, the ineligible ones with all their blockers.
    """
    actor.require_company(job.company_id)
    found = list(_ranked(actor.company_id, query)[:SHOWN])
    facts = project_facts(actor.company_id, found)
    connector = connector_of(job)
    on_every = [*actor_blockers(actor), *job_blockers(job)]
    listed = [
        Choice(project, [*on_every, *project_blockers(project, connector, facts)])
        for project in found
    ]
    return sorted(listed, key=lambda choice: not choice.is_eligible)


def _ranked(company_id: int, query: str) -> QuerySet[Project]:
    projects = Project.objects.filter(company_id=company_id).select_related("cost_code_list")
    wanted = erp_list(company_id)
    looks_eligible = Q(
        is_active=True,
        is_template=False,
        is_erp_integrated=True,
        origin_id="",
        cost_code_list=wanted.pk if wanted else None,
    )
    typed = " ".join(query_words(query))
    exact = Q(number__iexact=query.strip()) if typed else Q(pk__in=[])
    return (
        matching(projects, query, company_id=company_id, at_most=CONSIDERED)
        .annotate(
            rank=Case(
                When(exact & looks_eligible, then=Value(0)),
                When(looks_eligible, then=Value(1)),
                When(exact, then=Value(2)),
                default=Value(3),
            )
        )
        .order_by("rank", "number", "pk")
    )
