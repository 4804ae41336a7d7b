"""What the tests of proposing share: two lists that fit, and the hour hand."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests import factories
from tests.conftest import Cast
from tests.matching.lists import rows
from tieback.connections.models import Connection
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate, Proposal
from tieback.proposing.services import propose

Look = Callable[..., Proposal]


@pytest.fixture
def look(acme: Cast, now: datetime) -> Look:
    """Find matches for Acme, by somebody of Standard."""

    def look(*, at: datetime = now) -> Proposal:
        return propose(company=acme.company, by=acme.standard, clock=lambda: at)

    return look


def fill(cast: Cast, count: int = 48) -> Connection:
    """The same projects on both sides: the ERP shouts their names; all may be linked."""
    erp = factories.make_connection(cast.company)
    erp_list = factories.make_erp_list(cast.company)
    for row in rows(count):
        there = {name: row[name] for name in ("number", "address", "city", "zip")}
        there |= {"state_code": row["state"], "customer": row["owner"]}
        factories.make_job(erp, name=str(row["name"]).upper()[:30], **there)
        factories.make_project(
            cast.company, name=row["name"], value=row["value"], cost_code_list=erp_list, **there
        )
    return erp


def pairs() -> dict[str, str]:
    """Job's number → number of the project that is proposed for it."""
    held = Candidate.objects.filter(is_proposed=True)
    return dict(held.values_list("job__number", "project__number"))


def project_of(number: str) -> Project:
    return Project.objects.get(number=number)
