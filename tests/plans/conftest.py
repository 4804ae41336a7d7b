"""A company whose ERP has jobs with cost codes, and projects that they may be linked to."""

from dataclasses import dataclass

import pytest

from tests import factories
from tests.conftest import Cast
from tieback.access.actors import Actor, person
from tieback.access.models import Level, User
from tieback.connections.models import Connection
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.staging.models import Job


@dataclass
class Yard:
    """Makes the rows of a test: a job with two codes, a project with one of its own."""

    cast: Cast
    connection: Connection
    erp_list: StandardCostCodeList

    def job(self, **fields: object) -> Job:
        job = factories.make_job(self.connection, **fields)
        for full_code, cost_type in (("01", "L"), ("01", "M"), ("02", "L")):
            factories.make_job_cost_code(job, full_code, cost_type)
        return job

    def project(self, **fields: object) -> Project:
        made = {"cost_code_list": self.erp_list, **fields}
        project = factories.make_project(self.cast.company, **made)
        factories.make_cost_code(project, "02", name="Own name")
        factories.make_cost_code(project, "99")
        return project

    def pairs(self, count: int) -> list[tuple[Job, Project]]:
        return [(self.job(), self.project()) for _ in range(count)]

    def other_admin(self) -> Actor:
        user: User = factories.make_user(name="Second Admin")
        factories.make_membership(self.cast.company, user, level=Level.ADMIN)
        return person(user, self.cast.company, door="test")


@pytest.fixture
def yard(acme: Cast) -> Yard:
    company = acme.company
    return Yard(acme, factories.make_connection(company), factories.make_erp_list(company))
