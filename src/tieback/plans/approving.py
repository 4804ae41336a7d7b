"""What stands between a plan and its batch: a second Admin's approval, or that it was dropped."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import record
from tieback.plans.models import Batch, Plan, PlanSettings
from tieback.portfolio.refusals import RefusedError

# A number that no plan reaches stands for no approval, which has its own word.
MOST_ROWS = 1_000_000


class PlanRefusedError(RefusedError):
    """The plan stands otherwise than the act supposes; `mend` is what to do instead."""


@transaction.atomic
def approve(*, plan: Plan, by: Actor, now: datetime) -> Plan:
    """Say as a second Admin that the plan may be applied; twice is as good as once.

    Raises `NotAllowedError` below Admin, and `PlanRefusedError` for whoever drafted it, for the
    operator, who is nobody in particular, and where there is nothing to approve.
    """
    by.require_company(plan.company_id)
    by.require(Level.ADMIN, "approve a plan")
    plan = lock_plan(plan)
    if plan.approved_at:
        return plan
    _refuse_approval(plan, by)
    plan.approved_at, plan.approved_by_id, plan.approved_by_name = now, by.user_id, by.name
    plan.save(update_fields=["approved_at", "approved_by", "approved_by_name"])
    _record("plan.approve", plan, by, now)
    return plan


@transaction.atomic
def discard(*, plan: Plan, by: Actor, now: datetime) -> Plan:
    """Take a plan that was never applied off the list of those that wait; it stays to be read.

    Raises `NotAllowedError` below Standard, and for another's plan below Admin; `PlanRefusedError`
    once it was applied.
    """
    by.require_company(plan.company_id)
    by.require(Level.STANDARD, "discard a plan")
    plan = lock_plan(plan)
    if by.user_id is None or by.user_id != plan.created_by_id:
        by.require(Level.ADMIN, "discard the plan of somebody else")
    if plan.discarded_at:
        return plan
    if Batch.objects.filter(plan=plan).exists():
        raise PlanRefusedError(
            f"“{plan}” was applied, so there is nothing to discard.", mend="Undo it instead."
        )
    plan.discarded_at = now
    plan.save(update_fields=["discarded_at"])
    _record("plan.discard", plan, by, now)
    return plan


@transaction.atomic
def set_approval_above(
    *, company: Company, rows: int | None, by: Actor, now: datetime
) -> PlanSettings:
    """Let plans with more rows than this take a second Admin; None: no plan does.

    Plans that wait and have more rows need it from now on as well; those that needed it go on to.
    Raises `PlanRefusedError` below 1: a decision on one row is made at once.
    """
    by.require_company(company.pk)
    by.require(Level.ADMIN, "say which plans need an approval")
    if rows is not None and not 1 <= rows <= MOST_ROWS:
        raise PlanRefusedError(
            f"{rows:,} is no size above which plans can need an approval.",
            mend=f"Enter a number from 1 to {MOST_ROWS:,}, or nothing for no approval at all.",
        )
    settings, _ = PlanSettings.objects.select_for_update().get_or_create(company=company)
    before = settings.approval_above
    if before == rows:
        return settings
    settings.approval_above = rows
    settings.save(update_fields=["approval_above"])
    if rows is not None:
        waiting = Plan.objects.filter(company=company, batch=None, discarded_at=None)
        larger = waiting.annotate(size=Count("rows")).filter(size__gt=rows)
        Plan.objects.filter(pk__in=list(larger.values_list("pk", flat=True))).update(
            needs_approval=True
        )
    record(
        by=by,
        now=now,
        action="plan_settings.change",
        target=("company", company.pk, company.name),
        before={"approval above": before},
        after={"approval above": rows},
    )
    return settings


def lock_plan(plan: Plan) -> Plan:
    """The plan as it stands now, its row locked until the transaction ends."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def refuse_unready(plan: Plan) -> None:
    """Raise `PlanRefusedError` while the plan may not be applied."""
    if plan.discarded_at:
        raise PlanRefusedError(
            f"“{plan}” was discarded on {plan.discarded_at:%Y-%m-%d at %H:%M} UTC.",
            mend="Plan it anew.",
        )
    if plan.needs_approval and not plan.approved_at:
        raise PlanRefusedError(
            f"“{plan}” has so many rows that a second Admin has to approve it first.",
            mend=f"Ask an Admin other than {plan.created_by_name} to look at it and approve it.",
        )


def _refuse_approval(plan: Plan, by: Actor) -> None:
    if by.user_id is None:
        raise PlanRefusedError(
            "An approval has to come from a person, and the operator of the machine is no one in "
            "particular.",
            mend="Approve it signed in, or name the person with --as.",
        )
    if by.user_id == plan.created_by_id:
        raise PlanRefusedError(
            f"{by.name} drafted “{plan}” and cannot approve it as well.",
            mend="Ask another Admin.",
        )
    if plan.discarded_at or not plan.needs_approval:
        raise PlanRefusedError(
            f"“{plan}” {'was discarded' if plan.discarded_at else 'needs no approval'}.",
            mend="There is nothing to approve.",
        )


def _record(action: str, plan: Plan, by: Actor, now: datetime) -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("plan", plan.pk, plan.title),
        after={
            "content_hash": plan.content_hash,
            "rows": plan.rows.count(),
            "drafted by": plan.created_by_name,
        },
    )
