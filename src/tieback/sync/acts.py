"""What a worker does for each kind of task: one call of a service that can be started again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tieback.access.actors import Actor
from tieback.connections.models import SyncRun
from tieback.connections.services import finish_run, start_run
from tieback.proposing.services import close_dead, start_proposal
from tieback.sync.models import Kind, Task
from tieback.sync.services import perform_plan, perform_propose, perform_pull
from tieback.sync.tasks import note_start

Clock = Callable[[], datetime]
_DIED = "Its worker stopped before the end; another has taken the work over."


@dataclass(frozen=True, slots=True)
class Work:
    """A task in hand: with whose rights, by which clock, and `heed` to call between its steps.

    `heed` raises when the worker is told to stop or has lost the task.
    """

    task: Task
    by: Actor
    clock: Clock
    heed: Callable[[], None]

    def progress(self, *_said: object) -> None:
        """What the services call after each batch, step or row."""
        self.heed()


def pull(work: Work) -> None:
    """Read what the ERP says now; a run that a dead worker left open is closed and read again."""
    task, now = work.task, work.clock()
    assert task.connection is not None
    if task.run:
        finish_run(run=task.run, status=SyncRun.Status.INTERRUPTED, now=now, problem=_DIED)
    with transaction.atomic():
        run = start_run(connection=task.connection, by=work.by, now=now)
        note_start(task=task, run=run)
    perform_pull(run=run, by=work.by, clock=work.clock, progress=work.progress)


def propose(work: Work) -> None:
    """Look for matches over the whole list; a look-up that a dead worker left open is closed."""
    task, now = work.task, work.clock()
    if task.proposal:
        close_dead(proposal=task.proposal, now=now, problem=_DIED)
    with transaction.atomic():
        proposal = start_proposal(company=task.company, by=work.by, now=now)
        note_start(task=task, proposal=proposal)
    perform_propose(proposal=proposal, by=work.by, clock=work.clock, progress=work.progress)


def apply_plan(work: Work) -> None:
    """Settle the rows of a plan that are still waiting."""
    assert work.task.plan is not None
    perform_plan(plan=work.task.plan, by=work.by, clock=work.clock, progress=work.progress)


ACTS: dict[str, Callable[[Work], None]] = {
    Kind.PULL: pull,
    Kind.PROPOSE: propose,
    Kind.APPLY: apply_plan,
}
