"""The order in which a lane is reviewed: which job comes first, next and before, from any job."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from tieback.proposing.lanes import Lane
from tieback.proposing.models import Candidate
from tieback.staging.models import Job
from tieback.web.golive.board_lanes import (
    JOB_SORTS,
    PROPOSED_SORTS,
    address,
    lane_of,
    sort_in,
    sorted_jobs,
)
from tieback.web.scope import Scope


@dataclass(frozen=True, slots=True)
class Queue:
    """A lane in the board's order, narrowed by the board's search."""

    scope: Scope
    lane: Lane
    query: str
    sort: str

    def first(self) -> int | None:
        """The id of the job to begin with, None in an empty lane."""
        return self._rows().values_list("pk", flat=True).first()

    def after(self, job: Job) -> int | None:
        """The id of the job that comes next, also when `job` has left the lane meanwhile."""
        later = self._rows().filter(self._side(job, is_after=True))
        return later.values_list("pk", flat=True).first()

    def before(self, job: Job) -> int | None:
        """The id of the job that came before."""
        earlier = self._rows().filter(self._side(job, is_after=False)).reverse()
        return earlier.values_list("pk", flat=True).first()

    def size(self) -> int:
        """How many jobs are in it now."""
        return self._rows().order_by().count()

    def url(self, job_id: int | None = None, project_id: int | None = None) -> str:
        """The review's address at a job, and at a project beside it."""
        return address(
            self.scope,
            "golive:review",
            lane=self.lane,
            q=self.query,
            sort=self.sort,
            job=job_id,
            project=project_id,
        )

    def _rows(self) -> QuerySet[Job]:
        return sorted_jobs(self.scope, self.lane, self.query, self.sort)

    def _side(self, job: Job, *, is_after: bool) -> Q:
        """What stands on one side of a job; blanks come last, and the id settles ties."""
        key, is_down = self.sort.removeprefix("-"), self.sort.startswith("-")
        column, value = _value(job, key)
        more = "gt" if is_after != is_down else "lt"
        blank = Q(**{f"{column}__isnull": True})
        if value is None:
            tied = blank & Q(**{f"pk__{more}": job.pk})
            return tied if is_after else tied | ~blank
        farther = Q(**{f"{column}__{more}": value}) | Q(**{column: value, f"pk__{more}": job.pk})
        return farther | blank if is_after else farther


def queue_of(scope: Scope, asked: QueryDict) -> Queue:
    """The queue that the address, or a form, asks for; Look where it names no lane of jobs."""
    lane = lane_of(asked)
    if "lane" not in asked or lane == Lane.ONLY_PORTFOLIO:
        lane = Lane.LOOK
    return Queue(scope, lane, asked.get("q", "").strip(), sort_in(lane, asked))


def _value(job: Job, key: str) -> tuple[str, Any]:
    if key in JOB_SORTS:
        return JOB_SORTS[key], getattr(job, JOB_SORTS[key])
    column = PROPOSED_SORTS[key]
    held = Candidate.objects.filter(job=job, is_proposed=True)
    return column, held.values_list(column, flat=True).first()
