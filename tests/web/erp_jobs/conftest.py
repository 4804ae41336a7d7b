"""A connection, an ERP list, and pairs of a job and its project that can be linked."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests import factories
from tests.conftest import Cast
from tieback.connections.models import Connection
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.staging.models import Job


@dataclass(frozen=True)
class Pair:
    """A job with three cost codes, and a project that holds one of them under another name."""

    job: Job
    project: Project


@dataclass(frozen=True)
class Site:
    """One company's connection and ERP list."""

    cast: Cast
    connection: Connection
    erp_list: StandardCostCodeList

    def job(self, **fields: object) -> Job:
        return factories.make_job(self.connection, **fields)

    def project(self, **fields: object) -> Project:
        return factories.make_project(
            self.cast.company, **{"cost_code_list": self.erp_list, **fields}
        )

    def pair(self, number: str = "24-101", name: str = "Mercy Clinic") -> Pair:
        job = self.job(number=number, name=name.upper())
        factories.make_job_cost_code(job, "03-100", "L", name="Concrete")
        factories.make_job_cost_code(job, "03-100", "M", name="Concrete")
        factories.make_job_cost_code(job, "03-200", "M", name="Rebar")
        project = self.project(number=f"P-{number}", name=name)
        factories.make_cost_code(project, "03-200", name="Steel")
        factories.make_cost_code(project, "99-900", name="Owner's own")
        return Pair(job, project)


def make_site(cast: Cast) -> Site:
    return Site(
        cast, factories.make_connection(cast.company), factories.make_erp_list(cast.company)
    )


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


@pytest.fixture
def rival_site(rival: Cast) -> Site:
    return make_site(rival)


@pytest.fixture
def pair(site: Site) -> Pair:
    return site.pair()


Address = Callable[..., str]


def at(path: str) -> str:
    """An address below Acme's ERP Integrations tool."""
    return f"/c/acme/erp/{path}"
