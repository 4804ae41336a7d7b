"""New projects, corrections, new lists and codes: the forms and their answers."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project, StandardCostCode, StandardCostCodeList

PORTFOLIO = "/c/acme/portfolio/"
NEW_PROJECT = f"{PORTFOLIO}projects/new/"
NEW_LIST = f"{PORTFOLIO}cost-code-lists/new/"


def said(answer: Any) -> list[tuple[str, str]]:
    return [(m.level_tag, str(m)) for m in get_messages(answer.wsgi_request)]


def test_a_new_project_is_added_and_shown(acme: Cast, admin: Client) -> None:
    form = {"number": "24-101", "name": "Clinic", "start_date": "2026-03-02", "value": "5"}

    answer = admin.post(NEW_PROJECT, form)

    project = Project.objects.get()
    assert (project.company, project.name) == (acme.company, "Clinic")
    assert answer["Location"] == f"{PORTFOLIO}projects/{project.pk}/"
    assert said(answer) == [("success", "24-101 Clinic is added.")]


def test_every_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    acme: Cast, admin: Client
) -> None:
    answer = admin.post(NEW_PROJECT, {"number": "24", "name": " ", "value": "lots", "zip": "<b>"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert {line.name: line.problem for line in answer.context["lines"] if line.problem} == {
        "name": "Name: It is empty. Fill it in.",
        "value": "Value: “lots” is not an amount in digits. Write the amount in digits, as in "
        "1234.56, or leave the cell empty.",
    }
    assert 'value="24"' in page
    assert 'value="&lt;b&gt;"' in page
    assert not Project.objects.exists()


def test_a_double_click_adds_one_project(acme: Cast, admin: Client) -> None:
    first, second = (admin.post(NEW_PROJECT, {"number": "1", "name": "A"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 422)
    assert "There is a project “A” with the number 1 already." in second.content.decode()
    assert Project.objects.count() == 1


def test_edit_shows_what_is_there_and_saves_what_is_said(acme: Cast, admin: Client) -> None:
    project = factories.make_project(
        acme.company, number="1", name="Clinic", city="Troy", value="1234.50"
    )
    url = f"{PORTFOLIO}projects/{project.pk}/edit/"
    shown = {line.name: line.value for line in admin.get(url).context["lines"]}

    answer = admin.post(url, {**shown, "name": "Hospital", "city": ""})

    project.refresh_from_db()
    assert (project.name, project.city, str(project.value)) == ("Hospital", "", "1234.50")
    assert answer["Location"] == f"{PORTFOLIO}projects/{project.pk}/"
    assert AuditEvent.objects.get().after == {"name": "Hospital", "city": ""}


def test_a_refused_edit_shows_what_was_typed(acme: Cast, admin: Client) -> None:
    project = factories.make_project(acme.company, name="Clinic")

    answer = admin.post(
        f"{PORTFOLIO}projects/{project.pk}/edit/", {"name": "Other", "start_date": "soon"}
    )

    lines = {line.name: line for line in answer.context["lines"]}
    assert answer.status_code == 422
    assert (lines["name"].value, lines["start_date"].value) == ("Other", "soon")
    assert lines["start_date"].type == "text"
    assert Project.objects.get().name == "Clinic"


def test_a_list_its_code_and_its_naming(acme: Cast, admin: Client) -> None:
    waiting = factories.make_project(acme.company)

    made = admin.post(NEW_LIST, {"name": "CSI"})
    own = made["Location"]
    admin.post(f"{own}codes/new/", {"full_code": "03", "name": "Concrete", "parent_code": ""})
    refused = admin.post(f"{own}codes/new/", {"full_code": "03", "name": "Again"})
    named = admin.post(f"{own}erp/")

    listed = StandardCostCodeList.objects.get()
    waiting.refresh_from_db()
    assert own == f"{PORTFOLIO}cost-code-lists/{listed.pk}/"
    assert [str(code) for code in listed.codes.all()] == ["03 Concrete"]
    assert refused.status_code == 422
    assert listed.is_erp
    assert waiting.cost_code_list == listed
    assert said(named)[-1] == (
        "success",
        "“CSI” is the ERP list now. 1 project takes codes from it now.",
    )


def test_another_erp_list_says_what_it_leaves_behind(acme: Cast, admin: Client) -> None:
    old = factories.make_erp_list(acme.company, name="Old")
    new = factories.make_list(acme.company, name="New")
    factories.make_project(acme.company, cost_code_list=old, is_erp_integrated=False)

    answer = admin.post(f"{PORTFOLIO}cost-code-lists/{new.pk}/erp/")

    assert said(answer) == [
        (
            "success",
            "“New” is the ERP list now. 1 project keeps the list before it, and cannot be linked.",
        )
    ]


def test_the_erp_list_stays_while_projects_are_synced_by_it(acme: Cast, admin: Client) -> None:
    old = factories.make_erp_list(acme.company, name="Old")
    new = factories.make_list(acme.company, name="New")
    factories.make_project(acme.company, name="Pier", cost_code_list=old, origin_id="x")

    answer = admin.post(f"{PORTFOLIO}cost-code-lists/{new.pk}/erp/")

    ((kind, words),) = said(answer)
    assert kind == "error"
    assert "“Old” has to stay the ERP list" in words
    assert StandardCostCodeList.objects.get(is_erp=True) == old


def test_empty_screens_lead_on(acme: Cast, admin: Client, reader: Client) -> None:
    projects, lists = (f"{PORTFOLIO}{name}/" for name in ("projects", "cost-code-lists"))

    assert f'href="{projects}import/"' in admin.get(projects).content.decode()
    assert f'href="{projects}new/"' in admin.get(projects).content.decode()
    assert f'href="{lists}new/"' in admin.get(lists).content.decode()
    for url in (projects, lists):
        page = reader.get(url).content.decode()
        assert "/new/" not in page
        assert "/import/" not in page
        assert "An admin of the tool adds" in page


FORMS = (
    "projects/new/",
    "projects/{project}/edit/",
    "cost-code-lists/new/",
    "cost-code-lists/{list}/codes/new/",
    "cost-code-lists/{list}/erp/",
)
FORM = {"name": "Theirs", "number": "1", "full_code": "01"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_a_level_below_admin_changes_nothing_and_the_try_is_kept(
    acme: Cast, sign_in: SignIn, form: str, level: Level
) -> None:
    project = factories.make_project(acme.company, name="Ours")
    listed = factories.make_list(acme.company, name="Ours")
    url = PORTFOLIO + form.format(project=project.pk, list=listed.pk)

    answer = sign_in(level).post(url, FORM)

    assert answer.status_code == 403
    assert [one.name for one in Project.objects.all()] == ["Ours"]
    assert [(one.name, one.is_erp) for one in StandardCostCodeList.objects.all()] == [
        ("Ours", False)
    ]
    assert not StandardCostCode.objects.exists()
    assert [event.action for event in AuditEvent.objects.all()] == ["access.refused"]


@pytest.mark.parametrize("form", [form for form in FORMS if "{" in form])
def test_rows_of_another_company_are_not_found_and_the_try_is_kept(
    rival: Cast, admin: Client, form: str
) -> None:
    project = factories.make_project(rival.company, name="Theirs alone")
    listed = factories.make_list(rival.company, name="Theirs alone")

    answer = admin.post(PORTFOLIO + form.format(project=project.pk, list=listed.pk), FORM)

    assert answer.status_code == 404
    assert "Theirs alone" not in answer.content.decode()
    assert [one.name for one in Project.objects.all()] == ["Theirs alone"]
    assert not StandardCostCodeList.objects.filter(is_erp=True).exists()
    assert [event.action for event in AuditEvent.objects.all()] == ["access.refused"]


@pytest.mark.parametrize("form", FORMS)
def test_a_forged_form_is_refused(acme: Cast, form: str) -> None:
    project = factories.make_project(acme.company, name="Ours")
    listed = factories.make_list(acme.company, name="Ours")
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.users[Level.ADMIN])

    answer = client.post(PORTFOLIO + form.format(project=project.pk, list=listed.pk), FORM)

    assert answer.status_code == 403
    assert "This form could not be accepted" in answer.content.decode()
    assert Project.objects.count() == StandardCostCodeList.objects.count() == 1


def test_a_nul_is_refused_in_words(acme: Cast, admin: Client) -> None:
    answer = admin.post(NEW_PROJECT, {"name": "A\0B"})

    assert answer.status_code == 400
    assert not Project.objects.exists()
