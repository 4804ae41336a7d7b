"""kill -9 before every single statement of a link and an unlink; then start again."""

from datetime import datetime
from itertools import count
from typing import Any

import pytest

from tests import factories
from tests.conftest import Cast
from tests.kill import killed_at
from tests.stories import link, plan
from tieback.access.actors import Actor
from tieback.audit.chain import breaks
from tieback.following.models import FollowedEffect
from tieback.linking.models import Link
from tieback.plans.decisions import Action
from tieback.plans.services import apply
from tieback.portfolio.models import CostTypeAssignment, Project, ProjectCostCode
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def make_pair(acme: Cast) -> tuple[Job, Project]:
    job = factories.make_job(factories.make_connection(acme.company))
    for code, cost_type in (("01", "L"), ("01", "M"), ("02", "L")):
        factories.make_job_cost_code(job, code, cost_type)
    erp_list = acme.company.cost_code_lists.first() or factories.make_erp_list(acme.company)
    project = factories.make_project(acme.company, cost_code_list=erp_list)
    factories.make_cost_code(project, "02", name="Own name")
    return job, project


def stands(job: Job, project: Project) -> dict[str, Any]:
    """All that a link changes, without the ids that differ from pair to pair."""
    codes = ProjectCostCode.objects.filter(project=project)
    own = project.origin_id if project.origin_id else job.external_id
    return {
        "job": Job.objects.get(pk=job.pk).state,
        "synced": Project.objects.get(pk=project.pk).origin_id == job.external_id,
        "links": Link.objects.filter(job=job, unlinked_at=None).count(),
        "codes": sorted(
            (full_code, name, origin.replace(own, "J"))
            for full_code, name, origin in codes.values_list("full_code", "name", "origin_id")
        ),
        "types": sorted(
            CostTypeAssignment.objects.filter(cost_code__in=codes).values_list(
                "cost_code__full_code", "cost_type__code"
            )
        ),
        "logged": FollowedEffect.objects.filter(link__job=job, outcome="").exists(),
    }


def survive(action: Action, acme: Cast, by: Actor, now: datetime, *, linked: bool) -> int:
    """Kill at statement 1, 2, 3 … of a new pair each time; returns how many steps there were."""
    clean = make_pair(acme)
    untouched = None
    if linked:
        link(*clean, by=by, now=now)
    untouched = stands(*clean)
    apply(plan=plan(action, *clean, by=by, now=now), by=by, clock=lambda: now)
    done = stands(*clean)
    for step in count(1):
        pair = make_pair(acme)
        if linked:
            link(*pair, by=by, now=now)
        drafted = plan(action, *pair, by=by, now=now)

        was_killed = killed_at(step, lambda p=drafted: apply(plan=p, by=by, clock=lambda: now))

        assert stands(*pair) in (untouched, done), f"half done after statement {step}"
        apply(plan=drafted, by=by, clock=lambda: now)
        assert stands(*pair) == done, f"not mended after statement {step}"
        if not was_killed:
            return step - 1
    raise AssertionError


@pytest.mark.parametrize(("action", "linked"), [(Action.LINK, False), (Action.UNLINK, True)])
def test_nothing_is_lost_and_nothing_is_done_twice(
    acme: Cast, now: datetime, action: Action, linked: bool
) -> None:
    steps = survive(action, acme, acme.admin, now, linked=linked)

    assert steps > 20
    assert list(breaks(acme.company)) == []
