"""Link, then unlink: projects and cost codes are field by field what they were."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.conftest import Cast
from tests.stories import do, link
from tieback.following.models import FollowedEffect
from tieback.following.selectors import effects_of_unlinking
from tieback.linking.models import Link
from tieback.linking.selectors import active_link
from tieback.plans.decisions import Action
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
)
from tieback.staging.models import Job, JobCostCode

pytestmark = pytest.mark.django_db


def portfolio_of(company_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every column of every row that following may touch."""
    return {
        "projects": list(Project.objects.filter(company_id=company_id).order_by("pk").values()),
        "codes": list(
            ProjectCostCode.objects.filter(project__company_id=company_id).order_by("pk").values()
        ),
        "types": list(CostType.objects.filter(company_id=company_id).order_by("pk").values()),
        "assignments": sorted(
            CostTypeAssignment.objects.filter(
                cost_code__project__company_id=company_id
            ).values_list("pk", "cost_code_id", "cost_type_id")
        ),
    }


CODE = st.sampled_from(["01", "01-10", "01-10-5", "02", "03", "Z"])
ERP_ROWS = st.lists(
    st.tuples(
        CODE,
        st.sampled_from(["", "L", "M", "S"]),
        st.sampled_from(["Concrete", "Steel", "Żelazo"]),
        st.booleans(),
        st.sampled_from(["", "01", "01-10", "Z"]),
    ),
    max_size=12,
    unique_by=lambda row: row[:2],
)
OWN_CODES = st.lists(
    st.tuples(
        CODE,
        st.sampled_from(["", "OTHER|7"]),
        st.sampled_from(["Concrete", "Own name"]),
        st.booleans(),
        st.booleans(),
        st.frozensets(st.sampled_from("LM")),
    ),
    max_size=6,
    unique_by=lambda row: row[0],
)


def set_up(acme: Cast, rows: list[Any], own: list[Any]) -> tuple[Job, Project]:
    erp_list = factories.make_erp_list(acme.company, name=f"ERP list {Project.objects.count()}")
    job = factories.make_job(factories.make_connection(acme.company))
    for code, cost_type, name, is_active, parent in rows:
        factories.make_job_cost_code(
            job, code, cost_type, name=name, is_active=is_active, parent_code=parent
        )
    project = factories.make_project(acme.company, cost_code_list=erp_list)
    types = {code: factories.make_cost_type(acme.company, code) for code in "LM"}
    for code, origin, name, is_active, is_in_use, carried in own:
        factories.make_cost_code(
            project,
            code,
            *(types[t] for t in sorted(carried)),
            name=name,
            origin_id=origin,
            is_active=is_active,
            is_in_use=is_in_use,
        )
    return job, project


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ERP_ROWS, own=OWN_CODES, changes=st.lists(st.tuples(CODE, st.booleans()), max_size=4))
def test_whatever_was_linked_and_refreshed_unlinking_leaves_as_it_was(
    acme: Cast,
    now: datetime,
    rows: list[Any],
    own: list[Any],
    changes: list[tuple[str, bool]],
) -> None:
    wipe(acme)
    job, project = set_up(acme, rows, own)
    before = portfolio_of(acme.company.pk)

    link(job, project, by=acme.admin, now=now)
    for code, is_active in changes:
        JobCostCode.objects.filter(job=job, full_code=code).update(
            is_active=is_active, name=f"Renamed {is_active}"
        )
        do(Action.REFRESH, job, by=acme.admin, now=now)
    do(Action.UNLINK, job, by=acme.admin, now=now)

    assert portfolio_of(acme.company.pk) == before
    assert Job.objects.get(pk=job.pk).state == Job.State.READY
    assert set(FollowedEffect.objects.values_list("outcome", flat=True)) <= {"put_back"}


def wipe(acme: Cast) -> None:
    """Hypothesis runs many examples in one database transaction: each starts from nothing."""
    from tieback.plans.models import Batch, Plan, PlanRow

    for model in (PlanRow, Batch, Plan, FollowedEffect, Link, JobCostCode, Job, CostTypeAssignment):
        model.objects.all().delete()
    ProjectCostCode.objects.update(parent=None)
    for model in (ProjectCostCode, CostType, Project):
        model.objects.all().delete()
    acme.company.cost_code_lists.all().delete()


@pytest.fixture
def linked(acme: Cast, now: datetime) -> tuple[Job, Project]:
    job, project = set_up(
        acme,
        [("01", "L", "Concrete", True, ""), ("02", "M", "Steel", True, "")],
        [("01", "", "Own name", True, False, frozenset())],
    )
    link(job, project, by=acme.admin, now=now)
    return job, project


def outcomes(job: Job, acme: Cast, now: datetime) -> dict[str, str]:
    """Key → why it was kept, "" where it was put back; the preview has to say the very same."""
    active = active_link(job)
    assert active is not None
    said = {(s.kind, s.on, s.key): s.reason for s in effects_of_unlinking([active])[0]}
    do(Action.UNLINK, job, by=acme.admin, now=now + timedelta(days=1))
    done = FollowedEffect.objects.filter(link=active)
    assert said == {(e.kind, e.resource, e.label): e.outcome_reason for e in done}
    return {f"{e.kind} {e.label}": e.outcome_reason for e in done}


def test_a_code_in_use_by_now_stays_as_the_projects_own_and_is_reported(
    acme: Cast, linked: tuple[Job, Project], now: datetime
) -> None:
    job, project = linked
    ProjectCostCode.objects.filter(project=project, full_code="02").update(is_in_use=True)

    kept = outcomes(job, acme, now)

    assert "in use" in kept["create 02"]
    stays = ProjectCostCode.objects.get(project=project, full_code="02")
    assert (stays.origin_id, stays.cost_types.count()) == ("", 1)


def test_a_name_that_a_person_changed_since_stays(
    acme: Cast, linked: tuple[Job, Project], now: datetime
) -> None:
    job, project = linked
    ProjectCostCode.objects.filter(project=project, full_code="01").update(name="By hand")

    kept = outcomes(job, acme, now)

    assert "By hand" in kept["rename 01"]
    assert kept["adopt 01"] == ""
    code = ProjectCostCode.objects.get(project=project, full_code="01")
    assert (code.name, code.origin_id) == ("By hand", "")


def test_a_code_that_was_deleted_since_is_reported_not_missed(
    acme: Cast, linked: tuple[Job, Project], now: datetime
) -> None:
    job, project = linked
    ProjectCostCode.objects.filter(project=project, full_code="02").delete()

    assert "deleted since" in outcomes(job, acme, now)["create 02"]


def test_codes_put_under_a_carried_code_keep_it_there(
    acme: Cast, linked: tuple[Job, Project], now: datetime
) -> None:
    job, project = linked
    parent = ProjectCostCode.objects.get(project=project, full_code="02")
    factories.make_cost_code(project, "02-9", parent=parent)

    assert "Other codes" in outcomes(job, acme, now)["create 02"]
    assert ProjectCostCode.objects.filter(project=project).count() == 3


def test_a_cost_type_that_another_project_uses_by_now_stays(acme: Cast, now: datetime) -> None:
    job, project = set_up(acme, [("01", "S", "Concrete", True, "")], [])
    link(job, project, by=acme.admin, now=now)
    elsewhere = factories.make_project(acme.company)
    factories.make_cost_code(elsewhere, "9", CostType.objects.get(code="S"))

    kept = outcomes(job, acme, now)

    assert "Other projects" in kept["create S"]
    assert CostType.objects.filter(code="S").exists()
