"""A preview of many rows says of each to the byte what a preview of that one says."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.plans.conftest import Yard
from tests.stories import do, link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.plans.decisions import Action, Decision, Setting
from tieback.plans.previews import preview, previews
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


def every_action(acme: Cast, yard: Yard, now: datetime) -> list[Decision]:
    """Each action twice, and the ways in which each is held back."""
    linked = yard.pairs(6)
    for pair in linked:
        link(*pair, by=acme.admin, now=now)
    # Somebody works on what the links brought, so that not everything can be put back.
    linked[0][1].cost_codes.filter(full_code="01").update(is_in_use=True)
    linked[1][1].cost_codes.filter(full_code="02").update(name="Renamed by hand")
    archived, rejected, ready = yard.job(), yard.pairs(1)[0], yard.pairs(4)
    do(Action.ARCHIVE, archived, by=acme.admin, now=now)
    do(Action.REJECT, *rejected, by=acme.admin, now=now)
    blocked = yard.project(is_active=False, is_erp_integrated=False)
    factories.make_cost_code(ready[3][1], "01", origin_id="another system's")
    off = (Setting("is_erp_integrated", False, True), Setting("is_active", False, True))
    return [
        *(Decision(Action.LINK, job.pk, project.pk) for job, project in ready),
        Decision(Action.LINK, yard.job().pk, blocked.pk),
        Decision(Action.LINK, linked[0][0].pk, yard.project().pk),
        Decision(Action.LINK, archived.pk, linked[1][1].pk),
        *(Decision(Action.UNLINK, job.pk) for job, _ in linked[:3]),
        Decision(Action.UNLINK, linked[3][0].pk, link_id=1_000_000),
        Decision(Action.UNLINK, ready[0][0].pk),
        *(Decision(Action.REFRESH, job.pk) for job, _ in linked[3:5]),
        Decision(Action.ARCHIVE, yard.job().pk),
        Decision(Action.ARCHIVE, archived.pk),
        Decision(Action.ARCHIVE, linked[0][0].pk),
        Decision(Action.RESTORE, archived.pk),
        Decision(Action.RESTORE, ready[0][0].pk),
        Decision(Action.REJECT, ready[1][0].pk, ready[2][1].pk),
        Decision(Action.REJECT, linked[0][0].pk, linked[0][1].pk),
        Decision(Action.REJECT, *(one.pk for one in rejected)),
        Decision(Action.ALLOW, *(one.pk for one in rejected)),
        Decision(Action.ALLOW, ready[1][0].pk, ready[2][1].pk),
        Decision(Action.FIX, ready[0][0].pk, blocked.pk, settings=off),
        Decision(Action.FIX, ready[0][0].pk, ready[0][1].pk, settings=off),
        Decision(Action.REFRESH, ready[0][0].pk, held="Not on its own."),
    ]


def test_every_action_previews_alike_among_many_and_alone(
    acme: Cast, yard: Yard, now: datetime
) -> None:
    decisions = every_action(acme, yard, now)

    many = previews(decisions=decisions, actor=acme.admin)

    alone = [preview(decision=decision, actor=acme.admin) for decision in decisions]
    assert many == alone
    assert [one.row_hash for one in many] == [one.row_hash for one in alone]
    assert {one.action for one in many} == set(Action)
    assert [bool(one.reasons) for one in many] == [
        *[False] * 4,
        *[True] * 3,
        *[False] * 3,
        *[True] * 2,
        *[False] * 2,
        *[False, True, True],
        *[False, True],
        *[False, True, True],
        *[False, True],
        *[False, True],
        True,
    ]


def test_a_preview_of_many_asks_no_more_of_the_database_than_one_of_few(
    acme: Cast, yard: Yard
) -> None:
    pairs = yard.pairs(30)
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]

    with CaptureQueriesContext(
        connection,
    ) as few:
        previews(decisions=decisions[:3], actor=acme.admin)
    with CaptureQueriesContext(connection) as many:
        previews(decisions=decisions, actor=acme.admin)

    assert len(many) == len(few)


def test_progress_is_told_to_the_end(acme: Cast, yard: Yard) -> None:
    jobs = [factories.make_job(yard.connection) for _ in range(120)]
    told: list[int] = []

    previews(
        decisions=[Decision(Action.ARCHIVE, job.pk) for job in jobs],
        actor=acme.standard,
        progress=told.append,
    )

    assert told == [100, 120]


def test_one_row_of_another_company_refuses_them_all(acme: Cast, rival: Cast, yard: Yard) -> None:
    foreign_job = factories.make_job(factories.make_connection(rival.company))
    foreign_project = factories.make_project(rival.company)
    own: tuple[Job, Project] = yard.pairs(1)[0]

    for job_id, project_id in [(own[0].pk, foreign_project.pk), (foreign_job.pk, own[1].pk)]:
        decisions = [
            Decision(Action.LINK, own[0].pk, own[1].pk),
            Decision(Action.LINK, job_id, project_id),
        ]
        with pytest.raises(NotOfCompanyError):
            previews(decisions=decisions, actor=acme.admin)


def test_the_highest_level_of_all_rows_is_asked(acme: Cast, yard: Yard) -> None:
    job, project = yard.pairs(1)[0]
    decisions = [Decision(Action.ARCHIVE, job.pk), Decision(Action.LINK, job.pk, project.pk)]

    with pytest.raises(NotAllowedError, match="you need Admin"):
        previews(decisions=decisions, actor=acme.standard)
