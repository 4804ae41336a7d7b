"""A small go-live: a plan sampled, approved and applied, single decisions, and things left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.conftest import Cast
from tests.review.conftest import Site, site
from tests.stories import do, link
from tieback.access.actors import Actor, person
from tieback.access.models import Level
from tieback.plans.approving import approve
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Batch, Plan, PlanSettings
from tieback.plans.services import apply, draft
from tieback.review.models import Sample, SampleRow
from tieback.review.samples import draw, judge

__all__ = ["site"]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class GoLive:
    """What was decided, by whom; `began` is when the plan was applied, `now` after all of it."""

    site: Site
    cast: Cast
    second: Actor
    plan: Plan
    batch: Batch
    sample: Sample
    began: datetime
    now: datetime


@pytest.fixture
def golive(site: Site, acme: Cast, now: datetime) -> GoLive:
    other = factories.make_user(name="Second Admin")
    factories.make_membership(acme.company, other, level=Level.ADMIN)
    second = person(other, acme.company, door="test")
    PlanSettings.objects.create(company=acme.company, approval_above=2)
    pairs = [site.pair(f"24-{number}") for number in range(4)]
    for number, (job, project) in enumerate(pairs):
        job.contract_value, project.value = 100 + number, 200 + number
        job.save()
        project.save()
    blocked = pairs[3][1]
    blocked.is_erp_integrated = False
    blocked.save()
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]
    plan = draft(decisions=decisions, title="Safe lane", by=acme.admin, now=now)
    sample = draw(plan=plan, size=2, by=acme.standard, now=now + MINUTE)
    for row in sample.rows.all():
        judge(row=row, verdict=SampleRow.Verdict.RIGHT, by=acme.standard, now=now + MINUTE)
    approve(plan=plan, by=second, now=now + 2 * MINUTE)
    plan.refresh_from_db()
    began = now + 3 * MINUTE
    batch = apply(plan=plan, by=acme.admin, clock=lambda: began)
    job, project = site.pair("single")
    link(job, project, by=second, now=now + 4 * MINUTE)
    do(Action.ARCHIVE, site.pair("old")[0], by=acme.standard, now=now + 5 * MINUTE)
    site.pair("left")
    factories.make_issue(factories.make_run(site.connection), message="Row 3 has no number.")
    return GoLive(site, acme, second, plan, batch, sample, began, now + 6 * MINUTE)
