"""Changing a project's settings from its page."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project, StandardCostCodeList


@pytest.fixture
def erp_list(acme: Cast) -> StandardCostCodeList:
    return factories.make_erp_list(acme.company, name="ERP codes")


@pytest.fixture
def project(acme: Cast, erp_list: StandardCostCodeList) -> Project:
    return factories.make_project(
        acme.company, number="24-101", name="Clinic", cost_code_list=erp_list
    )


def url(project: Project, change: str) -> str:
    return f"/c/acme/portfolio/projects/{project.pk}/{change}/"


def said(answer: Any) -> list[tuple[str, str]]:
    return [(m.level_tag, str(m)) for m in get_messages(answer.wsgi_request)]


def test_switching_the_erp_setting_off_and_on(project: Project, admin: Client) -> None:
    off = admin.post(url(project, "erp-integrated"), {"value": "off"})
    project.refresh_from_db()
    was_off = not project.is_erp_integrated
    admin.post(url(project, "erp-integrated"), {"value": "on"})
    project.refresh_from_db()

    assert (off.status_code, off["Location"]) == (302, url(project, "erp-integrated")[:-15])
    assert said(off) == [("success", "ERP-integrated is off for 24-101 Clinic.")]
    assert was_off
    assert project.is_erp_integrated


def test_a_change_is_kept_with_who_and_by_which_door(
    acme: Cast, project: Project, admin: Client
) -> None:
    admin.post(url(project, "active"), {"value": "off"})

    event = AuditEvent.objects.get()
    assert (event.action, event.actor_name, event.door) == (
        "project.set_active",
        "Admin of Acme Builders",
        "screen",
    )
    assert (event.before, event.after) == ({"is_active": True}, {"is_active": False})


def test_the_lock_in_is_answered_with_reason_and_mend(
    acme: Cast, project: Project, admin: Client
) -> None:
    old = factories.make_list(acme.company, name="Old codes")
    factories.make_standard_code(old, "01")
    admin.post(url(project, "erp-integrated"), {"value": "off"})
    copied = admin.post(url(project, "copied-codes"), {"list": old.pk, "sure": "on"})
    refused = admin.post(url(project, "erp-integrated"), {"value": "on"})

    project.refresh_from_db()
    kind, words = said(refused)[-1]
    assert said(copied)[-1] == (
        "success",
        "1 cost code copied from “Old codes” into 24-101 Clinic.",
    )
    assert kind == "error"
    assert "can no longer be switched" in words
    assert "Create a new project" in words
    assert not project.is_erp_integrated


def test_codes_of_another_list_are_copied_only_when_it_is_meant(
    acme: Cast, project: Project, admin: Client
) -> None:
    old = factories.make_list(acme.company, name="Old codes")
    factories.make_standard_code(old, "01")
    admin.post(url(project, "erp-integrated"), {"value": "off"})

    refused = admin.post(url(project, "copied-codes"), {"list": old.pk})

    assert [kind for kind, _ in said(refused)][-1] == "error"
    assert project.cost_codes.count() == 0


def test_the_codes_of_the_erp_list_are_copied_with_their_parents(
    project: Project, erp_list: StandardCostCodeList, admin: Client
) -> None:
    top = factories.make_standard_code(erp_list, "01")
    factories.make_standard_code(erp_list, "01-100", parent=top)

    admin.post(url(project, "copied-codes"), {"list": erp_list.pk})
    admin.post(url(project, "copied-codes"), {"list": erp_list.pk})

    codes = project.cost_codes.order_by("full_code")
    assert [(c.full_code, c.parent and c.parent.full_code) for c in codes] == [
        ("01", None),
        ("01-100", "01"),
    ]


def test_choosing_another_list(acme: Cast, project: Project, admin: Client) -> None:
    civil = factories.make_list(acme.company, name="Civil")

    answer = admin.post(url(project, "cost-code-list"), {"list": civil.pk})

    project.refresh_from_db()
    assert project.cost_code_list == civil
    assert said(answer) == [("success", "24-101 Clinic takes its cost codes from “Civil” now.")]


@pytest.mark.parametrize("change", ["cost-code-list", "copied-codes"])
def test_a_list_of_another_company_is_not_found_and_the_try_is_kept(
    rival: Cast, project: Project, admin: Client, change: str
) -> None:
    theirs = factories.make_erp_list(rival.company)

    answer = admin.post(url(project, change), {"list": theirs.pk, "sure": "on"})

    assert answer.status_code == 404
    assert [e.action for e in AuditEvent.objects.all()] == ["access.refused"]


@pytest.mark.parametrize("change", ["erp-integrated", "active", "cost-code-list", "copied-codes"])
@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_a_level_below_admin_changes_nothing_and_the_try_is_kept(
    project: Project, erp_list: StandardCostCodeList, sign_in: SignIn, change: str, level: Level
) -> None:
    answer = sign_in(level).post(url(project, change), {"value": "off", "list": erp_list.pk})

    assert answer.status_code == 403
    assert Project.objects.get() == project
    assert Project.objects.get().is_erp_integrated
    assert [e.action for e in AuditEvent.objects.all()] == ["access.refused"]


@pytest.mark.parametrize("change", ["erp-integrated", "active", "cost-code-list", "copied-codes"])
def test_a_change_takes_a_post(project: Project, admin: Client, change: str) -> None:
    assert admin.get(url(project, change)).status_code == 405


@pytest.mark.parametrize(
    ("change", "form"),
    [
        ("erp-integrated", {}),
        ("active", {"value": "perhaps"}),
        ("cost-code-list", {}),
        ("cost-code-list", {"list": "1; DROP TABLE"}),
        ("copied-codes", {"list": "²"}),
    ],
)
def test_a_form_that_is_not_ours_is_answered_in_words(
    project: Project, admin: Client, change: str, form: dict[str, str]
) -> None:
    answer = admin.post(url(project, change), form)

    assert answer.status_code == 400
    assert "The request could not be read" in answer.content.decode()


def test_a_double_click_is_one_change(project: Project, admin: Client) -> None:
    for _ in range(2):
        admin.post(url(project, "active"), {"value": "off"})

    assert AuditEvent.objects.count() == 1
