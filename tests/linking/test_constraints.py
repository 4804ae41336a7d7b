"""What the database itself refuses, whoever asks."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.conftest import Cast
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


def test_a_job_has_one_active_link_and_any_number_of_ended_ones(acme: Cast, now: datetime) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    projects = [factories.make_project(acme.company) for _ in range(3)]
    factories.make_link(job, projects[0], unlinked_at=now)
    factories.make_link(job, projects[1])

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_link(job, projects[2])


def test_a_project_has_one_active_link(acme: Cast, now: datetime) -> None:
    connection = factories.make_connection(acme.company)
    jobs = [factories.make_job(connection) for _ in range(3)]
    project = factories.make_project(acme.company)
    factories.make_link(jobs[0], project, unlinked_at=now)
    factories.make_link(jobs[1], project)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_link(jobs[2], project)


def test_one_erp_id_stands_on_one_project_only(acme: Cast) -> None:
    connection = factories.make_connection(acme.company)
    factories.make_project(acme.company, origin_id="7", origin_connection=connection)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_project(acme.company, origin_id="7", origin_connection=connection)


def test_two_erps_may_use_the_same_id(acme: Cast) -> None:
    for _ in range(2):
        connection = factories.make_connection(acme.company)
        factories.make_project(acme.company, origin_id="7", origin_connection=connection)


def test_a_company_has_one_erp_list(acme: Cast, rival: Cast) -> None:
    factories.make_erp_list(acme.company)
    factories.make_erp_list(rival.company)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_erp_list(acme.company, name="A second one")


def test_an_external_id_is_one_job(acme: Cast) -> None:
    connection = factories.make_connection(acme.company)
    factories.make_job(connection, external_id="7")

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_job(connection, external_id="7")


def test_a_state_that_nobody_knows_is_refused(acme: Cast) -> None:
    connection = factories.make_connection(acme.company)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_job(connection, state="perhaps")


def test_orphaned_means_missing(acme: Cast) -> None:
    connection = factories.make_connection(acme.company)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_job(connection, state=Job.State.ORPHANED, missing_since=None)
