"""Apply a plan: one path for one row and for 1,500, and the only way to a link.

A plan's rows are written before anything is done, and each row is settled in a transaction of its
own; so a plan whose process dies is applied again and goes on where it stopped.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.audit.services import record
from tieback.plans.approving import lock_plan, refuse_unready
from tieback.plans.decisions import LEVELS, Action
from tieback.plans.drafting import draft
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.previews import Progress
from tieback.plans.rows import HeldError, perform
from tieback.plans.undoing import draft_undo

__all__ = ["Clock", "Progress", "apply", "draft", "draft_undo", "open_batch"]

Clock = Callable[[], datetime]


@transaction.atomic
def open_batch(*, plan: Plan, by: Actor, now: datetime) -> Batch:
    """Say that the plan is to be applied, by whom and when; the first to say it stands.

    Raises `NotAllowedError` below the level that the plan's actions take, and `PlanRefusedError`
    while it waits for an approval, or when it was discarded. `apply` does this too.
    """
    by.require_company(plan.company_id)
    for action in set(plan.rows.order_by().values_list("action", flat=True)):
        by.require(LEVELS[action], f"{Action(action).label.lower()} an ERP project")
    plan = lock_plan(plan)
    refuse_unready(plan)
    batch, is_new = Batch.objects.get_or_create(
        plan=plan,
        defaults={
            "company_id": plan.company_id,
            "applied_at": now,
            "applied_by_id": by.user_id,
            "applied_by_name": by.name,
        },
    )
    if is_new:
        record(
            by=by,
            now=now,
            action="batch.apply",
            target=("batch", batch.pk, plan.title),
            after={"plan": plan.pk, "content_hash": plan.content_hash, "rows": plan.rows.count()},
        )
    return batch


def apply(*, plan: Plan, by: Actor, clock: Clock, progress: Progress | None = None) -> Batch:
    """Do exactly what the plan shows, row by row, and return the batch.

    A row whose facts changed since the preview, or that somebody was quicker with, is held back
    alone with the reason. Applying again does only what is still waiting, so at most nothing.
    """
    batch = open_batch(plan=plan, by=by, now=clock())
    waiting = plan.rows.filter(state=PlanRow.State.PENDING).values_list("pk", flat=True)
    for done, row_id in enumerate(list(waiting), start=1):
        _settle(row_id, by, clock())
        if progress:
            progress(done)
    return batch


_COLLIDED = (
    "Somebody changed the same records at the same moment, and the database kept theirs. "
    "Look at this row again, then decide."
)


def _settle(row_id: int, by: Actor, now: datetime) -> None:
    try:
        with transaction.atomic():
            row = PlanRow.objects.select_for_update().get(pk=row_id)
            if row.state == PlanRow.State.PENDING:
                perform(row, by, now)
    except HeldError as held:
        _hold(row_id, str(held), by, now)
    except IntegrityError:
        _hold(row_id, _COLLIDED, by, now)


@transaction.atomic
def _hold(row_id: int, reason: str, by: Actor, now: datetime) -> None:
    row = PlanRow.objects.select_for_update().get(pk=row_id)
    if row.state != PlanRow.State.PENDING:
        return
    row.state, row.held_reason, row.settled_at = PlanRow.State.HELD, reason, now
    row.save(update_fields=["state", "held_reason", "settled_at"])
    record(
        by=by,
        now=now,
        action=f"{row.action}.hold",
        target=("job", row.job_id, str(row.job)),
        after={"plan": row.plan_id, "project": row.project_id},
        note=reason,
    )
