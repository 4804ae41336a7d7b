"""Undo: a row, a batch, everything since a time; what others decided since is left and named."""

from datetime import datetime, timedelta

import pytest

from tests.conftest import Cast
from tests.plans.conftest import Yard
from tests.stories import do, link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.linking.models import Link, Rejection
from tieback.plans.decisions import Action, Decision, Setting
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.services import apply, draft
from tieback.plans.undoing import draft_undo, draft_undo_row, draft_undo_since
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
State = PlanRow.State
HOUR = timedelta(hours=1)


def batch_of_links(yard: Yard, pairs: list[tuple[Job, Project]], now: datetime) -> Batch:
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]
    plan = draft(decisions=decisions, title="Links", by=yard.cast.admin, now=now)
    return apply(plan=plan, by=yard.cast.admin, clock=lambda: now)


def rows(plan: Plan) -> list[tuple[str, int, str]]:
    return list(plan.rows.values_list("action", "job_id", "held_reason"))


def undone(plan: Plan, yard: Yard, at: datetime) -> Plan:
    apply(plan=plan, by=yard.cast.admin, clock=lambda: at)
    return plan


def test_one_row_of_a_batch_is_taken_back_alone(yard: Yard, now: datetime) -> None:
    pairs = yard.pairs(3)
    batch = batch_of_links(yard, pairs, now)

    plan = draft_undo_row(row=batch.plan.rows.all()[1], by=yard.cast.admin, now=now)
    undone(plan, yard, now + HOUR)

    assert plan.undoes == batch
    assert {link.job for link in Link.objects.filter(unlinked_at=None)} == {
        pairs[0][0],
        pairs[2][0],
    }


def test_undoing_a_row_that_was_held_back_undoes_nothing(yard: Yard, now: datetime) -> None:
    job, project = yard.pairs(1)[0]
    link(yard.job(), project, by=yard.cast.admin, now=now)
    batch = batch_of_links(yard, [(job, project)], now)

    plan = draft_undo_row(row=batch.plan.rows.get(), by=yard.cast.admin, now=now)

    assert not plan.rows.exists()


def test_a_link_that_somebody_made_since_is_not_ended_by_an_older_undo(
    yard: Yard, now: datetime
) -> None:
    [(job, _)] = pairs = yard.pairs(1)
    batch, other = batch_of_links(yard, pairs, now), yard.other_admin()
    elsewhere = yard.project()
    do(Action.UNLINK, job, by=other, now=now + HOUR)
    link(job, elsewhere, by=other, now=now + HOUR)

    plan = draft_undo(batch=batch, by=yard.cast.admin, now=now + 2 * HOUR)

    [(_, _, reason)] = rows(plan)
    assert reason == (
        f"Since then {job} was unlinked and linked to {elsewhere}, by Second Admin on "
        "2026-03-02 at 11:15 UTC; that link stays."
    )
    undone(plan, yard, now + 2 * HOUR)
    assert Link.objects.get(unlinked_at=None).project == elsewhere


def test_the_same_pair_linked_anew_by_another_stays_too(yard: Yard, now: datetime) -> None:
    [(job, project)] = pairs = yard.pairs(1)
    batch, other = batch_of_links(yard, pairs, now), yard.other_admin()
    do(Action.UNLINK, job, by=other, now=now + HOUR)
    link(job, project, by=other, now=now + HOUR)

    plan = draft_undo(batch=batch, by=yard.cast.admin, now=now + 2 * HOUR)

    assert plan.rows.get().state == State.HELD


def test_what_somebody_archived_again_stays_archived(yard: Yard, now: datetime) -> None:
    job, other = yard.job(), yard.other_admin()
    batch = do(Action.ARCHIVE, job, by=yard.cast.admin, now=now)
    do(Action.RESTORE, job, by=other, now=now + HOUR)
    do(Action.ARCHIVE, job, by=other, now=now + 2 * HOUR)

    plan = draft_undo(batch=batch, by=yard.cast.admin, now=now + 3 * HOUR)

    [(_, _, reason)] = rows(plan)
    assert reason == (
        "Second Admin decided on it since: Archive, on 2026-03-02 at 12:15 UTC; that stays."
    )


def test_what_somebody_rejected_again_stays_rejected(yard: Yard, now: datetime) -> None:
    (job, project), other = yard.pairs(1)[0], yard.other_admin()
    batch = do(Action.REJECT, job, project, by=yard.cast.admin, now=now)
    do(Action.REJECT, job, yard.project(), by=other, now=now + HOUR)
    free = draft_undo(batch=batch, by=yard.cast.admin, now=now + HOUR)
    do(Action.ALLOW, job, project, by=other, now=now + HOUR)
    do(Action.REJECT, job, project, by=other, now=now + 2 * HOUR)

    plan = draft_undo(batch=batch, by=yard.cast.admin, now=now + 3 * HOUR)

    assert free.rows.get().state == State.PENDING
    assert "Second Admin decided on it since: Not a match" in plan.rows.get().held_reason


def test_a_refresh_is_not_taken_back_on_its_own_and_says_so(yard: Yard, now: datetime) -> None:
    job, project = yard.pairs(1)[0]
    link(job, project, by=yard.cast.admin, now=now)
    batch = do(Action.REFRESH, job, by=yard.cast.admin, now=now + HOUR)

    plan = draft_undo(batch=batch, by=yard.cast.admin, now=now + 2 * HOUR)

    [(action, _, reason)] = rows(plan)
    assert (action, "not taken back on their own" in reason) == (Action.REFRESH, True)


def test_everything_since_a_time_comes_back_newest_first(yard: Yard, now: datetime) -> None:
    admin, pairs = yard.cast.admin, yard.pairs(3)
    old, archived, rejected = pairs[0][0], yard.job(), yard.project()
    link(*pairs[0], by=admin, now=now)
    link(*pairs[1], by=admin, now=now + HOUR)
    do(Action.ARCHIVE, archived, by=yard.other_admin(), now=now + 2 * HOUR)
    do(Action.REJECT, pairs[2][0], rejected, by=admin, now=now + 3 * HOUR)
    do(Action.REJECT, pairs[2][0], pairs[1][1], by=admin, now=now + 3 * HOUR)
    link(*pairs[2], by=admin, now=now + 4 * HOUR)

    plan = draft_undo_since(
        company=yard.cast.company, since=now + HOUR, by=admin, now=now + 5 * HOUR
    )

    assert rows(plan) == [
        (Action.UNLINK, pairs[2][0].pk, ""),
        (Action.ALLOW, pairs[2][0].pk, ""),
        (Action.ALLOW, pairs[2][0].pk, ""),
        (Action.RESTORE, archived.pk, ""),
        (Action.UNLINK, pairs[1][0].pk, ""),
    ]
    undone(plan, yard, now + 5 * HOUR)
    assert [one.job for one in Link.objects.filter(unlinked_at=None)] == [old]
    assert not Rejection.objects.filter(undone_at=None).exists()


def test_decisions_that_cancel_each_other_out_are_left_alone(yard: Yard, now: datetime) -> None:
    admin, (job, project), other = yard.cast.admin, yard.pairs(1)[0], yard.job()
    link(job, project, by=admin, now=now)
    do(Action.UNLINK, job, by=admin, now=now + HOUR)
    do(Action.ARCHIVE, other, by=admin, now=now)
    do(Action.RESTORE, other, by=admin, now=now + HOUR)
    do(Action.REJECT, job, project, by=admin, now=now + HOUR)
    do(Action.ALLOW, job, project, by=admin, now=now + 2 * HOUR)

    plan = draft_undo_since(company=yard.cast.company, since=now, by=admin, now=now + 3 * HOUR)

    assert rows(plan) == []


def test_what_takes_two_steps_takes_the_first_and_says_so(yard: Yard, now: datetime) -> None:
    admin, (job, first), second = yard.cast.admin, yard.pairs(1)[0], yard.project()
    link(job, first, by=admin, now=now)
    do(Action.UNLINK, job, by=admin, now=now + HOUR)
    link(job, second, by=admin, now=now + HOUR)
    since = now + timedelta(minutes=30)

    step = draft_undo_since(company=yard.cast.company, since=since, by=admin, now=now + 2 * HOUR)
    undone(step, yard, now + 2 * HOUR)
    rest = draft_undo_since(company=yard.cast.company, since=since, by=admin, now=now + 3 * HOUR)
    undone(rest, yard, now + 3 * HOUR)
    nothing = draft_undo_since(company=yard.cast.company, since=since, by=admin, now=now + 4 * HOUR)

    assert step.rows.get().note == "It was linked then: undo again to go back all the way."
    assert Link.objects.get(unlinked_at=None).project == first
    assert rows(nothing) == []


def test_a_refresh_since_then_of_an_older_link_is_named(yard: Yard, now: datetime) -> None:
    admin, pairs = yard.cast.admin, yard.pairs(2)
    link(*pairs[0], by=admin, now=now)
    do(Action.REFRESH, pairs[0][0], by=admin, now=now + HOUR)
    link(*pairs[1], by=admin, now=now + HOUR)
    do(Action.REFRESH, pairs[1][0], by=admin, now=now + HOUR)

    plan = draft_undo_since(
        company=yard.cast.company, since=now + HOUR, by=admin, now=now + 2 * HOUR
    )

    assert [(action, job_id, bool(held)) for action, job_id, held in rows(plan)] == [
        (Action.UNLINK, pairs[1][0].pk, False),
        (Action.REFRESH, pairs[0][0].pk, True),
    ]


def test_settings_go_back_to_what_they_were_and_not_what_another_changed(
    yard: Yard, now: datetime
) -> None:
    admin, job = yard.cast.admin, yard.job()
    mine, theirs = (yard.project(is_erp_integrated=False, is_active=False) for _ in range(2))
    settings = (Setting("is_erp_integrated", False, True), Setting("is_active", False, True))
    decisions = [Decision(Action.FIX, job.pk, p.pk, settings=settings) for p in (mine, theirs)]
    plan = draft(decisions=decisions, title="Fix", by=admin, now=now)
    batch = apply(plan=plan, by=admin, clock=lambda: now)
    Project.objects.filter(pk=theirs.pk).update(is_active=False)

    undo = draft_undo(batch=batch, by=admin, now=now + HOUR)
    since = draft_undo_since(company=yard.cast.company, since=now, by=admin, now=now + HOUR)
    undone(undo, yard, now + HOUR)

    reasons = {row.project: row.held_reason for row in undo.rows.select_related("project")}
    assert reasons == {mine: "", theirs: f"Status of {theirs} is inactive already."}
    assert [row.settings for row in since.rows.order_by("project")] == [
        [["is_erp_integrated", True, False], ["is_active", True, False]]
    ] * 2
    for project in (mine, theirs):
        project.refresh_from_db()
    assert (mine.is_erp_integrated, mine.is_active) == (False, False)
    assert (theirs.is_erp_integrated, theirs.is_active) == (True, False)


def test_undoing_takes_the_level_of_what_was_done_and_stays_in_the_company(
    yard: Yard, rival: Cast, now: datetime
) -> None:
    batch = batch_of_links(yard, yard.pairs(1), now)

    for by, refusal in [(yard.cast.standard, NotAllowedError), (rival.admin, NotOfCompanyError)]:
        with pytest.raises(refusal):
            draft_undo(batch=batch, by=by, now=now)
        with pytest.raises(refusal):
            draft_undo_row(row=batch.plan.rows.get(), by=by, now=now)
        with pytest.raises(refusal):
            draft_undo_since(company=yard.cast.company, since=now, by=by, now=now)
