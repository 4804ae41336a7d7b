"""Two admins link the same job, or the same project, at the same moment: one wins, whole."""

import json
import os
import subprocess
import sys
from datetime import datetime
from functools import partial

import pytest
from django.db import connection

from tests import factories
from tests.concurrency import at_once
from tests.conftest import Cast
from tests.stories import plan
from tieback.linking.models import Link
from tieback.plans.decisions import Action
from tieback.plans.models import Plan, PlanRow
from tieback.plans.services import apply
from tieback.portfolio.models import Project, ProjectCostCode
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def pairs(acme: Cast, *, same: str) -> list[tuple[Job, Project]]:
    """Four pairs that share their job, or their project."""
    erp = factories.make_connection(acme.company)
    jobs = [factories.make_job(erp) for _ in range(1 if same == "job" else 4)]
    for job in jobs:
        for code in ("01", "02", "03"):
            factories.make_job_cost_code(job, code, "L")
    erp_list = acme.company.cost_code_lists.first() or factories.make_erp_list(acme.company)
    projects = [
        factories.make_project(acme.company, cost_code_list=erp_list)
        for _ in range(1 if same == "project" else 4)
    ]
    return [(jobs[at % len(jobs)], projects[at % len(projects)]) for at in range(4)]


def assert_one_whole_link(plans: list[Plan]) -> None:
    rows = PlanRow.objects.filter(plan__in=plans)
    [won] = [row for row in rows if row.state == PlanRow.State.APPLIED]
    lost = [row for row in rows if row.state == PlanRow.State.HELD]
    assert len(lost) == len(plans) - 1
    assert all("already, by Admin of Acme Builders" in row.held_reason for row in lost)
    active = Link.objects.get(unlinked_at=None, job__in={row.job_id for row in rows})
    assert (active.job_id, active.project_id) == (won.job_id, won.project_id)
    assert ProjectCostCode.objects.filter(project__plan_rows__in=rows).distinct().count() == 3
    synced = Project.objects.filter(plan_rows__in=rows).exclude(origin_id="").distinct()
    assert [project.pk for project in synced] == [won.project_id]


@pytest.mark.parametrize("same", ["job", "project"])
def test_of_four_threads_one_wins(acme: Cast, now: datetime, same: str) -> None:
    for _ in range(ROUNDS):
        plans = [
            plan(Action.LINK, *pair, by=acme.admin, now=now) for pair in pairs(acme, same=same)
        ]
        by = acme.admin

        results = at_once(
            *[partial(apply, plan=drafted, by=by, clock=lambda: now) for drafted in plans]
        )

        assert not [result for result in results if isinstance(result, Exception)]
        assert_one_whole_link(plans)


def test_one_plan_applied_by_four_threads_is_done_once(acme: Cast, now: datetime) -> None:
    [pair, *_] = pairs(acme, same="job")
    drafted = plan(Action.LINK, *pair, by=acme.admin, now=now)
    by = acme.admin

    results = at_once(*[lambda: apply(plan=drafted, by=by, clock=lambda: now) for _ in range(4)])

    assert {result.pk for result in results if not isinstance(result, Exception)} == {
        drafted.batch.pk
    }
    assert len(results) == 4
    assert Link.objects.count() == 1


APPLY = """
import json, sys, django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.utils import timezone
from tieback.access.actors import person
from tieback.access.models import Company, User
from tieback.plans.models import Plan
from tieback.plans.services import apply
plan = Plan.objects.get(pk=int(sys.argv[2]))
by = person(User.objects.get(pk=int(sys.argv[3])), plan.company, door="test")
print("ready", flush=True)
sys.stdin.readline()
batch = apply(plan=plan, by=by, clock=timezone.now)
print(json.dumps(list(batch.plan.rows.values_list("state", "held_reason"))), flush=True)
"""


@pytest.mark.parametrize("same", ["job", "project"])
def test_of_three_processes_one_wins(acme: Cast, now: datetime, same: str) -> None:
    plans = [
        plan(Action.LINK, *pair, by=acme.admin, now=now) for pair in pairs(acme, same=same)[:3]
    ]
    name = str(connection.settings_dict["NAME"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPLY, name, str(drafted.pk), str(acme.admin.user_id)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        for drafted in plans
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in processes]

    states = sorted(json.loads(answer)[0][0] for answer in answers)
    assert states == ["applied", "held", "held"]
    assert_one_whole_link(plans)
