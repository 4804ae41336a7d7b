"""Large plans wait for a second Admin; those that nobody wants any more are dropped."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import Cast
from tests.plans.conftest import Yard
from tieback.access.actors import NotAllowedError, NotOfCompanyError, operator
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link
from tieback.plans.approving import PlanRefusedError, approve, discard, set_approval_above
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Batch, Plan
from tieback.plans.services import apply, draft

pytestmark = pytest.mark.django_db


def links(yard: Yard, count: int, now: datetime) -> Plan:
    return draft(
        decisions=[Decision(Action.LINK, j.pk, p.pk) for j, p in yard.pairs(count)],
        title="Go-live",
        by=yard.cast.admin,
        now=now,
    )


def test_no_plan_needs_an_approval_until_a_size_is_set(yard: Yard, now: datetime) -> None:
    assert not links(yard, 3, now).needs_approval


def test_a_plan_above_the_size_waits_and_one_at_it_does_not(yard: Yard, now: datetime) -> None:
    set_approval_above(company=yard.cast.company, rows=2, by=yard.cast.admin, now=now)

    above, at = links(yard, 3, now), links(yard, 2, now)

    assert (above.needs_approval, at.needs_approval) == (True, False)
    with pytest.raises(PlanRefusedError, match="a second Admin has to approve it first"):
        apply(plan=above, by=yard.cast.admin, clock=lambda: now)
    assert not Batch.objects.exists()
    assert not Link.objects.exists()


def test_a_second_admin_approves_and_it_can_be_applied(yard: Yard, now: datetime) -> None:
    set_approval_above(company=yard.cast.company, rows=1, by=yard.cast.admin, now=now)
    plan, second = links(yard, 2, now), yard.other_admin()

    approve(plan=plan, by=second, now=now)
    apply(plan=plan, by=yard.cast.admin, clock=lambda: now)

    assert Link.objects.count() == 2
    event = AuditEvent.objects.get(action="plan.approve")
    assert (event.actor_name, event.target_id) == ("Second Admin", str(plan.pk))
    assert event.after == {
        "content_hash": plan.content_hash,
        "rows": 2,
        "drafted by": yard.cast.admin.name,
    }


def test_approving_twice_is_as_good_as_once(yard: Yard, now: datetime) -> None:
    set_approval_above(company=yard.cast.company, rows=1, by=yard.cast.admin, now=now)
    plan, second = links(yard, 2, now), yard.other_admin()

    approve(plan=plan, by=second, now=now)
    again = approve(plan=plan, by=second, now=now)

    assert again.approved_by_name == "Second Admin"
    assert AuditEvent.objects.filter(action="plan.approve").count() == 1


@pytest.mark.parametrize("rows", [0, -1, 10**9])
def test_a_size_that_makes_no_sense_is_refused(yard: Yard, now: datetime, rows: int) -> None:
    with pytest.raises(PlanRefusedError, match="is no size"):
        set_approval_above(company=yard.cast.company, rows=rows, by=yard.cast.admin, now=now)


def test_neither_who_drafted_it_nor_the_operator_approves(yard: Yard, now: datetime) -> None:
    set_approval_above(company=yard.cast.company, rows=1, by=yard.cast.admin, now=now)
    plan = links(yard, 2, now)

    with pytest.raises(PlanRefusedError, match="drafted “Go-live” and cannot approve it"):
        approve(plan=plan, by=yard.cast.admin, now=now)
    with pytest.raises(PlanRefusedError, match="has to come from a person"):
        approve(plan=plan, by=operator(yard.cast.company), now=now)
    with pytest.raises(NotAllowedError, match="you need Admin"):
        approve(plan=plan, by=yard.cast.standard, now=now)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Plan.objects.filter(pk=plan.pk).update(approved_by=yard.cast.admin.user_id, approved_at=now)


def test_there_is_nothing_to_approve_on_a_small_plan(yard: Yard, now: datetime) -> None:
    with pytest.raises(PlanRefusedError, match="needs no approval"):
        approve(plan=links(yard, 1, now), by=yard.other_admin(), now=now)


def test_a_stricter_size_holds_for_plans_that_wait_and_a_looser_one_does_not_free_them(
    yard: Yard, now: datetime
) -> None:
    company, admin = yard.cast.company, yard.cast.admin
    waiting, applied, dropped = (links(yard, 2, now) for _ in range(3))
    apply(plan=applied, by=admin, clock=lambda: now)
    discard(plan=dropped, by=admin, now=now)

    set_approval_above(company=company, rows=1, by=admin, now=now)
    set_approval_above(company=company, rows=None, by=admin, now=now)

    assert list(Plan.objects.filter(needs_approval=True)) == [waiting]
    changed = AuditEvent.objects.filter(action="plan_settings.change").order_by("seq")
    assert [event.after for event in changed] == [
        {"approval above": 1},
        {"approval above": None},
    ]


def test_only_an_admin_sets_the_size(yard: Yard, now: datetime) -> None:
    with pytest.raises(NotAllowedError, match="you need Admin"):
        set_approval_above(company=yard.cast.company, rows=1, by=yard.cast.standard, now=now)


def test_a_discarded_plan_is_kept_but_never_applied(yard: Yard, now: datetime) -> None:
    plan = links(yard, 1, now)

    discard(plan=plan, by=yard.cast.admin, now=now)
    discard(plan=plan, by=yard.cast.admin, now=now)

    with pytest.raises(PlanRefusedError, match="was discarded on 2026-03-02"):
        apply(plan=plan, by=yard.cast.admin, clock=lambda: now)
    assert plan.rows.count() == 1
    assert AuditEvent.objects.filter(action="plan.discard").count() == 1


def test_what_was_applied_is_undone_and_not_discarded(yard: Yard, now: datetime) -> None:
    plan = links(yard, 1, now)
    apply(plan=plan, by=yard.cast.admin, clock=lambda: now)

    with pytest.raises(PlanRefusedError, match="was applied, so there is nothing to discard"):
        discard(plan=plan, by=yard.cast.admin, now=now)


def test_the_plan_of_somebody_else_is_an_admins_to_discard(yard: Yard, now: datetime) -> None:
    plan = links(yard, 1, now)

    with pytest.raises(NotAllowedError, match="the plan of somebody else"):
        discard(plan=plan, by=yard.cast.standard, now=now)
    discard(plan=plan, by=yard.other_admin(), now=now)

    assert Plan.objects.get().discarded_at == now


def test_plans_of_another_company_are_nobodys_business(
    yard: Yard, rival: Cast, now: datetime
) -> None:
    plan = links(yard, 1, now)

    for act in (approve, discard):
        with pytest.raises(NotOfCompanyError):
            act(plan=plan, by=rival.admin, now=now)
