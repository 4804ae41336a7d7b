"""A company with jobs to decide, projects that they may be, and a plan that links them."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from tests import factories
from tests.conftest import Cast
from tieback.connections.models import Connection
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan
from tieback.plans.services import draft
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.staging.models import Job


@dataclass(frozen=True)
class Site:
    """One connection of a company and its ERP cost code list."""

    cast: Cast
    connection: Connection
    erp_list: StandardCostCodeList

    def pair(self, number: str) -> tuple[Job, Project]:
        """A job and the project that it may be linked to."""
        job = factories.make_job(self.connection, number=number, name=f"Job {number}")
        project = factories.make_project(
            self.cast.company,
            number=f"P-{number}",
            name=f"Project {number}",
            cost_code_list=self.erp_list,
        )
        return job, project

    def plan(self, rows: int, now: datetime) -> Plan:
        """A plan that links so many pairs."""
        pairs = [self.pair(f"24-{number:03}") for number in range(rows)]
        decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]
        return draft(decisions=decisions, title="Safe lane", by=self.cast.admin, now=now)


def make_site(cast: Cast) -> Site:
    connection = factories.make_connection(cast.company, name=f"Books of {cast.company}")
    return Site(cast, connection, factories.make_erp_list(cast.company))


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)
