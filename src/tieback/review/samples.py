"""Accept by sample: draw rows of a plan, judge them, and say what that shows about the plan."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.plans.models import Plan, PlanRow
from tieback.review.models import Sample, SampleRow
from tieback.review.proving import Conclusion, conclude, lot
from tieback.review.refusals import ReviewError

Verdict = SampleRow.Verdict
# More is a review of the plan, not a sample of it.
LARGEST = 1_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample with its conclusion, and how many samples the plan had before it."""

    sample: Sample
    conclusion: Conclusion
    earlier: int


@transaction.atomic
def draw(*, plan: Plan, size: int, by: Actor, now: datetime, seed: str | None = None) -> Sample:
    """Draw `size` of the plan's rows that link, at random; nobody chooses which.

    The seed stands on the sample: the rows whose SHA-256 of "seed:position" is smallest are the
    ones drawn, so anybody can draw them again. Give none but to repeat a draw. Raises
    `ReviewError` when there are not so many rows, `NotAllowedError` below Standard.
    """
    by.require_company(plan.company_id)
    by.require(Level.STANDARD, "draw a sample")
    linking = {row.position: row for row in rows_that_link(plan).select_related("project")}
    _check(plan, size, len(linking))
    seed = seed or secrets.token_hex(16)
    sample = Sample.objects.create(
        company_id=plan.company_id,
        plan=plan,
        population=len(linking),
        seed=seed,
        drawn_at=now,
        drawn_by_id=by.user_id,
        drawn_by_name=by.name,
    )
    SampleRow.objects.bulk_create(
        SampleRow(
            sample=sample,
            position=number,
            job_id=linking[position].job_id,
            project=linking[position].project,
        )
        for number, position in enumerate(lot(seed, linking, size), start=1)
    )
    record(
        by=by,
        now=now,
        action="sample.draw",
        target=("plan", plan.pk, plan.title),
        after={"sample": sample.pk, "rows": size, "of": sample.population, "seed": seed},
    )
    return sample


@transaction.atomic
def judge(*, row: SampleRow, verdict: Verdict, by: Actor, now: datetime) -> SampleRow:
    """Keep what a person says of a drawn pair; a second look may change the first.

    Raises `NotAllowedError` below Standard.
    """
    by.require_company(row.sample.company_id)
    by.require(Level.STANDARD, "judge a sample")
    held = SampleRow.objects.select_for_update(of=("self",)).select_related("job", "sample")
    row = held.get(pk=row.pk)
    before = row.verdict
    if before == verdict:
        return row
    row.verdict, row.judged_at = verdict, now
    row.judged_by_id, row.judged_by_name = by.user_id, by.name
    row.save(update_fields=["verdict", "judged_at", "judged_by", "judged_by_name"])
    record(
        by=by,
        now=now,
        action="sample.judge",
        target=("job", row.job_id, str(row.job)),
        before={"verdict": before},
        after={"verdict": verdict, "sample": row.sample_id, "project": row.project_id},
    )
    return row


def rows_that_link(plan: Plan) -> QuerySet[PlanRow]:
    """What can be drawn: the plan's rows that link and are not held back."""
    links = plan.rows.filter(action=PlanRow.Action.LINK, project__isnull=False)
    return links.exclude(state=PlanRow.State.HELD)


def conclusion(sample: Sample) -> Conclusion:
    """What the sample shows about the plan."""
    return conclusions([sample])[sample.pk]


def conclusions(samples: Iterable[Sample]) -> dict[int, Conclusion]:
    """Sample id → what it shows; one query for any number."""
    populations = {sample.pk: sample.population for sample in samples}
    counted = (
        SampleRow.objects.filter(sample__in=list(populations))
        .order_by()
        .values_list("sample")
        .annotate(
            drawn=Count("pk"),
            right=Count("pk", filter=Q(verdict=Verdict.RIGHT)),
            wrong=Count("pk", filter=Q(verdict=Verdict.WRONG)),
            unsure=Count("pk", filter=Q(verdict=Verdict.UNSURE)),
        )
    )
    return {
        pk: conclude(
            population=populations[pk], drawn=drawn, right=right, wrong=wrong, unsure=unsure
        )
        for pk, drawn, right, wrong, unsure in counted
    }


def samples_of(plan: Plan) -> list[Drawn]:
    """The plan's samples with what they show, newest first, in two queries."""
    samples = list(plan.samples.order_by("-pk"))
    shown = conclusions(samples)
    return [
        Drawn(sample, shown[sample.pk], earlier=len(samples) - number)
        for number, sample in enumerate(samples, start=1)
    ]


def _check(plan: Plan, size: int, there: int) -> None:
    if plan.discarded_at:
        raise ReviewError(f"“{plan}” was discarded.", mend="Draw from a plan that still stands.")
    if not there:
        raise ReviewError(
            f"“{plan}” links nothing, so there is nothing to draw.",
            mend="Draw from a plan that links ERP projects.",
        )
    if not 1 <= size <= min(there, LARGEST):
        raise ReviewError(
            f"A sample of {size:,} cannot be drawn from {there:,} rows.",
            mend=f"Ask for 1 to {min(there, LARGEST):,}.",
        )
