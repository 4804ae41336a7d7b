"""The pages of one project."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.portfolio.models import Project

LIST = "/c/acme/portfolio/projects/"
PAGES = ["", "cost-codes/", "sub-jobs/", "history/"]


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def project(acme: Cast) -> Project:
    return factories.make_project(
        acme.company,
        number="24-101",
        name="Mercy Clinic",
        cost_code_list=factories.make_erp_list(acme.company),
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_to_a_reader_and_offers_no_change(
    project: Project, reader: Client, page: str
) -> None:
    answer = reader.get(f"{LIST}{project.pk}/{page}")

    assert answer.status_code == 200
    assert f'action="{LIST}' not in text(answer)


def test_an_admin_is_offered_every_setting(project: Project, admin: Client) -> None:
    page = text(admin.get(f"{LIST}{project.pk}/"))

    for change in ("erp-integrated", "cost-code-list", "active"):
        assert f'action="{LIST}{project.pk}/{change}/"' in page


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_a_lower_level_reads_what_it_would_take(
    project: Project, sign_in: SignIn, level: Level
) -> None:
    page = text(sign_in(level).get(f"{LIST}{project.pk}/"))

    assert (
        f"Changing these takes Admin on the ERP Integrations tool; you have {level.label}." in page
    )


def test_a_locked_project_says_why_and_cannot_be_switched(
    acme: Cast, project: Project, admin: Client
) -> None:
    old = factories.make_list(acme.company, name="Codes of 2019")
    factories.make_cost_code(project, "01", standard_code=factories.make_standard_code(old, "01"))
    Project.objects.update(is_erp_integrated=False, cost_code_list=old)

    page = text(admin.get(f"{LIST}{project.pk}/"))

    assert (
        "<strong>Locked.</strong> Cost codes were copied into this project from “Codes of 2019”"
        in page
    )
    assert 'aria-describedby="erp-integrated-why" disabled>Switch on' in page


def test_a_linked_project_names_its_erp_project_and_who_linked_it(
    acme: Cast, project: Project, reader: Client
) -> None:
    job = factories.make_job(
        factories.make_connection(acme.company, name="Sage"), number="J-9", name="MERCY CL"
    )
    factories.make_link(job, project, linked_by_name="Ada Admin")

    page = text(reader.get(f"{LIST}{project.pk}/"))

    assert "J-9</span> MERCY CL" in page
    assert "<dd>Sage</dd>" in page
    assert "Ada Admin, <time" in page


def test_an_id_of_another_integration_is_told_apart_from_a_link(
    project: Project, reader: Client
) -> None:
    Project.objects.update(origin_id="abc-1", origin_code="J-77")

    page = text(reader.get(f"{LIST}{project.pk}/"))

    assert "no link of this company set: another integration did" in page
    assert "J-77" in page


def test_an_unlinked_project_says_how_to_link_it(project: Project, reader: Client) -> None:
    assert "“Link to Existing Project”" in text(reader.get(f"{LIST}{project.pk}/"))


def test_cost_codes_stand_as_a_tree_with_types_and_origin(
    acme: Cast, project: Project, reader: Client
) -> None:
    labor = factories.make_cost_type(acme.company, "L", name="Labor")
    top = factories.make_cost_code(project, "01")
    middle = factories.make_cost_code(project, "01-100", labor, parent=top, origin_id="e-1")
    factories.make_cost_code(project, "01-100-10", parent=middle, is_active=False)

    answer = reader.get(f"{LIST}{project.pk}/cost-codes/")

    assert [(depth, code.full_code) for depth, code in answer.context["codes"]] == [
        (0, "01"),
        (1, "01-100"),
        (2, "01-100-10"),
    ]
    assert '<abbr title="Labor">L</abbr>' in text(answer)
    assert text(answer).count("Synced with ERP") == 1
    assert text(answer).count("Only in the portfolio") == 2


@pytest.mark.parametrize("page", PAGES)
def test_thirty_of_a_thing_take_as_many_queries_as_one(
    acme: Cast, project: Project, reader: Client, page: str, now: Any
) -> None:
    labor = factories.make_cost_type(acme.company, "L")

    def add(at: int) -> None:
        factories.make_cost_code(project, f"{at:03}", labor)
        factories.make_sub_job(project, f"S{at}")
        record(by=acme.admin, now=now, action="project.x", target=("project", project.pk, "it"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            reader.get(f"{LIST}{project.pk}/{page}")
        return len(seen)

    add(0)
    one = queries()
    for at in range(1, 30):
        add(at)

    assert queries() == one


def test_history_shows_who_changed_what(project: Project, admin: Client) -> None:
    admin.post(f"{LIST}{project.pk}/active/", {"value": "off"})

    page = text(admin.get(f"{LIST}{project.pk}/history/"))

    assert "Admin of Acme Builders" in page
    assert '<span class="quiet">Active</span> yes → no' in page


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("cost-codes/", "No cost codes in this project yet"),
        ("sub-jobs/", "No sub jobs"),
        ("history/", "Nothing has happened to this project here yet"),
    ],
)
def test_an_empty_page_says_what_would_fill_it(
    project: Project, reader: Client, page: str, words: str
) -> None:
    assert words in text(reader.get(f"{LIST}{project.pk}/{page}"))
