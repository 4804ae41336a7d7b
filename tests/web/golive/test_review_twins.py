"""Look-alikes: shown together with what parts them, decided once for the group."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.golive.lanes_site import BASE, SCRIPT, Lanes, make_lanes
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.linking.models import Link
from tieback.plans.models import Batch, Plan, PlanSettings
from tieback.proposing.models import Candidate
from tieback.staging.models import Job
from tieback.web.golive.review_twins import marked

pytestmark = pytest.mark.django_db
TWINS = f"{BASE}twins/"
REVIEW_UNDO = f"{BASE}review/undo/"


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme, looked_up=False)


def group(lanes: Lanes, number: int, letters: str = "AB") -> dict[str, Candidate]:
    """Towers that differ in a letter only, each a candidate of each."""
    made = {
        letter: lanes.proposed(
            f"{number}-{letter}",
            "Twins",
            twins=number,
            job={"name": f"RIVER TOWER {letter}"},
            project={"name": f"River Tower {letter}"},
            probability=0.6,
        )
        for letter in letters
    }
    for one in made.values():
        for other in made.values():
            if one != other:
                factories.make_candidate(
                    one.job,
                    other.project,
                    is_proposed=False,
                    lane="",
                    rank=2,
                    probability=0.3,
                    twins=number,
                )
    return made


def shown(client: Client, asked: str = "") -> str:
    answer = client.get(f"{TWINS}{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, number: int, **pairs: object) -> object:
    sent = {name.replace("_", "-"): value for name, value in pairs.items()}
    return client.post(f"{TWINS}{number}/decide/", sent)


def test_the_group_is_a_matrix_with_the_suggested_pairing_chosen(
    lanes: Lanes, reader: Client
) -> None:
    made = group(lanes, 3)

    page = shown(reader)

    assert re.findall(r'<td class="num">([^<]+)</td>', page) == ["60 %", "30 %", "30 %", "60 %"]
    chosen = re.findall(r'name="pair-(\d+)".*?<option value="(\d*)" selected>', page, re.DOTALL)
    assert chosen == [(str(one.job_id), str(one.project_id)) for one in made.values()]
    assert '<mark class="differs">A</mark>' in page
    assert '<mark class="differs">RIVER</mark>' not in page


def test_words_that_not_all_of_a_side_have_are_marked(lanes: Lanes) -> None:
    jobs = [lanes.job("1", "Pier 4, North"), lanes.job("2", "PIER 5, north")]

    names = [[(piece.text, piece.mark) for piece in one.name] for one in marked(jobs)]

    assert names == [
        [("Pier", ""), (" ", ""), ("4", "differs"), (", ", ""), ("North", "")],
        [("PIER", ""), (" ", ""), ("5", "differs"), (", ", ""), ("north", "")],
    ]


def test_a_group_is_linked_as_one_plan_and_the_next_one_follows(
    lanes: Lanes, admin: Client
) -> None:
    made, _ = group(lanes, 3), group(lanes, 5)
    a, b = made["A"], made["B"]

    answer = decide(
        admin, 3, **{f"pair_{a.job_id}": b.project_id, f"pair_{b.job_id}": a.project_id}
    )

    assert answer["Location"] == f"{TWINS}?group=5"
    assert set(Link.objects.values_list("job", "project")) == {
        (a.job_id, b.project_id),
        (b.job_id, a.project_id),
    }
    assert Batch.objects.get().plan.rows.count() == 2


def test_some_are_left_for_later_and_some_archived(lanes: Lanes, admin: Client) -> None:
    made = group(lanes, 3, "ABC")
    a, b, c = made.values()

    decide(
        admin,
        3,
        **{f"pair_{a.job_id}": a.project_id, f"pair_{b.job_id}": "archive", f"pair_{c.job_id}": ""},
    )

    states = Job.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["linked", "archived", "ready"]


def test_one_project_for_two_is_refused_and_the_choice_kept(lanes: Lanes, admin: Client) -> None:
    made = group(lanes, 3)
    a, b = made.values()

    answer = decide(
        admin, 3, **{f"pair_{a.job_id}": b.project_id, f"pair_{b.job_id}": b.project_id}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "P-3-B River Tower B is chosen 2 times" in page
    assert page.count(f'<option value="{b.project_id}" selected>') == 2
    assert not Plan.objects.exists()


def test_choosing_nothing_or_what_the_form_cannot_hold_decides_nothing(
    lanes: Lanes, admin: Client
) -> None:
    made = group(lanes, 3)
    outside = lanes.project("P-99").pk

    answers = [
        decide(admin, 3),
        decide(admin, 3, **{f"pair_{made['A'].job_id}": outside}),
        decide(admin, 3, **{f"pair_{made['A'].job_id}": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert not Plan.objects.exists()


def test_a_group_with_a_blocked_pair_is_shown_as_a_plan_and_nothing_is_done(
    lanes: Lanes, admin: Client
) -> None:
    a, b = group(lanes, 3).values()
    type(a.project).objects.filter(pk=b.project_id).update(is_active=False)

    answer = decide(
        admin, 3, **{f"pair_{a.job_id}": a.project_id, f"pair_{b.job_id}": b.project_id}
    )

    assert answer["Location"] == f"/c/acme/erp/plans/{Plan.objects.get().pk}/"
    assert not Link.objects.exists()


def test_a_group_that_needs_a_second_admin_waits_as_a_plan(lanes: Lanes, admin: Client) -> None:
    PlanSettings.objects.create(company=lanes.cast.company, approval_above=1)
    a, b = group(lanes, 3).values()

    answer = decide(
        admin, 3, **{f"pair_{a.job_id}": a.project_id, f"pair_{b.job_id}": b.project_id}
    )

    assert answer["Location"] == f"/c/acme/erp/plans/{Plan.objects.get().pk}/"
    assert not Link.objects.exists()


def test_a_decided_group_is_told_so_and_none_is_an_empty_page(lanes: Lanes, admin: Client) -> None:
    assert "No look-alikes are waiting" in shown(admin)

    group(lanes, 3)

    assert "Nothing of this group is left" in shown(admin, "?group=99")
    assert decide(admin, 99).status_code == 404


def test_groups_follow_each_other(lanes: Lanes, reader: Client) -> None:
    for number in (3, 5, 8):
        group(lanes, number)

    page = shown(reader, "?group=5")

    assert "3 groups left." in page
    assert 'href="?group=3">Previous group' in page
    assert 'href="?group=8">Next group' in page


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_deciding_a_group_takes_admin(lanes: Lanes, sign_in: SignIn, level: Level) -> None:
    a = group(lanes, 3)["A"]

    page = shown(sign_in(level))
    answer = decide(sign_in(level), 3, **{f"pair_{a.job_id}": a.project_id})

    assert "Decide this group" not in page
    assert answer.status_code == 403
    assert not Plan.objects.exists()


def test_look_alikes_of_another_company_are_not_there(
    lanes: Lanes, rival: Cast, admin: Client
) -> None:
    a = group(make_lanes(rival, looked_up=False), 3)["A"]

    assert "RIVER TOWER" not in re.sub(r"<[^>]+>", "", shown(admin, "?group=3"))
    assert decide(admin, 3, **{f"pair_{a.job_id}": a.project_id}).status_code == 404
    assert not Link.objects.exists()


def test_what_names_hold_is_text(lanes: Lanes, admin: Client) -> None:
    for number in "12":
        lanes.proposed(number, "Twins", twins=3, job={"name": ATTACK}, project={"name": ATTACK})

    page = shown(admin)

    assert Inline(page).found == []
    assert "<script>alert" not in page


def test_a_large_group_costs_as_many_queries_as_a_small_one(lanes: Lanes, reader: Client) -> None:
    group(lanes, 3)
    group(lanes, 5, "ABCDEFGH")

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(reader, f"?group={number}")
        return len(seen)

    shown(reader)
    assert queries(5) == queries(3)


def test_undo_after_a_group_shows_its_plan_first(lanes: Lanes, admin: Client) -> None:
    a, b = group(lanes, 3).values()
    decide(admin, 3, **{f"pair_{a.job_id}": a.project_id, f"pair_{b.job_id}": b.project_id})

    answer = admin.post(REVIEW_UNDO, {"lane": "twins"}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "Look at the plan" in answer.content.decode()
    assert Link.objects.filter(unlinked_at=None).count() == 2
