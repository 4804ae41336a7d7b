"""Reads of plans and batches: how far one is, and what it did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When

from tieback.access.models import Company
from tieback.plans.models import Batch, Plan, PlanRow, PlanSettings

# Nothing settled for this long while rows wait: the process that applied the plan is gone.
SILENCE = timedelta(seconds=15)

State = PlanRow.State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is: its rows by state, its batch, and when a row was last settled."""

    waiting: int
    done: int
    held: int
    last_at: datetime | None
    batch: Batch | None

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.held

    @property
    def settled(self) -> int:
        return self.done + self.held

    @property
    def is_part_done(self) -> bool:
        """Whether somebody has it applied and rows are still waiting."""
        return self.batch is not None and self.waiting > 0

    def is_silent(self, now: datetime) -> bool:
        """Whether it is part done and nothing has been heard of it lately."""
        if self.batch is None or not self.waiting:
            return False
        return now - max(self.batch.applied_at, self.last_at or self.batch.applied_at) > SILENCE


def progress(plan: Plan) -> Progress:
    """How far the plan is, in two queries however many rows it has."""
    counted = plan.rows.aggregate(
        waiting=Count("pk", filter=Q(state=State.PENDING)),
        done=Count("pk", filter=Q(state=State.APPLIED)),
        held=Count("pk", filter=Q(state=State.HELD)),
        last_at=Max("settled_at"),
    )
    return Progress(**counted, batch=Batch.objects.filter(plan=plan).first())


def rows(plan: Plan) -> QuerySet[PlanRow]:
    """The plan's rows with job and project; those held back first, since they need a person."""
    held_first = Case(When(state=State.HELD, then=Value(0)), default=Value(1))
    of_plan = plan.rows.select_related("job__connection", "project", "link")
    return of_plan.order_by(held_first, "position")


class Show(StrEnum):
    """Which plans a list holds; the value is its word in addresses."""

    WAITING = "waiting"
    APPROVAL = "approval"
    APPLIED = "applied"
    DISCARDED = "discarded"


_SHOWN: dict[str, Q] = {
    Show.WAITING: Q(batch=None, discarded_at=None),
    Show.APPROVAL: Q(batch=None, discarded_at=None, needs_approval=True, approved_at=None),
    Show.APPLIED: Q(batch__isnull=False),
    Show.DISCARDED: Q(discarded_at__isnull=False),
}


def plans(company: Company, show: Show, *, singles: bool = False) -> QuerySet[Plan]:
    """The company's plans, the latest first, with `size`, `done` and `held` counted.

    Plans of one row are previews that somebody looked at; they are left out unless `singles`.
    """
    found = Plan.objects.filter(_SHOWN[show], company=company).select_related("batch")
    counted = found.annotate(
        size=Count("rows"),
        done=Count("rows", filter=Q(rows__state=State.APPLIED)),
        held=Count("rows", filter=Q(rows__state=State.HELD)),
    )
    return counted.order_by("-pk") if singles else counted.filter(size__gt=1).order_by("-pk")


def waiting_for_approval(company: Company) -> int:
    """How many plans wait for a second Admin."""
    return Plan.objects.filter(_SHOWN[Show.APPROVAL], company=company).count()


def approval_above(company: Company) -> int | None:
    """Plans with more rows than this take a second Admin; None: no plan does."""
    settings = PlanSettings.objects.filter(company=company).first()
    return settings.approval_above if settings else None
