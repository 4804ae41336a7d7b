"""What several people, or one with two tabs, do at the same moment."""

from datetime import datetime
from functools import partial

import pytest

from tests import factories
from tests.concurrency import at_once
from tests.conftest import Cast
from tests.review.conftest import Site
from tieback.access.actors import person
from tieback.access.models import Level
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.review.assigning import Assigned, assign
from tieback.review.models import Assignment, Presence, Question, SampleRow
from tieback.review.presence import touch
from tieback.review.questions import ClosedLinkError, answer, ask
from tieback.review.samples import draw, judge

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def test_a_link_that_is_answered_four_times_at_once_is_answered_once(
    site: Site, acme: Cast, now: datetime
) -> None:
    for number in range(ROUNDS):
        job, first = site.pair(f"{number}")
        question, token = ask(
            job=job, first=first, second=None, asked_of="Pat", days=1, by=acme.admin, now=now
        )
        said = [first.pk, None, first.pk, None]

        answers = at_once(
            *(
                partial(answer, token=token, project_id=vote, comment=f"{at}", now=now)
                for at, vote in enumerate(said)
            )
        )

        [kept] = [at for at, one in enumerate(answers) if isinstance(one, Question)]
        question.refresh_from_db()
        assert len([one for one in answers if isinstance(one, ClosedLinkError)]) == 3
        assert (question.comment, question.vote_id) == (f"{kept}", said[kept])
    assert AuditEvent.objects.filter(action="question.answer").count() == ROUNDS


def test_rows_that_two_people_take_at_once_are_held_by_one_each(
    site: Site, acme: Cast, now: datetime
) -> None:
    users = [factories.make_user(), factories.make_user()]
    for user in users:
        factories.make_membership(acme.company, user, level=Level.STANDARD)
    actors = [person(user, acme.company, door="test") for user in users]
    for number in range(ROUNDS):
        jobs = [site.pair(f"{number}-{at}")[0].pk for at in range(4)]

        done = at_once(
            *(
                partial(assign, jobs=jobs, user=user, by=actor, now=now)
                for user, actor in zip(users, actors, strict=True)
            )
        )

        taken = [one.changed for one in done if isinstance(one, Assigned)]
        assert sum(taken) == 4 == Assignment.objects.filter(job__in=jobs).count()
        for user, changed in zip(users, taken, strict=True):
            assert Assignment.objects.filter(job__in=jobs, user=user).count() == changed
    assert AuditEvent.objects.filter(action="assignment.set").count() == 4 * ROUNDS
    assert list(breaks(acme.company)) == []


def test_a_row_judged_by_two_at_once_tells_of_both_in_one_order(
    site: Site, acme: Cast, now: datetime
) -> None:
    row = draw(plan=site.plan(1, now), size=1, by=acme.admin, now=now).rows.get()
    right, wrong = SampleRow.Verdict.RIGHT, SampleRow.Verdict.WRONG

    at_once(
        partial(judge, row=row, verdict=right, by=acme.admin, now=now),
        partial(judge, row=row, verdict=wrong, by=acme.standard, now=now),
    )

    row.refresh_from_db()
    first, second = AuditEvent.objects.filter(action="sample.judge").order_by("seq")
    assert (first.before, first.after["verdict"]) == (
        {"verdict": ""},
        second.before["verdict"],
    )
    assert second.after["verdict"] == row.verdict
    assert second.actor_name == row.judged_by_name


def test_one_person_with_several_tabs_is_at_one_row(site: Site, acme: Cast, now: datetime) -> None:
    jobs = [site.pair(f"{number}")[0] for number in range(4)]
    user = acme.users[Level.ADMIN]

    done = at_once(*(partial(touch, job=job, user=user, now=now) for job in jobs))

    assert done == [None] * 4
    assert Presence.objects.get().job in jobs
