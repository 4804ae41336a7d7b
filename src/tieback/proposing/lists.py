"""The two lists as the engine takes them, and what people have decided about their pairs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tieback.linking.models import Link, Rejection
from tieback.portfolio.models import Project
from tieback.staging.models import Job

if TYPE_CHECKING:
    from tieback.matching.known import Known
    from tieback.matching.records import Records

# One record as the engine reads it: its column → what the record says there.
Facts = dict[str, Any]
_SHARED = {
    "id": "pk",
    "number": "number",
    "name": "name",
    "address": "address",
    "city": "city",
    "state": "state_code",
    "zip": "zip",
    "owner": "customer",
    "start": "start_date",
    "end": "end_date",
}
# The engine's column → the field of ours.
_OF_JOB = {**_SHARED, "value": "contract_value", "status": "status"}
_OF_PROJECT = {**_SHARED, "value": "value", "status": "stage"}


@dataclass(frozen=True, slots=True)
class Lists:
    """Every job and project that the engine compares; the id of a record is its row's.

    Linked ones are among them, as they were when they were linked, for what they teach.
    """

    jobs: "Records"
    projects: "Records"
    known: "Known"


def read_lists(company_id: int) -> Lists:
    """The company's lists: what is still open on either side as it is now, and the linked."""
    # NumPy takes a while to import, and screens that only show candidates do not need it.
    from tieback.matching.known import Known  # noqa: PLC0415
    from tieback.matching.records import records_from  # noqa: PLC0415

    linked = _Linked(company_id)
    return Lists(
        records_from([*job_facts(open_jobs(company_id)), *linked.jobs()]),
        records_from([*project_facts(free_projects(company_id)), *linked.projects()]),
        Known(confirmed=linked.pairs, rejected=rejected_pairs(company_id)),
    )


def open_jobs(company_id: int) -> QuerySet[Job]:
    """The jobs that a project is looked for."""
    # Not `is_active=True`: that is written as a bare column, which SQLite seeks in no index.
    return Job.objects.filter(company=company_id, state=Job.State.READY, is_active__in=[True])


def free_projects(company_id: int) -> QuerySet[Project]:
    """The projects that may be a job's."""
    return Project.objects.filter(
        company=company_id, origin_id="", is_active=True, is_template=False
    )


def job_facts(jobs: QuerySet[Job]) -> Iterator[Facts]:
    """What the jobs say now, as the engine reads it."""
    return _facts(jobs, _OF_JOB)


def project_facts(projects: QuerySet[Project]) -> Iterator[Facts]:
    """What the projects say now, as the engine reads it."""
    return _facts(projects, _OF_PROJECT)


def facts_of_job(job: Job) -> Facts:
    """What one job says, to be kept with a decision."""
    return {column: getattr(job, field) for column, field in _OF_JOB.items()}


def facts_of_project(project: Project) -> Facts:
    """What one project says, to be kept with a decision."""
    return {column: getattr(project, field) for column, field in _OF_PROJECT.items()}


def confirmed_pairs(company_id: int) -> list[tuple[str, str]]:
    """The pairs that are linked now, as (job id, project id)."""
    return _Linked(company_id).pairs


def rejected_pairs(company_id: int) -> list[tuple[str, str]]:
    """The pairs that a person said are no match, as (job id, project id)."""
    held = Rejection.objects.filter(company=company_id, undone_at=None).order_by("pk")
    return [(str(job), str(project)) for job, project in held.values_list("job_id", "project_id")]


class _Linked:
    """The links of a company that hold, and what their records said when they were made.

    A link that froze nothing teaches by what its records say now.
    """

    def __init__(self, company_id: int) -> None:
        held = Link.objects.filter(company=company_id, unlinked_at=None).order_by("pk")
        self._rows = list(held.values_list("job_id", "project_id", "evidence"))
        self.pairs = [(str(job), str(project)) for job, project, _ in self._rows]

    def jobs(self) -> Iterable[Facts]:
        bare = [job for job, _, evidence in self._rows if not evidence.get("job")]
        frozen = ({**e["job"], "id": job} for job, _, e in self._rows if e.get("job"))
        return [*frozen, *job_facts(Job.objects.filter(pk__in=bare))]

    def projects(self) -> Iterable[Facts]:
        bare = [project for _, project, evidence in self._rows if not evidence.get("project")]
        frozen = ({**e["project"], "id": pk} for _, pk, e in self._rows if e.get("project"))
        return [*frozen, *project_facts(Project.objects.filter(pk__in=bare))]


def _facts(rows: "QuerySet[Any]", fields: dict[str, str]) -> Iterator[Facts]:
    for row in rows.order_by().values_list(*fields.values()).iterator():
        yield dict(zip(fields, row, strict=True))
