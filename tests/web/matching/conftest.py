"""What the tests of matching's pages share: two lists that fit, some of them linked."""

from datetime import datetime
from typing import Any

from tests.conftest import Cast
from tests.proposing.conftest import fill
from tests.stories import link
from tieback.access.models import Company
from tieback.portfolio.models import Project
from tieback.proposing.models import BackTest, MatchingRule
from tieback.staging.models import Job

PAGE = "/c/acme/matching/"


def prefixed(cast: Cast, now: datetime, count: int = 6) -> list[tuple[Job, Project]]:
    """Two lists of 24 projects; the first ones are linked, their jobs numbered PH-… in the ERP."""
    fill(cast, 24)
    jobs = list(Job.objects.filter(company=cast.company).order_by("pk")[:count])
    linked = []
    for job in jobs:
        project = Project.objects.get(company=cast.company, number=job.number)
        Job.objects.filter(pk=job.pk).update(number=f"PH-{job.number}")
        job.refresh_from_db()
        link(job, project, by=cast.admin, now=now)
        linked.append((job, project))
    return linked


def make_rule(company: Company, line: str, now: datetime, **fields: Any) -> MatchingRule:
    return MatchingRule.objects.create(
        company=company,
        **{
            "kind": "word",
            "line": line,
            "added_at": now,
            "added_by_name": "someone",
            **fields,
        },
    )


def make_test(company: Company, now: datetime, **fields: Any) -> BackTest:
    """A test that has ended."""
    return BackTest.objects.create(
        company=company,
        **{
            "status": "done",
            "started_by": "someone",
            "started_at": now,
            "heartbeat_at": now,
            "finished_at": now,
            **fields,
        },
    )
