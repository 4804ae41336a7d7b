"""The team's page, rows handed out and taken back, notes and presence."""

from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.review.conftest import Site, make_site, site
from tests.web.conftest import SignIn
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.review.assigning import assign
from tieback.review.models import Assignment, Note, Presence
from tieback.staging.models import Job

__all__ = ["site"]
BASE = "/c/acme/go-live"
NEW = {"lane": "not-looked-up", "q": ""}


@pytest.fixture
def jobs(site: Site) -> list[Job]:
    return [site.pair(f"26-{number}")[0] for number in range(5)]


def held(user: object) -> set[str]:
    return set(Assignment.objects.filter(user=user).values_list("job__number", flat=True))


def test_the_page_says_who_holds_what(
    reader: Client, jobs: list[Job], acme: Cast, now: datetime
) -> None:
    me = acme.users[Level.STANDARD]
    assign(jobs=[job.pk for job in jobs[:2]], user=me, by=acme.standard, now=now)

    page = reader.get(f"{BASE}/team/").content.decode()
    person = reader.get(f"{BASE}/team/{me.pk}/").content.decode()

    assert "5 active ERP projects wait for a decision; nobody holds 3 of them." in page
    assert "Standard of Acme Builders: 0 of 2 settled" in page
    assert "Hand out rows" not in page
    assert [number for number in ("26-0", "26-1", "26-2") if number in person] == ["26-0", "26-1"]
    assert "Free all" not in person


def test_an_admin_counts_rows_by_a_filter_and_hands_them_out(
    admin: Client, jobs: list[Job], acme: Cast
) -> None:
    sam = acme.users[Level.STANDARD]

    counted = admin.get(f"{BASE}/team/?lane=not-looked-up&q=26-1").content.decode()
    admin.post(
        f"{BASE}/team/hand-out/", {**NEW, "q": "26-1", "all": "1", "user": sam.pk, "free": "on"}
    )
    answer = admin.post(
        f"{BASE}/team/hand-out/",
        {**NEW, "all": "1", "user": sam.pk, "free": "on", "most": "2"},
        follow=True,
    )

    assert "<strong>1</strong> row fits; nobody holds 1 of them." in counted
    assert held(sam) == {"26-1", "26-0", "26-2"}
    assert "2 rows are now Standard of Acme Builders&#x27;s." in answer.content.decode()


def test_a_person_with_standard_takes_rows_and_leaves_those_of_others(
    sign_in: SignIn, jobs: list[Job], acme: Cast, now: datetime
) -> None:
    ada, sam = acme.users[Level.ADMIN], acme.users[Level.STANDARD]
    assign(jobs=[jobs[0].pk], user=ada, by=acme.admin, now=now)
    client = sign_in(Level.STANDARD)

    answer = client.post(
        f"{BASE}/team/hand-out/", {"job": [job.pk for job in jobs], "user": "me"}, follow=True
    )
    refused = client.post(f"{BASE}/team/hand-out/", {"job": jobs[1].pk, "user": ada.pk})

    assert "4 rows are now yours. 1 stay with who holds them." in answer.content.decode()
    assert (held(ada), len(held(sam)), refused.status_code) == ({"26-0"}, 4, 403)


def test_rows_are_freed_one_by_one_or_all_of_a_person(
    sign_in: SignIn, jobs: list[Job], acme: Cast, now: datetime
) -> None:
    ada, sam = acme.users[Level.ADMIN], acme.users[Level.STANDARD]
    assign(jobs=[job.pk for job in jobs[:3]], user=sam, by=acme.standard, now=now)
    assign(jobs=[jobs[4].pk], user=ada, by=acme.admin, now=now)
    standard = sign_in(Level.STANDARD)

    standard.post(f"{BASE}/team/take-back/", {"job": jobs[0].pk})
    refused = standard.post(f"{BASE}/team/take-back/", {"of": ada.pk})
    after_one = held(sam)
    answer = sign_in(Level.ADMIN).post(f"{BASE}/team/take-back/", {"of": sam.pk}, follow=True)

    assert (after_one, refused.status_code) == ({"26-1", "26-2"}, 403)
    assert "2 rows are free again." in answer.content.decode()
    assert (held(sam), held(ada)) == (set(), {"26-4"})


@pytest.mark.parametrize(
    "sent",
    [
        {"all": "1", "lane": "done", "user": "me"},
        {"all": "1", "lane": ATTACK, "user": "me"},
        {"all": "1", "user": "me"},
        {"all": "1", **NEW, "user": "me", "most": "some"},
        {"job": "x", "user": "me"},
        {"job": "1", "user": "everybody"},
        {"job": "1"},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    admin: Client, jobs: list[Job], sent: dict[str, str]
) -> None:
    assert admin.post(f"{BASE}/team/hand-out/", sent).status_code == 400
    assert not Assignment.objects.exists()


def test_a_forged_way_back_stays_on_this_site(admin: Client, jobs: list[Job]) -> None:
    sent = {"job": jobs[0].pk, "user": "me", "next": "https://evil.example/"}

    answer = admin.post(f"{BASE}/team/hand-out/", sent)

    assert answer["Location"] == f"{BASE}/team/"


def test_another_companys_people_and_rows_are_not_there(
    admin: Client, jobs: list[Job], rival: Cast
) -> None:
    theirs, _ = make_site(rival).pair("Theirs 1")
    them = rival.users[Level.ADMIN]

    answers = [
        admin.post(f"{BASE}/team/hand-out/", {"job": theirs.pk, "user": "me"}),
        admin.post(f"{BASE}/team/hand-out/", {"job": jobs[0].pk, "user": them.pk}),
        admin.post(f"{BASE}/team/take-back/", {"job": theirs.pk}),
        admin.post(f"{BASE}/team/take-back/", {"of": them.pk}),
        admin.get(f"{BASE}/team/{them.pk}/"),
        admin.get(f"{BASE}/jobs/{theirs.pk}/beside/", headers={"HX-Request": "true"}),
        admin.post(f"{BASE}/jobs/{theirs.pk}/presence/"),
        admin.get(f"{BASE}/jobs/{theirs.pk}/notes/"),
        admin.post(f"{BASE}/jobs/{theirs.pk}/notes/", {"text": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 9
    assert [model.objects.count() for model in (Assignment, Note, Presence)] == [0, 0, 0]
    assert "Rival" not in admin.get(f"{BASE}/team/").content.decode()


@pytest.mark.parametrize("path", ["team/", "questions/", "jobs/1/notes/", "jobs/1/beside/"])
def test_a_member_without_a_level_is_refused(sign_in: SignIn, path: str) -> None:
    assert sign_in(Level.NONE).get(f"{BASE}/{path}").status_code == 403


def test_a_reader_is_told_who_is_there_and_is_not_shown_to_others(
    sign_in: SignIn, jobs: list[Job], acme: Cast
) -> None:
    at = f"{BASE}/jobs/{jobs[0].pk}/presence/"

    alone = sign_in(Level.ADMIN).post(at).content.decode()
    told = sign_in(Level.READ_ONLY).post(at).content.decode()
    again = sign_in(Level.ADMIN).post(at).content.decode()
    both = sign_in(Level.STANDARD).post(at).content.decode()

    assert (alone.strip(), again.strip()) == ("", "")
    assert "Admin of Acme Builders is looking at this row too." in told
    assert "Admin of Acme Builders is looking at this row too." in both


def test_who_closed_the_row_a_minute_ago_is_not_there(
    sign_in: SignIn, jobs: list[Job], acme: Cast
) -> None:
    at = f"{BASE}/jobs/{jobs[0].pk}/presence/"
    sign_in(Level.ADMIN).post(at)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))

    assert sign_in(Level.STANDARD).post(at).content.decode().strip() == ""


def test_what_stands_beside_a_row(
    sign_in: SignIn, jobs: list[Job], acme: Cast, now: datetime
) -> None:
    job = jobs[0]
    assign(jobs=[job.pk], user=acme.users[Level.STANDARD], by=acme.standard, now=now)
    at = f"{BASE}/jobs/{job.pk}/beside/"

    mine = sign_in(Level.STANDARD).get(at, headers={"HX-Request": "true"}).content.decode()
    others = sign_in(Level.ADMIN).get(at, headers={"HX-Request": "true"}).content.decode()
    whole = sign_in(Level.ADMIN).get(at)

    assert "You hold this row." in mine
    assert "Standard of Acme Builders holds this row." in others
    assert whole["Location"] == f"/c/acme/erp/jobs/{job.pk}/"


def test_notes_are_added_with_and_without_scripts_and_shown_as_text(
    admin: Client, jobs: list[Job]
) -> None:
    at = f"{BASE}/jobs/{jobs[0].pk}/notes/"

    part = admin.post(at, {"text": ATTACK}, headers={"HX-Request": "true"}).content.decode()
    page = admin.post(at, {"text": "Second\nline"}, follow=True).content.decode()

    assert ("<html" in part, "<html" in page) == (False, True)
    for shown in (part, page):
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown
    assert "Second<br>line" in page
    assert Inline(page).found == []


def test_a_note_that_is_refused_stays_in_its_field(admin: Client, jobs: list[Job]) -> None:
    at = f"{BASE}/jobs/{jobs[0].pk}/notes/"
    text = "y" * 2_001

    part = admin.post(at, {"text": text}, headers={"HX-Request": "true"}).content.decode()
    page = admin.post(at, {"text": "  "}, follow=True).content.decode()

    assert "The note has 2,001 letters. Say it in 2,000 at most." in part
    assert text in part
    assert "The note says nothing." in page
    assert not Note.objects.exists()


def test_readers_write_no_notes(reader: Client, jobs: list[Job]) -> None:
    at = f"{BASE}/jobs/{jobs[0].pk}/notes/"

    assert "Write a note" not in reader.get(at).content.decode()
    assert reader.post(at, {"text": "x"}).status_code == 403


def test_the_page_costs_the_same_for_few_people_and_for_many(
    admin: Client, acme: Cast, jobs: list[Job]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as caught:
            admin.get(f"{BASE}/team/")
        return len(caught)

    queries()
    few = queries()
    for _ in range(8):
        factories.make_membership(acme.company, factories.make_user(), level=Level.STANDARD)

    assert queries() == few


def test_rows_chosen_on_the_board_are_handed_out_from_there(
    admin: Client, sign_in: SignIn, jobs: list[Job], acme: Cast
) -> None:
    sam = acme.users[Level.STANDARD]
    board = f"{BASE}/?lane=not-looked-up"
    bar = admin.get(board).content.decode()
    own_bar = sign_in(Level.STANDARD).get(board).content.decode()

    answer = admin.post(
        f"{BASE}/team/hand-out/",
        {**NEW, "job": [jobs[1].pk, jobs[3].pk], "user": sam.pk, "next": board},
    )

    assert answer.headers["Location"] == board
    assert held(sam) == {"26-1", "26-3"}
    assert f'<option value="{sam.pk}">{sam.name}</option>' in bar
    assert (f'value="{sam.pk}">' in own_bar, "Take the chosen" in own_bar) == (False, True)
