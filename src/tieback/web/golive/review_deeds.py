"""What a person decided last, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from tieback.plans.models import Batch, Plan, PlanRow
from tieback.web.scope import Scope

SHOWN = 5
_DONE = {
    PlanRow.Action.LINK: "Linked",
    PlanRow.Action.ARCHIVE: "Archived",
    PlanRow.Action.RESTORE: "Restored",
    PlanRow.Action.REJECT: "Not a match",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A batch of the person; `row` where it was a single one, whether it was taken back since."""

    batch: Batch
    row: PlanRow | None
    words: str
    is_undone: bool


def deeds_of(scope: Scope) -> Sequence[Deed]:
    """The person's last decisions that did something, newest first; in four queries."""
    latest = list(_of_person(scope)[:SHOWN])
    plans = [batch.plan_id for batch in latest]
    undone = set(
        Plan.objects.filter(undoes__in=latest, batch__isnull=False).values_list("undoes", flat=True)
    )
    rows = PlanRow.objects.filter(plan__in=plans).order_by()
    counted = rows.values_list("plan").annotate(Count("pk"))
    alone = [plan for plan, number in counted if number == 1]
    single = {row.plan_id: row for row in rows.filter(plan__in=alone).select_related(*_PAIR)}
    return [deed_of(batch, single.get(batch.plan_id), batch.pk in undone) for batch in latest]


def last_deed(scope: Scope) -> Batch | None:
    """The person's last batch that did something and that nobody took back since."""
    undone = Plan.objects.filter(undoes=OuterRef("pk"), batch__isnull=False)
    return _of_person(scope).filter(~Exists(undone)).first()


def deed_of(batch: Batch, row: PlanRow | None, is_undone: bool = False) -> Deed:
    """The batch in words."""
    words = batch.plan.title
    if row:
        action = PlanRow.Action(row.action)
        words = _DONE.get(action, action.label)
    return Deed(batch, row, words, is_undone)


_PAIR = ("job", "project")


def _of_person(scope: Scope) -> QuerySet[Batch]:
    done = PlanRow.objects.filter(plan=OuterRef("plan"), state=PlanRow.State.APPLIED)
    mine = Batch.objects.filter(company=scope.company, applied_by=scope.actor.user_id)
    latest = mine.filter(Exists(done), plan__undoes=None)
    return latest.select_related("plan").order_by("-pk")
