"""Signed links: asked, answered once, withdrawn, expired, altered, and what each leaves behind."""

import hashlib
from datetime import datetime, timedelta

import pytest

from tests.conftest import Cast
from tests.review.conftest import Site, make_site
from tests.stories import do, link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.plans.decisions import Action
from tieback.review.models import Question
from tieback.review.questions import (
    ClosedLinkError,
    Standing,
    UnknownLinkError,
    answer,
    ask,
    open_question,
    votes_of,
    withdraw,
)
from tieback.review.refusals import ReviewError

DAY = timedelta(days=1)


@pytest.fixture
def asked(site: Site, acme: Cast, now: datetime) -> tuple[Question, str]:
    job, first = site.pair("24-101")
    _, second = site.pair("24-102")
    return ask(
        job=job, first=first, second=second, asked_of="Pat", days=7, by=acme.standard, now=now
    )


def closed(token: str, now: datetime) -> Standing:
    """How both doors of a link refuse it."""
    with pytest.raises(ClosedLinkError) as opened:
        open_question(token=token, now=now)
    with pytest.raises(ClosedLinkError) as answered:
        answer(token=token, project_id=None, comment="", now=now)
    assert opened.value.standing == answered.value.standing
    return opened.value.standing


def test_only_the_hash_of_a_token_is_kept(asked: tuple[Question, str]) -> None:
    question, token = asked

    # 43 letters of base64 are 256 bits.
    assert len(token) == 43
    assert question.token_hash == hashlib.sha256(token.encode()).hexdigest()
    kept = [*Question.objects.values_list().get(), *AuditEvent.objects.values_list()]
    assert token not in str(kept)


def test_every_link_is_another(site: Site, acme: Cast, now: datetime) -> None:
    job, first = site.pair("1")

    tokens = {
        ask(job=job, first=first, second=None, asked_of="Pat", days=1, by=acme.admin, now=now)[1]
        for _ in range(20)
    }

    assert len(tokens) == 20


def test_an_answer_is_a_vote_and_decides_nothing(
    asked: tuple[Question, str], now: datetime
) -> None:
    question, token = asked

    answer(token=token, project_id=question.second_id, comment="  It is the annex. ", now=now + DAY)

    question.refresh_from_db()
    assert (question.vote_id, question.answered_at, question.comment) == (
        question.second_id,
        now + DAY,
        "It is the annex.",
    )
    assert (question.job.state, question.job.links.count()) == ("ready", 0)
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor_id, event.actor_name, event.door) == (
        "question.answer",
        None,
        "Pat",
        "signed link",
    )
    assert event.after == {
        "question": question.pk,
        "vote": question.second_id,
        "comment": "It is the annex.",
    }


def test_neither_is_an_answer_too(asked: tuple[Question, str], now: datetime) -> None:
    question, token = asked

    answer(token=token, project_id=None, comment="", now=now)

    question.refresh_from_db()
    assert (question.vote, question.answered_at) == (None, now)


def test_a_link_is_answered_once(asked: tuple[Question, str], now: datetime) -> None:
    question, token = asked
    answer(token=token, project_id=question.first_id, comment="first", now=now)

    assert closed(token, now) == Standing.ANSWERED

    question.refresh_from_db()
    assert (question.vote_id, question.comment) == (question.first_id, "first")


def test_a_link_expires_to_the_second(asked: tuple[Question, str], now: datetime) -> None:
    question, token = asked

    opened = open_question(token=token, now=now + 7 * DAY - timedelta(seconds=1))

    assert opened == question
    assert closed(token, now + 7 * DAY) == Standing.EXPIRED


def test_a_withdrawn_link_is_closed(asked: tuple[Question, str], acme: Cast, now: datetime) -> None:
    question, token = asked

    withdraw(question=question, by=acme.standard, now=now)

    assert closed(token, now) == Standing.WITHDRAWN
    with pytest.raises(ReviewError, match="The question to Pat is withdrawn already"):
        withdraw(question=question, by=acme.admin, now=now)


def test_an_answer_cannot_be_withdrawn(
    asked: tuple[Question, str], acme: Cast, now: datetime
) -> None:
    question, token = asked
    answer(token=token, project_id=None, comment="", now=now)

    with pytest.raises(ReviewError, match="answered already"):
        withdraw(question=question, by=acme.admin, now=now)


def test_a_link_for_a_job_that_is_archived_linked_or_gone_is_closed(
    asked: tuple[Question, str], acme: Cast, now: datetime
) -> None:
    question, token = asked

    do(Action.ARCHIVE, question.job, by=acme.admin, now=now)
    archived = closed(token, now)
    do(Action.RESTORE, question.job, by=acme.admin, now=now)
    opened = open_question(token=token, now=now)
    link(question.job, question.first, by=acme.admin, now=now)
    linked = closed(token, now)

    assert (archived, opened, linked) == (Standing.MOOT, question, Standing.MOOT)


@pytest.mark.parametrize("alter", ["cut", "swapped case", "longer", "empty", "unicode", "hash"])
def test_an_altered_link_opens_nothing(
    asked: tuple[Question, str], now: datetime, alter: str
) -> None:
    question, token = asked
    altered = {
        "cut": token[:-1],
        "swapped case": token.swapcase(),
        "longer": f"{token}A",
        "empty": "",
        "unicode": "é" * 43,
        # Whoever reads the database cannot answer either.
        "hash": question.token_hash,
    }[alter]

    with pytest.raises(UnknownLinkError):
        open_question(token=altered, now=now)
    with pytest.raises(UnknownLinkError):
        answer(token=altered, project_id=None, comment="", now=now)


def test_a_third_project_cannot_be_voted_for(
    asked: tuple[Question, str], site: Site, now: datetime
) -> None:
    question, token = asked
    _, third = site.pair("24-103")

    with pytest.raises(ReviewError, match="not one of the two"):
        answer(token=token, project_id=third.pk, comment="", now=now)

    question.refresh_from_db()
    assert question.answered_at is None


def test_a_long_comment_is_cut_to_what_is_kept(asked: tuple[Question, str], now: datetime) -> None:
    question, token = asked

    answer(token=token, project_id=None, comment="x" * 10_000, now=now)

    question.refresh_from_db()
    assert len(question.comment) == 500


@pytest.mark.parametrize(
    ("asked_of", "days", "words"),
    [
        ("   ", 7, "Nobody is named"),
        ("x" * 201, 7, "too long"),
        ("Pat", 0, "cannot be open for 0 days"),
        ("Pat", 31, "Choose 1 to 30"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_words(
    site: Site, acme: Cast, now: datetime, asked_of: str, days: int, words: str
) -> None:
    job, first = site.pair("1")

    with pytest.raises(ReviewError, match=words):
        ask(job=job, first=first, second=None, asked_of=asked_of, days=days, by=acme.admin, now=now)

    assert not Question.objects.exists()


def test_one_project_is_not_asked_about_twice_in_one_question(
    site: Site, acme: Cast, now: datetime
) -> None:
    job, first = site.pair("1")

    with pytest.raises(ReviewError, match="show the same project"):
        ask(job=job, first=first, second=first, asked_of="Pat", days=1, by=acme.admin, now=now)


def test_a_decided_job_is_not_asked_about(site: Site, acme: Cast, now: datetime) -> None:
    job, first = site.pair("1")
    do(Action.ARCHIVE, job, by=acme.admin, now=now)
    job.refresh_from_db()

    with pytest.raises(ReviewError, match="is archived, so there is nothing to ask"):
        ask(job=job, first=first, second=None, asked_of="Pat", days=1, by=acme.admin, now=now)


def test_reading_is_not_enough_to_ask_or_to_withdraw(
    asked: tuple[Question, str], acme: Cast, now: datetime
) -> None:
    question, _ = asked

    with pytest.raises(NotAllowedError):
        withdraw(question=question, by=acme.reader, now=now)
    with pytest.raises(NotAllowedError):
        ask(
            job=question.job,
            first=question.first,
            second=None,
            asked_of="Pat",
            days=1,
            by=acme.reader,
            now=now,
        )


def test_another_companys_rows_cannot_be_asked_about(
    site: Site, acme: Cast, rival: Cast, asked: tuple[Question, str], now: datetime
) -> None:
    job, first = site.pair("1")
    their_job, theirs = make_site(rival).pair("1")

    for one in (
        {"job": their_job, "first": first, "second": None},
        {"job": job, "first": theirs, "second": None},
        {"job": job, "first": first, "second": theirs},
    ):
        with pytest.raises(NotOfCompanyError):
            ask(**one, asked_of="Pat", days=1, by=acme.admin, now=now)
    with pytest.raises(NotOfCompanyError):
        withdraw(question=asked[0], by=rival.admin, now=now)


def test_a_job_knows_its_votes(asked: tuple[Question, str], acme: Cast, now: datetime) -> None:
    question, token = asked
    answer(token=token, project_id=question.first_id, comment="", now=now)
    later, _ = ask(
        job=question.job,
        first=question.first,
        second=None,
        asked_of="Kim",
        days=1,
        by=acme.admin,
        now=now + DAY,
    )

    found = votes_of(question.job, now=now + DAY)

    assert [(one.question, one.standing) for one in found] == [
        (later, Standing.OPEN),
        (question, Standing.ANSWERED),
    ]
    assert found[1].question.vote == question.first
