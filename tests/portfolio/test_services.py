"""What a person may switch on a project, and Procore's lock-in rule (erp-tool.md §3.2)."""

from datetime import datetime

import pytest

from tests import factories
from tests.conftest import Cast
from tests.stories import link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.portfolio import services
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.portfolio.refusals import RefusedError
from tieback.portfolio.selectors import lock_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def erp_list(acme: Cast) -> StandardCostCodeList:
    made = factories.make_erp_list(acme.company)
    parent = factories.make_standard_code(made, "03")
    factories.make_standard_code(made, "03-100", parent=parent)
    factories.make_standard_code(made, "04", is_active=False)
    return made


@pytest.fixture
def other_list(acme: Cast) -> StandardCostCodeList:
    made = factories.make_list(acme.company, name="Old codes")
    factories.make_standard_code(made, "A")
    return made


@pytest.fixture
def project(acme: Cast, erp_list: StandardCostCodeList) -> Project:
    return factories.make_project(acme.company, cost_code_list=erp_list)


def test_the_setting_goes_off_and_on_while_no_other_codes_are_in(
    acme: Cast, project: Project, now: datetime
) -> None:
    for value in (False, True):
        services.set_erp_integrated(project=project, value=value, by=acme.admin, now=now)

        assert Project.objects.get().is_erp_integrated is value
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.before, event.after) == (
        "project.set_erp_integrated",
        {"is_erp_integrated": False},
        {"is_erp_integrated": True},
    )


def test_off_and_codes_of_another_list_cannot_be_switched_on_again(
    acme: Cast, project: Project, other_list: StandardCostCodeList, now: datetime
) -> None:
    services.set_erp_integrated(project=project, value=False, by=acme.admin, now=now)
    services.copy_codes(project=project, cost_code_list=other_list, by=acme.admin, now=now)

    with pytest.raises(RefusedError, match="Old codes"):
        services.set_erp_integrated(project=project, value=True, by=acme.admin, now=now)

    assert not Project.objects.get().is_erp_integrated
    assert "Old codes" in lock_in(project)


def test_an_integrated_project_takes_no_codes_of_another_list(
    acme: Cast, project: Project, other_list: StandardCostCodeList, now: datetime
) -> None:
    with pytest.raises(RefusedError, match="not the ERP list"):
        services.copy_codes(project=project, cost_code_list=other_list, by=acme.admin, now=now)

    assert not project.cost_codes.exists()


def test_copying_takes_active_codes_with_their_parents_once(
    acme: Cast, project: Project, erp_list: StandardCostCodeList, now: datetime
) -> None:
    added = [
        services.copy_codes(project=project, cost_code_list=erp_list, by=acme.admin, now=now)
        for _ in range(2)
    ]

    assert added == [2, 0]
    codes = project.cost_codes.values_list("full_code", "parent__full_code")
    assert sorted(codes) == [("03", None), ("03-100", "03")]


def test_a_parent_that_sorts_after_its_child_is_kept_as_its_parent(
    acme: Cast, project: Project, erp_list: StandardCostCodeList, now: datetime
) -> None:
    parent = factories.make_standard_code(erp_list, "9000")
    factories.make_standard_code(erp_list, "2100", parent=parent)

    services.copy_codes(project=project, cost_code_list=erp_list, by=acme.admin, now=now)

    assert project.cost_codes.get(full_code="2100").parent == project.cost_codes.get(
        full_code="9000"
    )


def test_the_trail_names_lists_as_people_know_them(
    acme: Cast, project: Project, other_list: StandardCostCodeList, now: datetime
) -> None:
    services.set_cost_code_list(project=project, cost_code_list=other_list, by=acme.admin, now=now)

    event = AuditEvent.objects.latest("seq")
    assert event.after == {"cost_code_list": "Old codes"}


def test_the_list_is_fixed_once_codes_of_it_are_in(
    acme: Cast,
    project: Project,
    erp_list: StandardCostCodeList,
    other_list: StandardCostCodeList,
    now: datetime,
) -> None:
    services.copy_codes(project=project, cost_code_list=erp_list, by=acme.admin, now=now)

    with pytest.raises(RefusedError, match="its list is fixed"):
        services.set_cost_code_list(
            project=project, cost_code_list=other_list, by=acme.admin, now=now
        )


def test_a_synced_project_keeps_its_setting_and_its_list(
    acme: Cast, project: Project, other_list: StandardCostCodeList, now: datetime
) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    link(job, project, by=acme.admin, now=now)

    with pytest.raises(RefusedError, match=r"Unlink|synced"):
        services.set_erp_integrated(project=project, value=False, by=acme.admin, now=now)
    with pytest.raises(RefusedError, match=r"Unlink|synced"):
        services.set_cost_code_list(
            project=project, cost_code_list=other_list, by=acme.admin, now=now
        )


def test_settings_take_admin_and_the_own_company(
    acme: Cast, rival: Cast, project: Project, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        services.set_active(project=project, value=False, by=acme.standard, now=now)
    with pytest.raises(NotOfCompanyError):
        services.set_active(project=project, value=False, by=rival.admin, now=now)

    assert Project.objects.get().is_active
