"""The form that asks, the link shown once, and the page that it opens for anybody who has it."""

import hashlib
import logging
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.review.conftest import Site, make_site, site
from tests.stories import do
from tests.web.conftest import SignIn
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.plans.decisions import Action
from tieback.review.models import Question
from tieback.review.questions import ask

__all__ = ["site"]
BASE = "/c/acme/go-live"
# What the two sides say beside what may be shown.
SECRETS = {
    "job": {"contract_value": "1234567.89", "status": "Secret status", "zip": "SECRETZIP"},
    "project": {"value": "7654321.98", "stage": "Secret stage", "state_code": "SECRETSTATE"},
}


@pytest.fixture
def asked(site: Site, acme: Cast) -> tuple[Question, str]:
    job, first = site.pair("24-101")
    _, second = site.pair("24-102")
    for record, secret in ((job, "job"), (first, "project"), (second, "project")):
        for name, value in SECRETS[secret].items():
            setattr(record, name, value)
        record.save()
    return ask(
        job=job,
        first=first,
        second=second,
        asked_of="Pat Lee",
        days=7,
        by=acme.standard,
        now=timezone.now(),
    )


def expire(question: Question) -> None:
    Question.objects.filter(pk=question.pk).update(
        asked_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )


def test_the_link_is_shown_once_and_opens_the_question(
    sign_in: SignIn, site: Site, client: Client
) -> None:
    job, first = site.pair("1")
    _, second = site.pair("2")
    form = {"first": first.pk, "second": second.pk, "asked_of": "Pat", "days": "3"}
    admin = sign_in(Level.STANDARD)

    answer = admin.post(f"{BASE}/jobs/{job.pk}/questions/", form)
    after = admin.get(f"{BASE}/jobs/{job.pk}/questions/").content.decode()

    found = re.search(r"http://testserver(/asked/[\w-]{43}/)", answer.content.decode())
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert found is not None
    assert found[1] not in after
    assert client.get(found[1]).status_code == 200
    assert Question.objects.get().expires_at - Question.objects.get().asked_at == timedelta(days=3)


def test_the_page_reveals_those_records_and_no_more(
    asked: tuple[Question, str], acme: Cast, client: Client, site: Site
) -> None:
    question, token = asked
    site.pair("Another 99")

    page = client.get(f"/asked/{token}/").content.decode()

    shown = ["24-101", "Job 24-101", "P-24-101", "Project 24-102", "Pat Lee", "Acme Builders"]
    assert [text for text in shown if text not in page] == []
    hidden = [
        *("1234567", "1,234,567", "7654321", "7,654,321", "$", "Secret", "SECRET", "Another"),
        *("Books of", "external", question.token_hash, token, "/c/acme", "<nav", "<script>"),
        *(str(acme.users[Level.ADMIN].email), "csrf", "Log out"),
    ]
    assert [text for text in hidden if text in page] == []


def test_the_page_tells_nobody_of_itself(asked: tuple[Question, str], client: Client) -> None:
    answer = client.get(f"/asked/{asked[1]}/")

    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Cache-Control"] == "no-store, private"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer.cookies == {}
    page = answer.content.decode()
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page
    assert Inline(page).found == []


def test_who_is_signed_in_is_not_seen_on_it(asked: tuple[Question, str], admin: Client) -> None:
    page = admin.get(f"/asked/{asked[1]}/").content.decode()

    assert "Admin of Acme" not in page


@pytest.mark.parametrize(
    ("choice", "vote"), [("first", "first_id"), ("second", "second_id"), ("neither", None)]
)
def test_an_answer_is_kept_and_thanked_for(
    asked: tuple[Question, str], client: Client, choice: str, vote: str | None
) -> None:
    question, token = asked

    answer = client.post(f"/asked/{token}/", {"choice": choice, "comment": "By the river."})

    question.refresh_from_db()
    assert "Thank you" in answer.content.decode()
    assert question.vote_id == (getattr(question, vote) if vote else None)
    assert (question.comment, question.answered_at is not None) == ("By the river.", True)


def test_a_browser_that_was_never_here_may_answer(asked: tuple[Question, str]) -> None:
    stranger = Client(enforce_csrf_checks=True)

    answer = stranger.post(f"/asked/{asked[1]}/", {"choice": "first"})

    assert answer.status_code == 200


@pytest.mark.parametrize("choice", ["", "third", "1", ATTACK])
def test_no_answer_at_all_is_asked_for_again_and_what_was_typed_stays(
    asked: tuple[Question, str], client: Client, choice: str
) -> None:
    question, token = asked

    answer = client.post(f"/asked/{token}/", {"choice": choice, "comment": ATTACK})

    question.refresh_from_db()
    page = answer.content.decode()
    assert (answer.status_code, question.answered_at) == (200, None)
    assert "Choose one of the answers" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_second_card_cannot_be_chosen_where_there_is_none(
    site: Site, acme: Cast, client: Client
) -> None:
    job, first = site.pair("1")
    _, token = ask(
        job=job,
        first=first,
        second=None,
        asked_of="Pat",
        days=1,
        by=acme.admin,
        now=timezone.now(),
    )

    answer = client.post(f"/asked/{token}/", {"choice": "second"})

    assert "Choose one of the answers" in answer.content.decode()
    assert "No, or I don't know" in answer.content.decode()
    assert Question.objects.get().answered_at is None


def refused(client: Client, token: str) -> tuple[int, int, str]:
    """Status of reading and of answering, and the heading."""
    read = client.get(f"/asked/{token}/")
    sent = client.post(f"/asked/{token}/", {"choice": "first"})
    heading = re.search(r"<h1>(.*?)</h1>", read.content.decode())
    assert read.content == sent.content
    assert read["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert heading is not None
    return read.status_code, sent.status_code, heading[1]


def test_a_used_link_is_refused(asked: tuple[Question, str], client: Client) -> None:
    question, token = asked
    client.post(f"/asked/{token}/", {"choice": "first"})

    assert refused(client, token) == (410, 410, "This question has been answered")
    question.refresh_from_db()
    assert question.vote_id == question.first_id


def test_an_expired_link_is_refused(asked: tuple[Question, str], client: Client) -> None:
    expire(asked[0])

    assert refused(client, asked[1]) == (410, 410, "This link has expired")


def test_a_withdrawn_link_is_refused(
    asked: tuple[Question, str], client: Client, sign_in: SignIn
) -> None:
    question, token = asked
    sign_in(Level.STANDARD).post(f"{BASE}/questions/{question.pk}/withdraw/")

    assert refused(client, token) == (410, 410, "This question was withdrawn")


def test_a_link_for_an_archived_job_is_refused(
    asked: tuple[Question, str], client: Client, acme: Cast, now: datetime
) -> None:
    do(Action.ARCHIVE, asked[0].job, by=acme.admin, now=now)

    assert refused(client, asked[1]) == (410, 410, "This question is settled")


@pytest.mark.parametrize("alter", ["cut", "case", "longer", "hash", "attack", "nul"])
def test_an_altered_link_opens_nothing(
    asked: tuple[Question, str], client: Client, alter: str
) -> None:
    question, token = asked
    altered = {
        "cut": token[:-1],
        "case": token.swapcase(),
        "longer": token + "x",
        "hash": hashlib.sha256(token.encode()).hexdigest(),
        "attack": "%22%3E%3Cscript%3E",
        "nul": "%00" * 43,
    }[alter]

    assert refused(client, altered) == (404, 404, "This link opens nothing")
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_nul_in_a_comment_is_left_out(asked: tuple[Question, str], client: Client) -> None:
    client.post(f"/asked/{asked[1]}/", {"choice": "first", "comment": "a\0b"})

    asked[0].refresh_from_db()
    assert asked[0].comment == "ab"


def test_no_open_token_gets_into_the_log(
    asked: tuple[Question, str],
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whatever another test in this process left of it.
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", False)
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        client.get(f"/asked/{asked[1]}x/")
        client.post(f"/asked/{asked[1]}/", {"choice": "third", "comment": "\0"})
        client.get(f"/asked/{asked[1]}/")

    logged = [record.getMessage() for record in caplog.records]
    assert logged == [f"Not Found: /asked/{asked[1]}x/"]


def test_other_methods_are_not_taken(asked: tuple[Question, str], client: Client) -> None:
    assert client.put(f"/asked/{asked[1]}/").status_code == 405
    assert client.delete(f"/asked/{asked[1]}/").status_code == 405


def test_a_vote_is_seen_beside_the_job_with_its_comment_as_text(
    asked: tuple[Question, str], client: Client, reader: Client
) -> None:
    question, token = asked
    client.post(f"/asked/{token}/", {"choice": "second", "comment": ATTACK})

    pages = [
        reader.get(f"{BASE}/jobs/{question.job_id}/questions/").content.decode(),
        reader.get(f"{BASE}/questions/").content.decode(),
        reader.get(
            f"{BASE}/jobs/{question.job_id}/beside/", headers={"HX-Request": "true"}
        ).content.decode(),
    ]

    for page in pages:
        assert "Pat Lee" in page
        assert "Project 24-102" in page
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


def test_the_form_offers_what_was_proposed_searched_for_and_named(
    admin: Client, site: Site, acme: Cast
) -> None:
    job, best = site.pair("1")
    _, found = site.pair("2")
    _, named = site.pair("3")
    factories.make_candidate(job, best)

    page = admin.get(f"{BASE}/jobs/{job.pk}/questions/?q=P-2&first={named.pk}").content.decode()

    options = re.findall(r'<option value="(\d+)"( selected)?>', page.split('id="second"')[0])
    assert options == [(str(named.pk), " selected"), (str(found.pk), ""), (str(best.pk), "")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"asked_of": " "}, "Nobody is named"),
        ({"days": "99"}, "Choose 1 to 30"),
        ({"days": "soon"}, "Choose 1 to 30"),
        ({"days": "٣"}, "Choose 1 to 30"),
        ({"second": "first"}, "show the same project"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_the_form(
    admin: Client, site: Site, change: dict[str, str], words: str
) -> None:
    job, first = site.pair("1")
    factories.make_candidate(job, first)
    form = {"first": first.pk, "second": "", "asked_of": "Pat", "days": "7", **change}
    form["second"] = first.pk if form["second"] == "first" else ""

    answer = admin.post(f"{BASE}/jobs/{job.pk}/questions/", form)

    assert (answer.status_code, Question.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_reading_is_not_enough_to_ask_or_to_withdraw(
    asked: tuple[Question, str], reader: Client
) -> None:
    question, _ = asked
    form = {"first": question.first_id, "asked_of": "Pat", "days": "7"}

    page = reader.get(f"{BASE}/jobs/{question.job_id}/questions/").content.decode()

    assert "Asking takes Standard" in page
    assert "Withdraw" not in page
    assert (
        reader.post(f"{BASE}/jobs/{question.job_id}/questions/", form).status_code,
        reader.post(f"{BASE}/questions/{question.pk}/withdraw/").status_code,
    ) == (403, 403)


def test_another_companys_questions_and_rows_are_not_there(
    asked: tuple[Question, str], site: Site, admin: Client, rival: Cast
) -> None:
    job, first = site.pair("9")
    their_job, theirs = make_site(rival).pair("1")
    their_question, _ = ask(
        job=their_job,
        first=theirs,
        second=None,
        asked_of="Theirs",
        days=1,
        by=rival.admin,
        now=timezone.now(),
    )
    form = {"first": first.pk, "asked_of": "Pat", "days": "7"}

    answers = [
        admin.get(f"{BASE}/jobs/{their_job.pk}/questions/"),
        admin.get(f"{BASE}/jobs/{job.pk}/questions/?first={theirs.pk}"),
        admin.post(f"{BASE}/jobs/{job.pk}/questions/", {**form, "first": theirs.pk}),
        admin.post(f"{BASE}/jobs/{job.pk}/questions/", {**form, "second": theirs.pk}),
        admin.post(f"{BASE}/questions/{their_question.pk}/withdraw/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert "Theirs" not in admin.get(f"{BASE}/questions/").content.decode()
    assert Question.objects.count() == 2
