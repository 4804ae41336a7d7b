"""Draft a plan, apply it, undo it: one path for one row and for 1,500, and the only way to a link.

A plan's rows are written before anything is done, and each row is settled in a transaction of its
own; so a plan whose process dies is applied again and goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.audit.services import record
from tieback.plans.decisions import LEVELS, Action, Decision, Preview, preview
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.rows import HeldError, perform

Clock = Callable[[], datetime]
# Called after every row with how many are settled.
Progress = Callable[[int], None]


@transaction.atomic
def draft(
    *,
    decisions: Sequence[Decision],
    title: str,
    by: Actor,
    now: datetime,
    undoes: Batch | None = None,
) -> Plan:
    """A plan with the effects of each decision as they are now; nothing is done yet.

    A row that cannot be done is held back at once, with its reasons. Raises `NotAllowedError`
    and `NotOfCompanyError`.
    """
    previews = [preview(decision=decision, actor=by) for decision in decisions]
    hashes = [shown.row_hash for shown in previews]
    plan = Plan.objects.create(
        company_id=by.company_id,
        created_at=now,
        created_by_id=by.user_id,
        created_by_name=by.name,
        content_hash=hashlib.sha256("".join(hashes).encode()).hexdigest(),
        title=title[:300],
        undoes=undoes,
    )
    PlanRow.objects.bulk_create(
        _row(plan, position, shown, now) for position, shown in enumerate(previews)
    )
    return plan


@transaction.atomic
def open_batch(*, plan: Plan, by: Actor, now: datetime) -> Batch:
    """Say that the plan is to be applied, by whom and when; the first to say it stands.

    Raises `NotAllowedError` below the level that the plan's actions take. `apply` does this too.
    """
    by.require_company(plan.company_id)
    for action in set(plan.rows.order_by().values_list("action", flat=True)):
        by.require(LEVELS[action], f"{Action(action).label.lower()} an ERP project")
    Plan.objects.select_for_update().get(pk=plan.pk)
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


def draft_undo(*, batch: Batch, by: Actor, now: datetime) -> Plan:
    """A plan that takes back a batch, its rows in reverse; a refresh goes with its link."""
    by.require_company(batch.company_id)
    done = batch.plan.rows.filter(state=PlanRow.State.APPLIED, action__in=_INVERSE)
    decisions = [
        Decision(_INVERSE[Action(row.action)], row.job_id, row.project_id)
        for row in done.order_by("-position")
    ]
    return draft(
        decisions=decisions, title=f"Undo: {batch.plan.title}", by=by, now=now, undoes=batch
    )


_COLLIDED = (
    "Somebody changed the same records at the same moment, and the database kept theirs. "
    "Look at this row again, then decide."
)

_INVERSE = {
    Action.LINK: Action.UNLINK,
    Action.UNLINK: Action.LINK,
    Action.ARCHIVE: Action.RESTORE,
    Action.RESTORE: Action.ARCHIVE,
    Action.REJECT: Action.ALLOW,
    Action.ALLOW: Action.REJECT,
}


def _row(plan: Plan, position: int, shown: Preview, now: datetime) -> PlanRow:
    return PlanRow(
        plan=plan,
        position=position,
        action=shown.action,
        job=shown.job,
        project=shown.project,
        link=shown.link,
        effects=shown.effects,
        row_hash=shown.row_hash,
        state=PlanRow.State.HELD if shown.reasons else PlanRow.State.PENDING,
        held_reason=" ".join(shown.reasons),
        settled_at=now if shown.reasons else None,
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
