"""Names for the records that a kept report knows by their ids only."""

from collections.abc import Iterable
from dataclasses import dataclass

from tieback.portfolio.models import Project
from tieback.staging.models import Job
from tieback.web.scope import Scope


@dataclass(frozen=True, slots=True)
class Pair:
    """A job and a project; None for one that is not there any more."""

    job: Job | None
    project: Project | None


@dataclass(frozen=True, slots=True)
class Names:
    """The company's records that a report names."""

    jobs: dict[str, Job]
    projects: dict[str, Project]

    def pair(self, job_id: str, project_id: str) -> Pair:
        return Pair(self.jobs.get(job_id), self.projects.get(project_id))

    def pairs(self, ids: Iterable[tuple[str, str]]) -> list[Pair]:
        return [self.pair(job_id, project_id) for job_id, project_id in ids]


def names(scope: Scope, job_ids: Iterable[str], project_ids: Iterable[str]) -> Names:
    """The records with these ids, of this company only; a query for each side."""
    jobs = scope.rows(Job).filter(pk__in=_numbers(job_ids)).defer("raw", "search_text")
    projects = scope.rows(Project).filter(pk__in=_numbers(project_ids))
    return Names({str(one.pk): one for one in jobs}, {str(one.pk): one for one in projects})


def _numbers(ids: Iterable[str]) -> set[int]:
    return {int(one) for one in ids if one.isdecimal()}
