"""The rules page: what holds, what is offered, typing one by hand, removing, levels and borders."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.matching.conftest import PAGE, make_rule, prefixed
from tieback.access.models import Level
from tieback.proposing.models import MatchingRule
from tieback.web.matching.rule_words import PARTS, line_of, said

pytestmark = pytest.mark.django_db
RULES = f"{PAGE}rules/"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
STOP = {"part": "stop", "words": "Turnkey"}


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(client: Client, path: str = RULES) -> str:
    return text_of(client.get(path).content.decode())


@pytest.mark.parametrize("part", PARTS, ids=[part.key for part in PARTS])
def test_a_rule_reads_as_the_form_that_made_it(part: object) -> None:
    one = next(each for each in PARTS if each == part)
    words = one.example

    kind, line = line_of(one.key, words)

    assert said(kind, line) == (one.label, words)


@pytest.mark.parametrize("part", PARTS, ids=[part.key for part in PARTS])
def test_every_example_of_the_form_can_be_a_rule(acme: Cast, admin: Client, part: object) -> None:
    one = next(each for each in PARTS if each == part)

    answer = admin.post(f"{RULES}add/", {"part": one.key, "words": one.example})

    assert answer.status_code == 302
    assert MatchingRule.objects.get().added_by_name == "Admin of Acme Builders"


def test_without_a_rule_the_page_says_what_one_is_for(acme: Cast, reader: Client) -> None:
    assert "No rule of your own yet" in read(reader)
    assert "A rule is for what only your company writes" in read(reader)


def test_a_rule_that_was_typed_holds_with_its_reason_until_it_is_removed(
    acme: Cast, admin: Client
) -> None:
    added = admin.post(f"{RULES}add/", {**STOP, "reason": "In every name."}, follow=True)

    rule = MatchingRule.objects.get()
    assert (rule.kind, rule.line, rule.was_offered) == ("word", "stop Turnkey", False)
    assert "Added: words to leave out of names, “Turnkey”." in added.content.decode()
    assert "Words to leave out of names Turnkey In every name." in read(admin)

    removed = admin.post(f"{RULES}{rule.pk}/remove/", follow=True).content.decode()
    assert "Removed: “Turnkey”." in removed
    assert "No rule of your own yet" in read(admin)
    assert "Removed rules 1" in read(admin)


def test_removing_twice_says_who_was_quicker(acme: Cast, admin: Client, now: datetime) -> None:
    rule = make_rule(acme.company, "stop turnkey", now)
    admin.post(f"{RULES}{rule.pk}/remove/")

    page = admin.post(f"{RULES}{rule.pk}/remove/", follow=True).content.decode()

    assert "Admin of Acme Builders removed “stop turnkey” on" in page


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"part": "same", "words": "center"}, "at least one other way to write it"),
        ({"part": "same", "words": "a 12"}, "“12” is a number"),
        ({"part": "stop", "words": ""}, "the line says nothing"),
        ({"part": "stop", "words": "a b"}, "it cannot be ignored"),
        ({"part": "nonsense", "words": "a"}, "is no kind of rule"),
        ({"part": "stop", "words": "x" * 300}, "longer than 200 characters"),
        ({"kind": "<script>", "line": "a"}, "is no kind of rule"),
        ({}, "is no kind of rule"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_the_reason_and_what_was_typed(
    acme: Cast, admin: Client, sent: dict[str, str], reason: str
) -> None:
    for path in ("add/", "try/"):
        answer = admin.post(f"{RULES}{path}", sent)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert reason in page
        assert "<script>" not in page.split('id="rule-problem"')[1].split("</p>")[0]
        assert f'name="words" value="{sent.get("words", "")}"' in page
    assert not MatchingRule.objects.exists()


def test_adding_twice_says_who_added_it(acme: Cast, admin: Client) -> None:
    admin.post(f"{RULES}add/", STOP)

    page = admin.post(f"{RULES}add/", STOP).content.decode()

    assert "Admin of Acme Builders added “stop Turnkey” on" in page
    assert MatchingRule.objects.count() == 1


def test_a_change_of_rules_asks_for_a_new_look_up(acme: Cast, admin: Client, now: datetime) -> None:
    factories.make_proposal(acme.company, started_at=now)
    rule = make_rule(acme.company, "stop turnkey", now - timedelta(days=1))
    before = read(admin)
    admin.post(f"{RULES}{rule.pk}/remove/")

    assert "The rules have changed since the last look-up." not in before
    assert "The rules have changed since the last look-up." in read(admin)


def test_a_prefix_in_six_links_is_offered_with_them_and_added_by_a_click(
    acme: Cast, admin: Client, now: datetime
) -> None:
    linked = prefixed(acme, now)

    page = admin.get(f"{RULES}offered/", headers=PART).content.decode()

    assert "<html" not in page
    assert "Before a number, and no part of it: ph" in text_of(page).replace(" :", ":")
    assert "In 6 links the ERP's number starts with PH-" in page.replace("&#x27;", "'")
    assert sum(job.number in page for job, _ in linked) == 5
    assert "and 1 more" in page
    form = page.split('action="/c/acme/matching/rules/add/"')[1].split("</form>")[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    admin.post(f"{RULES}add/", sent)
    rule = MatchingRule.objects.get()
    assert (rule.line, rule.was_offered) == ("number_prefix ph", True)
    assert rule.reason.startswith("In 6 links")
    assert "Nothing to offer now." in read(admin, f"{RULES}offered/")


def test_offers_are_there_without_scripts_in_the_whole_page(
    acme: Cast, reader: Client, now: datetime
) -> None:
    prefixed(acme, now)

    page = reader.get(f"{RULES}offered/").content.decode()

    assert "<html" in page
    assert "Seen in these links" in page
    assert ">Add</button>" not in page
    assert ">Try it</button>" not in page


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_only_an_admin_adds_and_removes(
    acme: Cast, sign_in: SignIn, now: datetime, level: Level
) -> None:
    rule = make_rule(acme.company, "stop turnkey", now)
    client = sign_in(level)

    answers = [
        client.post(f"{RULES}add/", {"part": "stop", "words": "other"}),
        client.post(f"{RULES}{rule.pk}/remove/"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert MatchingRule.objects.get().removed_at is None
    page = client.get(RULES).content.decode()
    assert ">Remove</button>" not in page
    assert (">Try it</button>" in page) == (level == Level.STANDARD)
    assert ">Add</button>" not in page


def test_rules_of_another_company_are_neither_seen_nor_removed(
    acme: Cast, rival: Cast, admin: Client, now: datetime
) -> None:
    theirs = make_rule(rival.company, "stop secretword", now)
    prefixed(rival, now)

    assert "secretword" not in read(admin)
    assert "Nothing to offer now." in read(admin, f"{RULES}offered/")
    assert admin.post(f"{RULES}{theirs.pk}/remove/").status_code == 404
    assert MatchingRule.objects.get().removed_at is None
    assert admin.get("/c/rival/matching/rules/").status_code == 404


def test_what_a_rule_holds_is_text(acme: Cast, admin: Client, now: datetime) -> None:
    evil = "<script>alert(1)</script>"
    make_rule(acme.company, f"stop {evil}", now, reason=evil, added_by_name=evil)

    page = admin.get(RULES).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
