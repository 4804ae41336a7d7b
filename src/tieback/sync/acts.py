"""What a worker does for each kind of task: one call of a service that can be started again."""

from collections.abc import Callable
from datetime import datetime

from tieback.access.actors import Actor
from tieback.connections.services import start_run
from tieback.proposing.services import start_proposal
from tieback.sync.models import Kind, Task
from tieback.sync.services import perform_plan, perform_propose, perform_pull

Clock = Callable[[], datetime]


def pull(task: Task, by: Actor, clock: Clock) -> None:
    """Read what the ERP says now; a run that died is closed and read again."""
    assert task.connection is not None
    run = start_run(connection=task.connection, by=by, now=clock())
    perform_pull(run=run, by=by, clock=clock)


def propose(task: Task, by: Actor, clock: Clock) -> None:
    """Look for matches over the whole list."""
    started = start_proposal(company=task.company, by=by, now=clock())
    perform_propose(proposal=started, by=by, clock=clock)


def apply_plan(task: Task, by: Actor, clock: Clock) -> None:
    """Settle the rows of a plan that are still waiting."""
    assert task.plan is not None
    perform_plan(plan=task.plan, by=by, clock=clock)


ACTS: dict[str, Callable[[Task, Actor, Clock], None]] = {
    Kind.PULL: pull,
    Kind.PROPOSE: propose,
    Kind.APPLY: apply_plan,
}
