"""Procore's rules, one by one (erp-tool.md §3.2): what blocks a pair, and with which fix."""

import pytest

from tests import factories
from tests.conftest import Cast
from tieback.access.actors import NotOfCompanyError
from tieback.linking.eligibility import Fix, blockers
from tieback.linking.selectors import choices
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.staging.models import Job


@pytest.fixture
def erp_list(acme: Cast) -> StandardCostCodeList:
    return factories.make_erp_list(acme.company)


@pytest.fixture
def job(acme: Cast) -> Job:
    return factories.make_job(
        factories.make_connection(acme.company), number="24-1003", name="Pier"
    )


@pytest.fixture
def project(acme: Cast, erp_list: StandardCostCodeList) -> Project:
    return factories.make_project(acme.company, number="P-1", name="Pier", cost_code_list=erp_list)


def codes_and_fixes(job: Job, project: Project, acme: Cast) -> list[tuple[str, Fix | None]]:
    found = blockers(job=job, project=project, actor=acme.admin)
    return [(blocker.code, blocker.fix) for blocker in found]


def test_nothing_blocks_a_ready_job_and_an_eligible_project(
    acme: Cast, job: Job, project: Project
) -> None:
    assert codes_and_fixes(job, project, acme) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"is_erp_integrated": False}, [("setting_off", Fix.SWITCH_ON)]),
        ({"is_active": False}, [("inactive", Fix.REACTIVATE)]),
        ({"is_template": True}, [("template", None)]),
        ({"cost_code_list": None}, [("other_list", Fix.USE_ERP_LIST)]),
        ({"origin_id": "SAGE-9"}, [("project_origin", None)]),
    ],
)
def test_each_broken_condition_of_the_project_is_a_blocker(
    acme: Cast,
    job: Job,
    project: Project,
    fields: dict[str, object],
    expected: list[tuple[str, Fix | None]],
) -> None:
    for name, value in fields.items():
        setattr(project, name, value)
    project.save()

    assert codes_and_fixes(job, project, acme) == expected


@pytest.mark.parametrize(
    ("state", "expected"), [("archived", "job_archived"), ("orphaned", "job_orphaned")]
)
def test_an_archived_or_orphaned_job_is_blocked(
    acme: Cast, job: Job, project: Project, state: str, expected: str
) -> None:
    job.state = state

    assert codes_and_fixes(job, project, acme) == [(expected, None)]


def test_below_admin_linking_is_blocked(acme: Cast, job: Job, project: Project) -> None:
    found = blockers(job=job, project=project, actor=acme.standard)

    assert [blocker.code for blocker in found] == ["not_admin"]


def test_codes_from_another_list_lock_the_setting_and_the_list(
    acme: Cast, job: Job, project: Project
) -> None:
    other = factories.make_list(acme.company, name="Old codes")
    standard = factories.make_standard_code(other, "01")
    factories.make_cost_code(project, "01", standard_code=standard)
    project.is_erp_integrated, project.cost_code_list = False, other
    project.save()

    found = blockers(job=job, project=project, actor=acme.admin)

    assert [(b.code, b.fix) for b in found] == [("setting_locked", None), ("list_locked", None)]
    assert "Old codes" in found[0].sentence


def test_every_broken_condition_is_told_at_once(acme: Cast, job: Job, project: Project) -> None:
    project.is_active = project.is_erp_integrated = False
    project.save()

    assert codes_and_fixes(job, project, acme) == [
        ("setting_off", Fix.SWITCH_ON),
        ("inactive", Fix.REACTIVATE),
    ]


def test_without_an_erp_list_the_company_is_told_to_name_one(acme: Cast, job: Job) -> None:
    project = factories.make_project(acme.company)

    assert codes_and_fixes(job, project, acme) == [("no_erp_list", None)]


def test_rows_of_another_company_do_not_exist(
    acme: Cast, rival: Cast, job: Job, project: Project
) -> None:
    theirs = factories.make_project(rival.company)

    with pytest.raises(NotOfCompanyError):
        blockers(job=job, project=theirs, actor=acme.admin)


def test_the_picker_finds_every_project_eligible_ones_first(
    acme: Cast, rival: Cast, job: Job, erp_list: StandardCostCodeList
) -> None:
    factories.make_project(acme.company, number="1", name="Pier One", cost_code_list=None)
    factories.make_project(acme.company, number="2", name="Pier Two", cost_code_list=erp_list)
    factories.make_project(acme.company, number="3", name="Shed", cost_code_list=erp_list)
    factories.make_project(rival.company, number="4", name="Pier of others")

    found = choices(job=job, actor=acme.admin, query="pie")

    assert [(choice.project.number, choice.is_eligible) for choice in found] == [
        ("2", True),
        ("1", False),
    ]


def test_the_picker_finds_by_number_customer_and_address(
    acme: Cast, job: Job, erp_list: StandardCostCodeList
) -> None:
    factories.make_project(
        acme.company,
        number="24-1003",
        name="Pier",
        customer="Harbor Board",
        address="12 Main St",
        cost_code_list=erp_list,
    )

    for query in ("241003", "24-1003", "1003", "harbor", "12 main", "PIER har"):
        assert [c.project.number for c in choices(job=job, actor=acme.admin, query=query)] == [
            "24-1003"
        ], query


def test_the_picker_asks_the_same_number_of_queries_for_one_project_and_for_twenty(
    acme: Cast,
    job: Job,
    erp_list: StandardCostCodeList,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    factories.make_project(acme.company, name="Pier", cost_code_list=erp_list)
    actor = acme.admin
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        choices(job=job, actor=actor, query="pier")
    for _ in range(19):
        factories.make_project(acme.company, name="Pier", is_active=False)

    with django_assert_max_num_queries(6):  # type: ignore[operator]
        found = choices(job=job, actor=actor, query="pier")

    assert len(found) == 20
