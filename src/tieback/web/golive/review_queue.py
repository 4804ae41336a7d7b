"""The order in which a lane is reviewed: which job comes first, next and before, from any job."""

from dataclasses import dataclass

from django.http import QueryDict

from tieback.proposing.lanes import Lane
from tieback.staging.models import Job
from tieback.web.golive.board_counts import counts_of
from tieback.web.golive.board_lanes import address, lane_of
from tieback.web.golive.board_order import Order, order_of, sort_in
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
        return self._order().ids().first()

    def after(self, job: Job) -> int | None:
        """The id of the job that comes next, also when `job` has left the lane meanwhile."""
        order = self._order()
        return order.ids().filter(order.beside(job, is_after=True)).first()

    def before(self, job: Job) -> int | None:
        """The id of the job that came before."""
        order = self._order()
        return order.ids().filter(order.beside(job, is_after=False)).reverse().first()

    def size(self) -> int:
        """How many jobs are in it now."""
        if self.query:
            return self._order().rows.order_by().count()
        return counts_of(self.scope.company, now=self.scope.now)[self.lane].rows

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

    def _order(self) -> Order:
        return order_of(self.scope, self.lane, self.query, self.sort)


def queue_of(scope: Scope, asked: QueryDict) -> Queue:
    """The queue that the address, or a form, asks for; Look where it names no lane of jobs."""
    lane = lane_of(asked)
    if "lane" not in asked or lane == Lane.ONLY_PORTFOLIO:
        lane = Lane.LOOK
    return Queue(scope, lane, asked.get("q", "").strip(), sort_in(lane, asked))
