"""A batch of many rows: undone to the last value, killed at any point, applied by two at once.

`TIEBACK_TEST_ROWS=1500` plays the first story at the size of a go-live.
"""

import os
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.concurrency import at_once
from tests.conftest import Cast
from tests.kill import killed_at
from tests.stories import do, link
from tieback.access.actors import Actor, person
from tieback.access.models import Level
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.following.models import FollowedEffect
from tieback.linking.models import Link
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan, PlanRow
from tieback.plans.services import apply, draft
from tieback.plans.undoing import draft_undo
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
    StandardCostCodeList,
)
from tieback.portfolio.projects import change_project
from tieback.staging.models import Job, JobCostCode

ROWS = int(os.environ.get("TIEBACK_TEST_ROWS", "30"))
State = PlanRow.State
Pair = tuple[Job, Project]


def make_pairs(acme: Cast, count: int, *, codes: int = 6) -> list[Pair]:
    """Jobs whose codes are half new to their projects, half there under another name."""
    connection = factories.make_connection(acme.company)
    erp_list = StandardCostCodeList.objects.filter(company=acme.company).first()
    erp_list = erp_list or factories.make_erp_list(acme.company)
    jobs = [factories.make_job(connection) for _ in range(count)]
    projects = [factories.make_project(acme.company, cost_code_list=erp_list) for _ in jobs]
    staged = {
        "company": acme.company,
        "connection": connection,
        "digest": "0" * 32,
        "first_seen_at": factories.LONG_AGO,
        "changed_at": factories.LONG_AGO,
    }
    JobCostCode.objects.bulk_create(
        JobCostCode(
            **staged,
            job=job,
            external_id=f"{job.external_id}|{n}",
            full_code=f"{n:02}",
            name=f"Code {n}",
            cost_type="LMES"[n % 4],
        )
        for job in jobs
        for n in range(codes)
    )
    ProjectCostCode.objects.bulk_create(
        ProjectCostCode(project=project, code=f"{n:02}", full_code=f"{n:02}", name="Own name")
        for project in projects
        for n in range(codes // 2)
    )
    return list(zip(jobs, projects, strict=True))


def links(pairs: list[Pair], by: Actor, now: datetime) -> Plan:
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]
    return draft(decisions=decisions, title="Go-live", by=by, now=now)


def everything() -> dict[str, Any]:
    """Every value that a link may change, row by row with its id."""
    tables: dict[str, Any] = {
        "jobs": Job.objects.values_list("pk", "state"),
        "projects": Project.objects.values_list(),
        "codes": ProjectCostCode.objects.values_list(),
        "types": CostType.objects.values_list(),
        "assignments": CostTypeAssignment.objects.values_list(),
    }
    return {name: set(rows.order_by("pk")) for name, rows in tables.items()} | {
        "links": set(Link.objects.filter(unlinked_at=None).values_list("job", "project"))
    }


def another_admin(acme: Cast) -> Actor:
    user = factories.make_user(name="Ben")
    factories.make_membership(acme.company, user, level=Level.ADMIN)
    return person(user, acme.company, door="test")


@pytest.mark.django_db
def test_undo_brings_every_value_back_but_what_somebody_else_changed_in_between(
    acme: Cast, now: datetime
) -> None:
    admin, ben, later = acme.admin, another_admin(acme), now + timedelta(hours=1)
    pairs, spare = make_pairs(acme, ROWS), make_pairs(acme, 1)[0]
    before = everything()
    batch = apply(plan=links(pairs, admin, now), by=admin, clock=lambda: now)
    assert Link.objects.count() == ROWS

    # Ben works on while the links stand: five things that an undo must not take from him.
    [renamed, used, renamed_project, relinked] = pairs[:4]
    code = renamed[1].cost_codes.get(full_code="00")
    ProjectCostCode.objects.filter(pk=code.pk).update(name="Ben's name")
    ProjectCostCode.objects.filter(project=used[1], full_code="05").update(is_in_use=True)
    change_project(project=renamed_project[1], said={"name": "Ben's project"}, by=ben, now=later)
    do(Action.UNLINK, relinked[0], by=ben, now=later)
    link(relinked[0], spare[1], by=ben, now=later)

    undo = draft_undo(batch=batch, by=admin, now=later)
    apply(plan=undo, by=admin, clock=lambda: later)

    after = everything()
    held = undo.rows.get(state=State.HELD)
    assert (held.job, "by Ben on" in held.held_reason) == (relinked[0], True)
    assert undo.rows.filter(state=State.APPLIED).count() == ROWS - 1
    kept = {
        (row.job, step["key"]): step["reason"]
        for row in undo.rows.filter(job__in=[renamed[0], used[0]]).select_related("job")
        for step in row.effects
        if not step["is_put_back"] and step["on"] != "cost_type"
    }
    assert set(kept) == {(renamed[0], "00"), (used[0], "05"), (used[0], "05|M")}
    assert after["links"] == {(relinked[0].pk, spare[1].pk)}
    assert after["jobs"] - before["jobs"] == {(relinked[0].pk, "linked")}
    touched = {renamed[1].pk, used[1].pk, renamed_project[1].pk, spare[1].pk}
    assert _of_others(after, touched) == _of_others(before, touched)
    assert Project.objects.get(pk=renamed_project[1].pk).name == "Ben's project"
    assert renamed[1].cost_codes.get(full_code="00").name == "Ben's name"
    assert list(breaks(acme.company)) == []


def _of_others(found: dict[str, Any], touched: set[int]) -> dict[str, Any]:
    """All projects, codes and assignments but those of the projects that Ben touched."""
    of_touched = set(
        ProjectCostCode.objects.filter(project__in=touched).values_list("pk", flat=True)
    )
    columns = [field.attname for field in ProjectCostCode._meta.concrete_fields]
    owner = columns.index("project_id")
    return {
        "projects": {row for row in found["projects"] if row[0] not in touched},
        "codes": {row for row in found["codes"] if row[owner] not in touched},
        "assignments": {row for row in found["assignments"] if row[1] not in of_touched},
    }


@pytest.mark.django_db
def test_undo_of_the_undo_links_all_again(acme: Cast, now: datetime) -> None:
    admin, pairs = acme.admin, make_pairs(acme, 5)
    batch = apply(plan=links(pairs, admin, now), by=admin, clock=lambda: now)
    linked = everything()
    undone = apply(plan=draft_undo(batch=batch, by=admin, now=now), by=admin, clock=lambda: now)

    redo = draft_undo(batch=undone, by=admin, now=now)
    apply(plan=redo, by=admin, clock=lambda: now)

    assert everything()["links"] == linked["links"]
    assert redo.rows.filter(state=State.APPLIED).count() == 5


def stands(pairs: list[Pair]) -> list[Any]:
    """What a plan leads to, without the ids that differ from company to company."""
    found = []
    for job, project in pairs:
        codes = ProjectCostCode.objects.filter(project=project)
        found.append(
            (
                Job.objects.get(pk=job.pk).state,
                Link.objects.filter(job=job, project=project, unlinked_at=None).count(),
                sorted(codes.values_list("full_code", "name", "is_active")),
                CostTypeAssignment.objects.filter(cost_code__in=codes).count(),
                FollowedEffect.objects.filter(link__job=job, outcome="").count(),
            )
        )
    return found


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_point_and_started_again_it_ends_as_one_clean_run(
    acme: Cast, now: datetime
) -> None:
    by = acme.admin
    clean = make_pairs(acme, 3, codes=4)
    apply(plan=links(clean, by, now), by=by, clock=lambda: now)
    linked, killed = stands(clean), 0

    # Every 17th statement: with three rows that is in the midst of each, and between them.
    for step in range(1, 400, 17):
        pairs = make_pairs(acme, 3, codes=4)
        plan = links(pairs, by, now)
        was_killed = killed_at(step, lambda p=plan: apply(plan=p, by=by, clock=lambda: now))

        batch = apply(plan=plan, by=by, clock=lambda: now)

        # The company's cost types came with the first run; the rest is the same to the value.
        assert _without_types(stands(pairs)) == _without_types(linked)
        assert set(plan.rows.values_list("state", flat=True)) == {State.APPLIED}
        assert plan.batch == batch
        if not was_killed:
            break
        killed += 1
    assert killed > 8
    assert list(breaks(acme.company)) == []


def _without_types(found: list[Any]) -> list[Any]:
    return [row[:-1] for row in found]


@pytest.mark.django_db(transaction=True)
def test_two_people_apply_the_same_plan_at_once_and_it_is_done_once(
    acme: Cast, now: datetime
) -> None:
    admin, ben = acme.admin, another_admin(acme)
    pairs = make_pairs(acme, 8)
    plan = links(pairs, admin, now)

    results = at_once(
        lambda: apply(plan=plan, by=admin, clock=lambda: now),
        lambda: apply(plan=plan, by=ben, clock=lambda: now),
    )

    assert {getattr(result, "pk", result) for result in results} == {plan.batch.pk}
    assert set(plan.rows.values_list("state", flat=True)) == {State.APPLIED}
    assert Link.objects.count() == len(pairs)
    made = AuditEvent.objects.filter(action="link.create")
    assert made.count() == len(pairs)
    assert AuditEvent.objects.filter(action="batch.apply").count() == 1
    assert {job.pk for job, _ in pairs} == {event.after["job"] for event in made}
    assert list(breaks(acme.company)) == []
