"""Draft, apply, undo: what a plan promises for one row and for many."""

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.conftest import Cast
from tests.stories import do, link, plan
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Batch, PlanRow
from tieback.plans.services import apply, draft, draft_undo
from tieback.portfolio.models import Project, ProjectCostCode
from tieback.staging.models import Job, JobCostCode

pytestmark = pytest.mark.django_db
State = PlanRow.State


@pytest.fixture
def jobs(acme: Cast) -> list[Job]:
    connection = factories.make_connection(acme.company)
    made = [factories.make_job(connection) for _ in range(3)]
    for job in made:
        factories.make_job_cost_code(job, "01", "L")
    return made


@pytest.fixture
def projects(acme: Cast) -> list[Project]:
    erp_list = factories.make_erp_list(acme.company)
    return [factories.make_project(acme.company, cost_code_list=erp_list) for _ in range(3)]


def rows_of(batch: Batch) -> list[tuple[str, str]]:
    return list(batch.plan.rows.values_list("state", "held_reason"))


def test_a_draft_does_nothing_yet(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)

    [row] = drafted.rows.all()
    assert [effect["key"] for effect in row.effects if effect["on"] == "cost_code"] == ["01"]
    assert not Link.objects.exists()
    assert not ProjectCostCode.objects.exists()


def test_linking_brings_the_codes_writes_the_erp_id_and_keeps_who_and_when(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    job, project = jobs[0], projects[0]

    link(job, project, by=acme.admin, now=now)

    made = Link.objects.get()
    project.refresh_from_db()
    job.refresh_from_db()
    assert (made.job, made.project, made.linked_at) == (job, project, now)
    assert (project.origin_id, project.origin_code) == (job.external_id, job.number)
    assert job.state == Job.State.LINKED
    code = project.cost_codes.get()
    assert (code.full_code, code.origin_id) == ("01", f"{job.external_id}|01")
    assert [t.code for t in code.cost_types.all()] == ["L"]
    actions = AuditEvent.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["batch.apply", "link.create", "project.follow"]


def test_applying_a_plan_again_changes_nothing(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)
    first = apply(plan=drafted, by=acme.admin, clock=lambda: now)
    events = AuditEvent.objects.count()

    again = apply(plan=drafted, by=acme.admin, clock=lambda: now + timedelta(hours=1))

    assert again == first
    assert Link.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_a_row_whose_facts_changed_since_the_preview_is_held_back_alone(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    drafted = draft(
        decisions=[
            Decision(Action.LINK, job.pk, project.pk)
            for job, project in zip(jobs, projects, strict=True)
        ],
        title="Three",
        by=acme.admin,
        now=now,
    )
    JobCostCode.objects.filter(job=jobs[1]).update(name="Renamed in the ERP")

    batch = apply(plan=drafted, by=acme.admin, clock=lambda: now)

    states = rows_of(batch)
    assert [state for state, _ in states] == [State.APPLIED, State.HELD, State.APPLIED]
    assert "changed since you saw the preview" in states[1][1]
    assert Link.objects.count() == 2
    assert not projects[1].cost_codes.exists()


def test_the_later_of_two_is_told_who_was_quicker(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)
    link(jobs[1], projects[0], by=acme.admin, now=now)

    batch = apply(plan=drafted, by=acme.admin, clock=lambda: now)

    [(state, reason)] = rows_of(batch)
    assert state == State.HELD
    assert f"linked to {jobs[1]} already, by Admin of Acme Builders" in reason
    held = AuditEvent.objects.get(action="link.hold")
    assert held.note == reason


def test_a_blocked_row_is_held_in_the_draft_already(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    Project.objects.filter(pk=projects[0].pk).update(is_active=False)

    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)

    [row] = drafted.rows.all()
    assert (row.state, "is inactive" in row.held_reason) == (State.HELD, True)


@pytest.mark.parametrize("action", [Action.LINK, Action.UNLINK, Action.REFRESH])
def test_standard_may_not_link_unlink_or_refresh(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project], action: Action
) -> None:
    with pytest.raises(NotAllowedError, match="you need Admin"):
        plan(action, jobs[0], projects[0], by=acme.standard, now=now)


@pytest.mark.parametrize("action", [Action.ARCHIVE, Action.RESTORE])
def test_read_only_may_not_archive_or_restore(
    acme: Cast, now: datetime, jobs: list[Job], action: Action
) -> None:
    with pytest.raises(NotAllowedError, match="you need Standard"):
        plan(action, jobs[0], by=acme.reader, now=now)


def test_a_plan_drafted_by_an_admin_is_not_applied_by_standard(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)

    with pytest.raises(NotAllowedError):
        apply(plan=drafted, by=acme.standard, clock=lambda: now)

    assert not Batch.objects.exists()


def test_jobs_projects_and_plans_of_another_company_do_not_exist(
    acme: Cast, rival: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    theirs = factories.make_project(rival.company)
    drafted = plan(Action.LINK, jobs[0], projects[0], by=acme.admin, now=now)

    with pytest.raises(NotOfCompanyError):
        plan(Action.LINK, jobs[0], theirs, by=acme.admin, now=now)
    with pytest.raises(NotOfCompanyError):
        plan(Action.LINK, jobs[0], projects[0], by=rival.admin, now=now)
    with pytest.raises(NotOfCompanyError):
        apply(plan=drafted, by=rival.admin, clock=lambda: now)


def test_archive_restore_and_back_by_undo(acme: Cast, now: datetime, jobs: list[Job]) -> None:
    batch = apply(
        plan=draft(
            decisions=[Decision(Action.ARCHIVE, job.pk) for job in jobs],
            title="Archive three",
            by=acme.standard,
            now=now,
        ),
        by=acme.standard,
        clock=lambda: now,
    )
    assert set(Job.objects.values_list("state", flat=True)) == {"archived"}

    undo = draft_undo(batch=batch, by=acme.standard, now=now)
    apply(plan=undo, by=acme.standard, clock=lambda: now)

    assert undo.undoes == batch
    assert set(Job.objects.values_list("state", flat=True)) == {"ready"}


def test_a_linked_job_is_not_archived(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    link(jobs[0], projects[0], by=acme.admin, now=now)

    batch = do(Action.ARCHIVE, jobs[0], by=acme.admin, now=now)

    [(state, reason)] = rows_of(batch)
    assert (state, "Unlink it first" in reason) == (State.HELD, True)


def test_undoing_an_unlink_links_again(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    link(jobs[0], projects[0], by=acme.admin, now=now)
    batch = do(Action.UNLINK, jobs[0], by=acme.admin, now=now)

    undo = draft_undo(batch=batch, by=acme.admin, now=now)
    apply(plan=undo, by=acme.admin, clock=lambda: now)

    assert Link.objects.filter(unlinked_at=None).get().project == projects[0]
    assert projects[0].cost_codes.count() == 1


def test_a_linked_job_that_the_erp_dropped_is_orphaned_once_it_is_unlinked(
    acme: Cast, now: datetime, jobs: list[Job], projects: list[Project]
) -> None:
    link(jobs[0], projects[0], by=acme.admin, now=now)
    Job.objects.filter(pk=jobs[0].pk).update(missing_since=now)

    do(Action.UNLINK, jobs[0], by=acme.admin, now=now)

    jobs[0].refresh_from_db()
    assert jobs[0].state == Job.State.ORPHANED
