"""Adding a project and correcting what is said of it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests import factories
from tests.conftest import Cast
from tests.stories import link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project
from tieback.portfolio.projects import change_project, create_project
from tieback.portfolio.refusals import FieldsError, RefusedError
from tieback.portfolio.selectors import projects

pytestmark = pytest.mark.django_db


def test_a_new_project_has_what_was_said_as_typed(acme: Cast, now: datetime) -> None:
    said = {
        "number": " 24-101 ",
        "name": "Clinic",
        "customer": "City",
        "address": "1 Pier St\nFloor 2",
        "city": "Troy",
        "state_code": "NY",
        "zip": "00123",
        "country": "US",
        "start_date": "2026-03-02",
        "end_date": "12/31/2027",
        "value": "$1,234.50",
        "stage": "Bidding",
    }

    made = create_project(company=acme.company, said=said, by=acme.admin, now=now)

    project = Project.objects.get()
    assert project == made
    kept = {name: getattr(project, name) for name in said}
    assert kept == {
        **said,
        "number": "24-101",
        "address": "1 Pier St, Floor 2",
        "start_date": date(2026, 3, 2),
        "end_date": date(2027, 12, 31),
        "value": Decimal("1234.50"),
    }


def test_a_new_project_is_integrated_on_the_erp_list_and_found(acme: Cast, now: datetime) -> None:
    erp = factories.make_erp_list(acme.company)

    made = create_project(
        company=acme.company, said={"number": "A-1", "name": "Clinic"}, by=acme.admin, now=now
    )

    assert (made.is_erp_integrated, made.cost_code_list) == (True, erp)
    assert list(projects(acme.company, query="a1 cli")) == [made]


def test_a_company_without_an_erp_list_gets_projects_without_a_list(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    factories.make_list(acme.company)
    factories.make_erp_list(rival.company)

    made = create_project(company=acme.company, said={"name": "Clinic"}, by=acme.admin, now=now)

    assert (made.cost_code_list, made.is_erp_integrated) == (None, True)


def test_the_audit_keeps_who_added_what(acme: Cast, now: datetime) -> None:
    said = {"number": "A-1", "name": "Clinic", "value": "5", "start_date": "2026-03-02"}

    made = create_project(company=acme.company, said=said, by=acme.admin, now=now)

    event = AuditEvent.objects.get()
    assert (event.action, event.actor_name, event.target_id) == (
        "project.create",
        acme.admin.name,
        str(made.pk),
    )
    assert event.after == {**said, "value": "5.00"}
    assert list(breaks(acme.company)) == []


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"name": ""}, "Name: It is empty."),
        ({"name": " \t "}, "Name: It is empty."),
        ({}, "Name: It is empty."),
        ({"name": "x" * 301}, "300 fit"),
        ({"name": "two\nlines"}, "Name: The cell goes over more than one line."),
        ({"name": "A", "number": "1\u200b2"}, "Number: "),
        ({"name": "A", "number": "n" * 101}, "100 fit"),
        ({"name": "A", "value": "a lot"}, "Value: “a lot” is not an amount in digits."),
        ({"name": "A", "value": "1.005"}, "Value: "),
        ({"name": "A", "start_date": "0000-01-01"}, "Start: "),
        ({"name": "A", "end_date": "2026-02-30"}, "a day that does not exist"),
        (
            {"name": "A", "start_date": "2026-03-02", "end_date": "2026-03-01"},
            "End: The end, 2026-03-01, is before the start, 2026-03-02.",
        ),
        ({"name": "A\x00B"}, "Name: "),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_field(
    acme: Cast, now: datetime, said: dict[str, str], named: str
) -> None:
    with pytest.raises(FieldsError) as refusal:
        create_project(company=acme.company, said=said, by=acme.admin, now=now)

    assert named in refusal.value.message
    assert not Project.objects.exists()
    assert not AuditEvent.objects.exists()


def test_every_mistake_is_said_at_once(acme: Cast, now: datetime) -> None:
    said = {"name": "", "value": "x", "end_date": "y"}

    with pytest.raises(FieldsError) as refusal:
        create_project(company=acme.company, said=said, by=acme.admin, now=now)

    assert set(refusal.value.problems) == {"name", "value", "end_date"}


def test_a_number_may_repeat_but_not_number_and_name(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    factories.make_project(rival.company, number="A-1", name="Clinic")
    for name in ("Clinic", "Clinic, phase 2"):
        said = {"number": "A-1", "name": name}
        create_project(company=acme.company, said=said, by=acme.admin, now=now)

    with pytest.raises(RefusedError, match="“Clinic” with the number A-1 already"):
        create_project(
            company=acme.company,
            said={"number": "A-1", "name": "Clinic"},
            by=acme.admin,
            now=now,
        )

    assert Project.objects.filter(company=acme.company).count() == 2


def test_a_change_keeps_before_and_after_and_moves_the_search(acme: Cast, now: datetime) -> None:
    project = factories.make_project(acme.company, number="A-1", name="Clinic", city="Troy")

    change_project(
        project=project,
        said={"name": "Hospital", "city": "", "value": "7"},
        by=acme.admin,
        now=now,
    )

    event = AuditEvent.objects.get()
    assert (event.action, event.before, event.after) == (
        "project.change",
        {"name": "Clinic", "city": "Troy", "value": None},
        {"name": "Hospital", "city": "", "value": "7.00"},
    )
    assert list(projects(acme.company, query="hosp")) == [project]
    assert not projects(acme.company, query="clinic")


def test_a_change_to_what_it_is_already_changes_nothing(acme: Cast, now: datetime) -> None:
    project = factories.make_project(acme.company, number="A-1", name="Clinic")

    change_project(
        project=project, said={"number": "A-1", "start_date": ""}, by=acme.admin, now=now
    )

    assert not AuditEvent.objects.exists()


def test_a_change_is_held_to_the_same_rules(acme: Cast, now: datetime) -> None:
    factories.make_project(acme.company, number="A-1", name="Clinic")
    project = factories.make_project(
        acme.company, number="A-2", name="Clinic", start_date=date(2026, 3, 2)
    )

    for said in ({"name": ""}, {"number": "A-1"}, {"end_date": "2026-03-01"}):
        with pytest.raises(RefusedError):
            change_project(project=project, said=said, by=acme.admin, now=now)

    assert Project.objects.filter(number="A-2", name="Clinic", end_date=None).exists()


def test_a_linked_project_keeps_its_link_when_it_is_renamed(acme: Cast, now: datetime) -> None:
    erp = factories.make_erp_list(acme.company)
    project = factories.make_project(acme.company, cost_code_list=erp)
    link(
        factories.make_job(factories.make_connection(acme.company)), project, by=acme.admin, now=now
    )

    change_project(project=project, said={"name": "Renamed"}, by=acme.admin, now=now)

    changed = Project.objects.get()
    assert (changed.name, bool(changed.origin_id)) == ("Renamed", True)


def test_projects_take_admin_and_the_own_company(acme: Cast, rival: Cast, now: datetime) -> None:
    project = factories.make_project(acme.company, name="Clinic")

    for actor, refusal in ((acme.standard, NotAllowedError), (rival.admin, NotOfCompanyError)):
        with pytest.raises(refusal):
            create_project(company=acme.company, said={"name": "B"}, by=actor, now=now)
        with pytest.raises(refusal):
            change_project(project=project, said={"name": "B"}, by=actor, now=now)

    assert [one.name for one in Project.objects.all()] == ["Clinic"]
