"""Cost code lists: adding them, naming the ERP list, adding codes one by one."""

from datetime import datetime

import pytest

from tests import factories
from tests.conftest import Cast
from tests.stories import link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.portfolio.lists import add_standard_code, create_list, name_erp_list
from tieback.portfolio.models import Project, StandardCostCode, StandardCostCodeList
from tieback.portfolio.refusals import FieldsError, RefusedError
from tieback.portfolio.selectors import erp_list

pytestmark = pytest.mark.django_db


def test_a_new_list_is_not_the_erp_list_yet(acme: Cast, now: datetime) -> None:
    made = create_list(company=acme.company, name=" CSI codes ", by=acme.admin, now=now)

    assert (made.name, made.is_erp, made.is_available_to_new_projects) == ("CSI codes", False, True)
    event = AuditEvent.objects.get()
    assert (event.action, event.target_type, event.after) == (
        "cost_code_list.create",
        "cost_code_list",
        {"name": "CSI codes"},
    )


@pytest.mark.parametrize("name", ["", "   ", "n" * 121, "two\nlines"])
def test_a_list_without_a_fit_name_is_refused(acme: Cast, now: datetime, name: str) -> None:
    with pytest.raises(FieldsError, match=r"^Name: "):
        create_list(company=acme.company, name=name, by=acme.admin, now=now)

    assert not StandardCostCodeList.objects.exists()


def test_a_name_is_taken_whatever_its_case_but_by_the_own_company_only(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    factories.make_list(rival.company, name="Civil")
    create_list(company=acme.company, name="Civil", by=acme.admin, now=now)

    with pytest.raises(RefusedError, match="“Civil” already"):
        create_list(company=acme.company, name="CIVIL", by=acme.admin, now=now)


def test_the_first_erp_list_is_taken_by_projects_that_have_none(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    wanted, other = factories.make_list(acme.company), factories.make_list(acme.company)
    free = factories.make_project(acme.company)
    kept = factories.make_project(acme.company, cost_code_list=other)
    foreign = factories.make_project(acme.company, origin_id="x")
    mixed = factories.make_project(acme.company)
    factories.make_cost_code(mixed, "01", standard_code=factories.make_standard_code(other, "01"))
    theirs = factories.make_project(rival.company)

    named = name_erp_list(cost_code_list=wanted, by=acme.admin, now=now)

    lists = dict(Project.objects.values_list("pk", "cost_code_list"))
    assert lists == {
        free.pk: wanted.pk,
        kept.pk: other.pk,
        foreign.pk: None,
        mixed.pk: None,
        theirs.pk: None,
    }
    assert (named.taken_on, named.left_behind, erp_list(acme.company.pk)) == (1, 0, wanted)


def test_projects_follow_the_erp_list_unless_its_codes_are_in_them(
    acme: Cast, now: datetime
) -> None:
    old, new = factories.make_erp_list(acme.company, name="Old"), factories.make_list(acme.company)
    free = factories.make_project(acme.company, cost_code_list=old)
    off = factories.make_project(acme.company, cost_code_list=old, is_erp_integrated=False)
    copied = factories.make_project(acme.company, cost_code_list=old)
    factories.make_cost_code(copied, "01", standard_code=factories.make_standard_code(old, "01"))

    named = name_erp_list(cost_code_list=new, by=acme.admin, now=now)

    assert (named.taken_on, named.left_behind) == (1, 2)
    assert list(StandardCostCodeList.objects.filter(is_erp=True)) == [new]
    lists = dict(Project.objects.values_list("pk", "cost_code_list"))
    assert lists == {free.pk: new.pk, off.pk: old.pk, copied.pk: old.pk}
    events = AuditEvent.objects.order_by("seq").values_list("action", "target_id", "before")
    assert list(events) == [
        ("cost_code_list.name_erp_list", str(new.pk), {"ERP list": "Old"}),
        ("project.set_cost_code_list", str(free.pk), {"cost_code_list": "Old"}),
    ]
    assert list(breaks(acme.company)) == []


def test_codes_of_the_new_erp_list_do_not_keep_a_project_from_it(acme: Cast, now: datetime) -> None:
    wanted = factories.make_list(acme.company)
    project = factories.make_project(acme.company)
    standard = factories.make_standard_code(wanted, "01")
    factories.make_cost_code(project, "01", standard_code=standard)

    named = name_erp_list(cost_code_list=wanted, by=acme.admin, now=now)

    assert named.taken_on == 1


def test_naming_it_twice_is_one_change(acme: Cast, now: datetime) -> None:
    wanted = factories.make_list(acme.company)

    for _ in range(2):
        name_erp_list(cost_code_list=wanted, by=acme.admin, now=now)

    assert AuditEvent.objects.count() == 1


def test_the_erp_list_stays_while_projects_are_linked_by_it(acme: Cast, now: datetime) -> None:
    old, new = factories.make_erp_list(acme.company, name="Old"), factories.make_list(acme.company)
    project = factories.make_project(acme.company, number="1", name="Pier", cost_code_list=old)
    link(
        factories.make_job(factories.make_connection(acme.company)), project, by=acme.admin, now=now
    )

    with pytest.raises(RefusedError) as refusal:
        name_erp_list(cost_code_list=new, by=acme.admin, now=now)

    assert refusal.value.message == (
        "“Old” has to stay the ERP list: 1 Pier is synced with the ERP by its codes."
    )
    assert erp_list(acme.company.pk) == old


def test_a_code_knows_its_own_part_and_its_parent(acme: Cast, now: datetime) -> None:
    listed = factories.make_list(acme.company)

    for said in (
        {"full_code": "03", "name": "Concrete"},
        {"full_code": "03-100", "name": "Forms", "parent_code": "03"},
    ):
        add_standard_code(cost_code_list=listed, said=said, by=acme.admin, now=now)

    codes = listed.codes.values_list("full_code", "code", "parent__full_code", "name")
    assert list(codes) == [("03", "03", None, "Concrete"), ("03-100", "100", "03", "Forms")]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"full_code": "", "name": "A"}, "full_code"),
        ({"full_code": "05"}, "name"),
        ({"full_code": "01", "name": "Doubled"}, "full_code"),
        ({"full_code": "05", "name": "A", "parent_code": "04"}, "parent_code"),
        ({"full_code": "c" * 41, "name": "A"}, "full_code"),
        ({"full_code": "c" * 101, "name": "A"}, "full_code"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_its_field(
    acme: Cast, now: datetime, said: dict[str, str], field: str
) -> None:
    listed = factories.make_list(acme.company)
    factories.make_standard_code(listed, "01")

    with pytest.raises(FieldsError) as refusal:
        add_standard_code(cost_code_list=listed, said=said, by=acme.admin, now=now)

    assert set(refusal.value.problems) == {field}
    assert StandardCostCode.objects.count() == 1


def test_lists_take_admin_and_the_own_company(acme: Cast, rival: Cast, now: datetime) -> None:
    listed = factories.make_list(acme.company)
    said = {"full_code": "01", "name": "A"}

    for actor, refusal in ((acme.standard, NotAllowedError), (rival.admin, NotOfCompanyError)):
        with pytest.raises(refusal):
            create_list(company=acme.company, name="B", by=actor, now=now)
        with pytest.raises(refusal):
            name_erp_list(cost_code_list=listed, by=actor, now=now)
        with pytest.raises(refusal):
            add_standard_code(cost_code_list=listed, said=said, by=actor, now=now)

    assert not StandardCostCode.objects.exists()
    assert erp_list(acme.company.pk) is None
