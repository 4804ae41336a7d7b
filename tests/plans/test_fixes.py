"""Settings of projects change in a plan, by the portfolio's own rules."""

from datetime import datetime

import pytest

from tests import factories
from tests.plans.conftest import Yard
from tieback.audit.models import AuditEvent
from tieback.plans.decisions import Action, Decision, Setting
from tieback.plans.models import Plan, PlanRow
from tieback.plans.services import apply, draft
from tieback.portfolio.models import Project

pytestmark = pytest.mark.django_db
State = PlanRow.State
ON = Setting("is_erp_integrated", False, True)


def fix(yard: Yard, project: Project, *settings: Setting, now: datetime) -> Plan:
    decision = Decision(Action.FIX, yard.job().pk, project.pk, settings=settings)
    return draft(decisions=[decision], title="Fix", by=yard.cast.admin, now=now)


def test_all_settings_of_a_row_change_together_and_each_is_in_the_audit_trail(
    yard: Yard, now: datetime
) -> None:
    other = factories.make_list(yard.cast.company, name="Own codes")
    project = yard.project(is_erp_integrated=False, is_active=False, cost_code_list=other)
    settings = (
        ON,
        Setting("cost_code_list", other.pk, yard.erp_list.pk),
        Setting("is_active", False, True),
    )

    plan = fix(yard, project, *settings, now=now)
    apply(plan=plan, by=yard.cast.admin, clock=lambda: now)

    project.refresh_from_db()
    assert (project.is_erp_integrated, project.is_active) == (True, True)
    assert project.cost_code_list == yard.erp_list
    assert plan.totals == {"set setting": 3}
    assert [(e["key"], e["before"], e["after"]) for e in plan.rows.get().effects] == [
        ("is_erp_integrated", {"value": "off"}, {"value": "on"}),
        ("cost_code_list", {"value": "Own codes"}, {"value": "ERP standard cost codes"}),
        ("is_active", {"value": "inactive"}, {"value": "active"}),
    ]
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "project.set_erp_integrated",
        "project.set_cost_code_list",
        "project.set_active",
    } < actions


def test_what_the_portfolio_forbids_is_held_back_with_its_reason(yard: Yard, now: datetime) -> None:
    project = yard.project(is_erp_integrated=False)
    other = factories.make_standard_code(factories.make_list(yard.cast.company, name="Old"), "01")
    factories.make_cost_code(project, "01", standard_code=other)

    plan = fix(yard, project, ON, now=now)

    row = plan.rows.get()
    assert row.state == State.HELD
    assert "Cost codes were copied into this project from “Old”" in row.held_reason


def test_a_setting_that_somebody_changed_first_is_held_back(yard: Yard, now: datetime) -> None:
    project = yard.project(is_erp_integrated=False)
    plan = fix(yard, project, ON, now=now)
    Project.objects.filter(pk=project.pk).update(is_erp_integrated=True)

    apply(plan=plan, by=yard.cast.admin, clock=lambda: now)

    row = plan.rows.get()
    assert (row.state, row.held_reason) == (
        State.HELD,
        f"ERP-integrated setting of {project} is on already.",
    )
