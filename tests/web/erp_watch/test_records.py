"""Cost codes, sub jobs and vendors: what the ERP said, and what became of each."""

import pytest
from django.test import Client

from tests import factories
from tests.conftest import Cast

BASE = "/c/acme/erp/"


def became(client: Client, path: str) -> dict[str, tuple[bool, bool]]:
    """What each row shows, by name: whether its job is linked, whether the record is synced."""
    rows = client.get(BASE + path).context["rows"]
    return {row.name: (link is not None, is_synced) for row, link, is_synced in rows}


def test_cost_codes_say_whether_the_project_has_them(reader: Client, acme: Cast) -> None:
    connection = factories.make_connection(acme.company)
    linked, waiting = factories.make_job(connection), factories.make_job(connection)
    ended = factories.make_job(connection)
    project = factories.make_project(acme.company)
    factories.make_link(linked, project)
    factories.make_link(ended, project, unlinked_at=factories.LONG_AGO)
    factories.make_cost_code(project, "03-100", origin_id="x")
    factories.make_cost_code(project, "03-200")
    factories.make_job_cost_code(linked, "03-100", name="Synced")
    factories.make_job_cost_code(linked, "03-200", name="Only by chance")
    factories.make_job_cost_code(linked, "03-300", name="Not there")
    factories.make_job_cost_code(waiting, "03-100", name="Waiting")
    factories.make_job_cost_code(ended, "03-100", name="Unlinked")

    assert became(reader, "cost-codes/") == {
        "Synced": (True, True),
        "Only by chance": (True, False),
        "Not there": (True, False),
        "Waiting": (False, False),
        "Unlinked": (False, False),
    }


def test_sub_jobs_say_whether_the_project_has_them(reader: Client, acme: Cast) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    project = factories.make_project(acme.company)
    factories.make_link(job, project)
    factories.make_sub_job(project, "A", origin_id="x")
    factories.make_job_sub_job(job, "A", name="Synced")
    factories.make_job_sub_job(job, "B", name="Not there")

    assert became(reader, "sub-jobs/") == {"Synced": (True, True), "Not there": (True, False)}


def test_vendors_say_whether_the_portfolio_has_them(
    reader: Client, acme: Cast, rival: Cast
) -> None:
    connection = factories.make_connection(acme.company)
    factories.make_erp_vendor(connection, name="Synced", external_id="v1")
    factories.make_erp_vendor(connection, name="Theirs only", external_id="v2")
    factories.make_vendor(acme.company, origin_id="v1")
    factories.make_vendor(rival.company, origin_id="v2")

    assert became(reader, "vendors/") == {"Synced": (False, True), "Theirs only": (False, False)}


def test_rows_lead_to_their_job_and_project(reader: Client, acme: Cast) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    project = factories.make_project(acme.company)
    factories.make_link(job, project)
    factories.make_cost_code(project, "03-100", origin_id="x")
    factories.make_job_cost_code(job, "03-100")

    page = reader.get(f"{BASE}cost-codes/").content.decode()

    assert f'href="/c/acme/erp/jobs/{job.pk}/"' in page
    assert f'href="/c/acme/portfolio/projects/{project.pk}/"' in page


def test_what_the_erp_no_longer_lists_says_so(reader: Client, acme: Cast) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    factories.make_job_cost_code(job, "03-100", missing_since=factories.LONG_AGO)

    assert "No longer in the ERP" in reader.get(f"{BASE}cost-codes/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("formwork", {"Formwork"}),
        ("03 CLINIC", {"Formwork", "Concrete"}),
        ("24-1 300", {"Concrete"}),
        ("clinic bridge", set()),
        ("%", set()),
        ("", {"Formwork", "Concrete", "Painting"}),
    ],
)
def test_a_search_looks_in_code_name_and_job(
    reader: Client, acme: Cast, query: str, found: set[str]
) -> None:
    connection = factories.make_connection(acme.company)
    clinic = factories.make_job(connection, number="24-1", name="Clinic")
    bridge = factories.make_job(connection, number="24-2", name="Bridge")
    factories.make_job_cost_code(clinic, "03-100", name="Formwork")
    factories.make_job_cost_code(clinic, "03-300", name="Concrete")
    factories.make_job_cost_code(bridge, "09-900", name="Painting")

    rows = reader.get(f"{BASE}cost-codes/", {"q": query}).context["rows"]

    assert {row.name for row, _, _ in rows} == found


@pytest.mark.parametrize("path", ["cost-codes/", "sub-jobs/", "vendors/"])
def test_empty_screens_teach(reader: Client, acme: Cast, path: str) -> None:
    without = reader.get(BASE + path).content.decode()
    factories.make_connection(acme.company, name="Sage")
    waiting = reader.get(BASE + path).content.decode()
    searched = reader.get(f"{BASE}{path}?q=x").content.decode()

    assert "No ERP is connected yet" in without
    assert "Your ERP’s files have no" in waiting
    assert "Go to Sage" in waiting
    assert "Try fewer or shorter words" in searched


def test_records_cannot_carry_a_script(reader: Client, acme: Cast) -> None:
    evil = "<script>alert(1)</script>"
    connection = factories.make_connection(acme.company)
    job = factories.make_job(connection, name=evil)
    factories.make_job_cost_code(job, "1", name=evil, cost_type="<b>")
    factories.make_job_sub_job(job, evil, name=evil)
    factories.make_erp_vendor(connection, name=evil, city=evil, email=evil)

    pages = [
        reader.get(BASE + path).content.decode()
        for path in ("cost-codes/", "sub-jobs/", "vendors/")
    ]

    assert not [page for page in pages if "<script>alert" in page or "<b>" in page]
