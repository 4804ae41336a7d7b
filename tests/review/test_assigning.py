"""Who holds what: handed out, taken, kept from each other, and counted."""

from datetime import datetime

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.review.conftest import Site, make_site
from tests.stories import do, link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.access.models import Level
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.plans.decisions import Action
from tieback.review import assigning
from tieback.review.assigning import (
    Assigned,
    assign,
    free_among,
    held_by,
    held_jobs,
    holder_of,
    holders_of,
    unassign,
)
from tieback.review.models import Assignment
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job


def jobs(site: Site, number: int) -> list[Job]:
    return [site.pair(f"25-{at:03}")[0] for at in range(number)]


def ids(rows: list[Job]) -> list[int]:
    return [row.pk for row in rows]


def test_a_person_with_standard_takes_rows_that_nobody_holds(
    site: Site, acme: Cast, now: datetime
) -> None:
    rows = jobs(site, 3)
    me = acme.users[Level.STANDARD]

    done = assign(jobs=ids(rows), user=me, by=acme.standard, now=now)

    assert done == Assigned(changed=3, kept_by_others=0)
    assert list(held_jobs(me, acme.company)) == rows
    assert holder_of(rows[0]) == me
    assert not free_among(Job.objects.all()).exists()


def test_handing_rows_to_another_takes_admin(site: Site, acme: Cast, now: datetime) -> None:
    rows = jobs(site, 1)

    with pytest.raises(NotAllowedError, match="hand rows to somebody else you need Admin"):
        assign(jobs=ids(rows), user=acme.users[Level.ADMIN], by=acme.standard, now=now)
    done = assign(jobs=ids(rows), user=acme.users[Level.STANDARD], by=acme.admin, now=now)

    assert (done.changed, holder_of(rows[0])) == (1, acme.users[Level.STANDARD])


def test_standard_leaves_what_others_hold_with_them(site: Site, acme: Cast, now: datetime) -> None:
    rows = jobs(site, 3)
    assign(jobs=ids(rows[:1]), user=acme.users[Level.ADMIN], by=acme.admin, now=now)

    done = assign(jobs=ids(rows), user=acme.users[Level.STANDARD], by=acme.standard, now=now)

    assert done == Assigned(changed=2, kept_by_others=1)
    assert {pk: user.name for pk, user in holders_of(rows).items()} == {
        rows[0].pk: acme.admin.name,
        rows[1].pk: acme.standard.name,
        rows[2].pk: acme.standard.name,
    }


def test_an_admin_moves_rows_from_one_to_another(site: Site, acme: Cast, now: datetime) -> None:
    rows = jobs(site, 2)
    assign(jobs=ids(rows), user=acme.users[Level.STANDARD], by=acme.standard, now=now)

    done = assign(jobs=ids(rows), user=acme.users[Level.ADMIN], by=acme.admin, now=now)

    assert (done, Assignment.objects.count()) == (Assigned(2, 0), 2)
    assert holder_of(rows[0]) == acme.users[Level.ADMIN]


def test_each_row_that_changed_hands_is_in_the_audit_trail_and_no_other(
    site: Site, acme: Cast, now: datetime
) -> None:
    rows = jobs(site, 2)
    me, admin = acme.users[Level.STANDARD], acme.users[Level.ADMIN]

    assign(jobs=ids(rows[:1]), user=me, by=acme.standard, now=now)
    assign(jobs=ids(rows), user=me, by=acme.standard, now=now)
    assign(jobs=ids(rows[:1]), user=admin, by=acme.admin, now=now)
    unassign(jobs=ids(rows), by=acme.admin, now=now)

    trail = AuditEvent.objects.order_by("seq").values_list(
        "action", "target_id", "before", "after", "actor_name"
    )
    one, two = str(rows[0].pk), str(rows[1].pk)
    assert list(trail) == [
        ("assignment.set", one, {"user": None}, {"user": me.pk}, acme.standard.name),
        ("assignment.set", two, {"user": None}, {"user": me.pk}, acme.standard.name),
        ("assignment.set", one, {"user": me.pk}, {"user": admin.pk}, acme.admin.name),
        ("assignment.end", one, {"user": admin.pk}, {"user": None}, acme.admin.name),
        ("assignment.end", two, {"user": me.pk}, {"user": None}, acme.admin.name),
    ]
    assert list(breaks(acme.company)) == []


def test_ones_own_rows_can_be_let_go_and_anothers_only_by_an_admin(
    site: Site, acme: Cast, now: datetime
) -> None:
    rows = jobs(site, 2)
    assign(jobs=ids(rows[:1]), user=acme.users[Level.STANDARD], by=acme.standard, now=now)
    assign(jobs=ids(rows[1:]), user=acme.users[Level.ADMIN], by=acme.admin, now=now)

    with pytest.raises(NotAllowedError, match="take rows off somebody else you need Admin"):
        unassign(jobs=ids(rows), by=acme.standard, now=now)
    mine = unassign(jobs=ids(rows[:1]), by=acme.standard, now=now)
    rest = unassign(jobs=ids(rows), by=acme.admin, now=now)

    assert (mine, rest, Assignment.objects.count()) == (1, 1, 0)


def test_a_reader_may_neither_hold_nor_be_handed_rows(
    site: Site, acme: Cast, now: datetime
) -> None:
    rows = jobs(site, 1)
    reader = acme.users[Level.READ_ONLY]

    with pytest.raises(NotAllowedError):
        assign(jobs=ids(rows), user=reader, by=acme.reader, now=now)
    with pytest.raises(NotAllowedError):
        unassign(jobs=ids(rows), by=acme.reader, now=now)
    with pytest.raises(ReviewError, match="has Read Only here and could decide nothing"):
        assign(jobs=ids(rows), user=reader, by=acme.admin, now=now)


def test_somebody_who_left_or_is_of_another_company_cannot_be_handed_rows(
    site: Site, acme: Cast, rival: Cast, now: datetime
) -> None:
    rows = jobs(site, 1)
    gone = acme.users[Level.STANDARD]
    gone.is_active = False
    gone.save()

    for user in (rival.users[Level.ADMIN], gone):
        with pytest.raises(NotOfCompanyError):
            assign(jobs=ids(rows), user=user, by=acme.admin, now=now)


def test_one_row_of_another_company_refuses_all(
    site: Site, acme: Cast, rival: Cast, now: datetime
) -> None:
    mixed = ids(jobs(site, 2)) + ids(jobs(make_site(rival), 1))

    with pytest.raises(NotOfCompanyError):
        assign(jobs=mixed, user=acme.users[Level.ADMIN], by=acme.admin, now=now)
    with pytest.raises(NotOfCompanyError):
        unassign(jobs=mixed, by=acme.admin, now=now)

    assert not Assignment.objects.exists()


def test_more_rows_than_can_be_handed_out_at_once_are_refused_in_words(acme: Cast) -> None:
    too_many = range(assigning.AT_ONCE + 1)

    with pytest.raises(ReviewError, match="Narrow the filter to 10,000 at most"):
        assign(jobs=too_many, user=acme.users[Level.ADMIN], by=acme.admin, now=factories.LONG_AGO)


def test_the_team_sees_what_each_holds_and_how_far_they_are(
    site: Site, acme: Cast, rival: Cast, now: datetime
) -> None:
    me = acme.users[Level.STANDARD]
    rows = jobs(site, 4)
    job, project = site.pair("done")
    assign(jobs=[*ids(rows), job.pk], user=me, by=acme.standard, now=now)
    do(Action.ARCHIVE, rows[0], by=acme.standard, now=now)
    link(job, project, by=acme.admin, now=now)
    theirs = jobs(make_site(rival), 1)
    assign(jobs=ids(theirs), user=rival.users[Level.ADMIN], by=rival.admin, now=now)

    with CaptureQueriesContext(database) as caught:
        found = held_by(acme.company)

    assert [(one.user, one.held, one.waiting, one.settled, one.links) for one in found] == [
        (acme.users[Level.ADMIN], 0, 0, 0, 1),
        (me, 5, 3, 2, 0),
    ]
    assert len(caught) == 4
