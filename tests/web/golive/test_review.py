"""The review: one job with its candidates, the order of the lane, and what a decision becomes."""

import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.golive.lanes_site import BASE, REVIEW, SCRIPT, Lanes, make_lanes
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.linking.models import Link, Rejection
from tieback.plans.models import Batch, Plan, PlanSettings
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate
from tieback.review.models import Note
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme, looked_up=False)


def shown(client: Client, asked: str = "", **headers: str) -> str:
    answer = client.get(f"{REVIEW}{asked}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def data(page: str, name: str) -> str:
    found = re.search(rf'<article[^>]* data-{name}="([^"]*)"', page)
    return found.group(1).replace("&amp;", "&") if found else ""


def walked(client: Client, asked: str, way: str = "next") -> list[str]:
    """The ids of the jobs that one comes by, from the lane's first on."""
    page = shown(client, asked)
    ids = [data(page, "job")]
    while url := data(page, way):
        page = client.get(url, headers=SCRIPT).content.decode()
        ids.append(data(page, "job"))
    return ids


def decide(client: Client, job: int, action: str, *, script: bool = True, **sent: object) -> object:
    headers = SCRIPT if script else {}
    return client.post(
        f"{REVIEW}{job}/decide/", {"action": action, "lane": "look", **sent}, headers=headers
    )


def test_it_begins_with_the_first_of_the_lane_and_shows_both_records(
    lanes: Lanes, reader: Client
) -> None:
    lanes.proposed("2")
    lanes.proposed("1", sentence="Name 97 % alike.", job={"customer": "Mercy Health"})

    page = shown(reader, "?lane=look")

    assert re.search(r'id="review-job"[^>]*><span class="mono">1</span> Clinic 1</h2>', page)
    assert "Name 97 % alike." in page
    assert "Mercy Health" in page
    assert "How the probability came about" in page
    assert data(page, "says").startswith("1 Clinic 1. Is it P-1 Clinic 1? 93 %. Name 97 % alike.")


def test_candidates_come_with_digits_and_the_proposed_one_is_chosen(
    lanes: Lanes, reader: Client
) -> None:
    held = lanes.proposed("1", rank=2)
    best = lanes.second(held.job, "P-8", rank=1)

    page = shown(reader, "?lane=look")

    radios = re.findall(
        r'<input type="radio"[^>]*value="(\d+)" data-digit="(\d)"[^>]*?( checked)?>', page
    )
    assert radios == [(str(best.project_id), "1", ""), (str(held.project_id), "2", " checked")]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("number", "1234"),
        ("-number", "4321"),
        ("value", "3124"),
        ("-value", "1342"),
        ("probability", "2341"),
        ("-probability", "1432"),
    ],
)
def test_the_lane_is_walked_in_the_order_of_the_board_both_ways(
    lanes: Lanes, reader: Client, sort: str, order: str
) -> None:
    made = {
        "1": lanes.proposed("1", probability=0.9, job={"contract_value": 9}),
        "2": lanes.proposed("2", probability=0.5),
        "3": lanes.proposed("3", probability=0.8, job={"contract_value": 5}),
        "4": lanes.proposed("4", probability=0.8),
    }
    lanes.proposed("9", "Safe")
    asked = f"?lane=look&sort={sort}"
    ids = [str(made[number].job_id) for number in order]

    board = reader.get(f"{BASE}{asked}").content.decode()
    there = walked(reader, asked)
    back = walked(reader, f"{asked}&job={ids[-1]}", "previous")

    assert re.findall(r'<td class="mono nowrap">([^<]+)</td>', board) == list(order)
    assert there == ids
    assert back == ids[::-1]


def test_a_search_narrows_what_is_walked(lanes: Lanes, reader: Client) -> None:
    wanted = [str(lanes.proposed(number).job_id) for number in ("24-1", "24-2")]
    lanes.proposed("25-1")

    assert walked(reader, "?lane=look&q=24") == wanted


def test_a_job_that_left_the_lane_still_has_its_place_in_it(lanes: Lanes, reader: Client) -> None:
    made = [lanes.proposed(number) for number in "123"]
    Job.objects.filter(pk=made[1].job_id).update(state="archived")

    page = shown(reader, f"?lane=look&job={made[1].job_id}")

    assert f"job={made[2].job_id}" in data(page, "next")
    assert f"job={made[0].job_id}" in data(page, "previous")
    assert "is archived. Restore it first." in page


def test_an_empty_lane_leads_back_to_the_board(lanes: Lanes, reader: Client) -> None:
    page = shown(reader, "?lane=look")

    assert "Nothing is left in “Look”" in page
    assert f'href="{BASE}?lane=look&amp;sort=number">Back to the board' in page


def test_a_searched_project_stands_beside_the_candidates(lanes: Lanes, admin: Client) -> None:
    held = lanes.proposed("1")
    other = lanes.project("P-9", name="Quite Another")

    page = shown(admin, f"?lane=look&job={held.job_id}&project={other.pk}")

    assert "You searched for this project" in page
    assert re.search(rf'value="{other.pk}" data-digit="2"[^>]* checked', page)


def test_what_blocks_each_candidate_is_said_with_its_mend(lanes: Lanes, admin: Client) -> None:
    held = lanes.proposed("1", project={"is_erp_integrated": False})

    page = shown(admin, "?lane=blocked")

    assert "The ERP-integrated setting of P-1 Clinic 1 is off." in page
    assert f'name="fix" value="switch_on-{held.project_id}"' in page
    assert "It cannot be linked yet." in data(page, "says")


def test_linking_answers_with_what_was_done_and_what_is_left(lanes: Lanes, admin: Client) -> None:
    held = lanes.proposed("1")
    lanes.proposed("2")

    answer = decide(admin, held.job_id, "link", project=held.project_id)

    assert answer.status_code == 200
    said = answer.content.decode()
    assert "<strong>Linked</strong>" in said
    assert 'data-left="1"' in said
    assert Link.objects.get().project_id == held.project_id
    assert Plan.objects.get().title == "Link: 1 Clinic 1 to P-1 Clinic 1"


def test_what_cannot_be_linked_comes_back_with_its_reason(lanes: Lanes, admin: Client) -> None:
    held = lanes.proposed("1", project={"is_active": False})

    answer = decide(admin, held.job_id, "link", project=held.project_id)

    assert answer.status_code == 409
    assert "P-1 Clinic 1 is inactive." in answer.content.decode()
    assert f"job={held.job_id}" in answer.content.decode()
    assert not Link.objects.exists()
    assert not Batch.objects.exists()


def test_a_decision_that_somebody_else_made_meanwhile_is_refused(
    lanes: Lanes, admin: Client
) -> None:
    held = lanes.proposed("1")
    decide(admin, held.job_id, "link", project=held.project_id)

    again = decide(admin, held.job_id, "link", project=held.project_id)

    assert again.status_code == 409
    assert "is linked to P-1 Clinic 1 already" in again.content.decode()
    assert Link.objects.count() == 1


def test_a_plan_that_needs_a_second_admin_waits_and_says_so(lanes: Lanes, admin: Client) -> None:
    PlanSettings.objects.create(company=lanes.cast.company, approval_above=0)
    held = lanes.proposed("1")

    answer = decide(admin, held.job_id, "link", project=held.project_id)

    assert answer.status_code == 409
    assert "a second Admin has to approve it first" in answer.content.decode()
    assert f"/erp/plans/{Plan.objects.get().pk}/" in answer.content.decode()
    assert not Link.objects.exists()


def test_not_a_match_is_remembered_and_the_candidate_is_gone(lanes: Lanes, sign_in: SignIn) -> None:
    held = lanes.proposed("1")
    other = lanes.second(held.job, "P-8")
    client = sign_in(Level.STANDARD)

    answer = decide(client, held.job_id, "reject", project=held.project_id)
    page = shown(client, f"?lane=look&job={held.job_id}")

    assert answer.status_code == 200
    assert Rejection.objects.get().project_id == held.project_id
    assert re.findall(r'value="(\d+)" data-digit', page) == [str(other.project_id)]


@pytest.mark.django_db(transaction=True)
def test_what_is_decided_is_scored_anew_beside_the_answer(acme: Cast, admin: Client) -> None:
    lanes = make_lanes(acme)
    place = {"name": "Mercy Clinic Annex", "address": "12 Main Street", "city": "Troy"}
    held = lanes.proposed("24-101", job=place, project=place)

    decide(admin, held.job_id, "reject", project=held.project_id)

    for _ in range(200):
        if not Candidate.objects.filter(pk=held.pk).exists():
            return
        time.sleep(0.05)
    raise AssertionError("the rejected pair is still a candidate")


def test_archiving_takes_standard_and_linking_admin(lanes: Lanes, sign_in: SignIn) -> None:
    held = lanes.proposed("1")
    sent = {"project": held.project_id}

    answers = {
        (level, action): decide(sign_in(level), held.job_id, action, **sent).status_code
        for level in (Level.READ_ONLY, Level.STANDARD)
        for action in ("link", "reject", "archive")
    }

    assert answers == {
        (Level.READ_ONLY, "link"): 403,
        (Level.READ_ONLY, "reject"): 403,
        (Level.READ_ONLY, "archive"): 403,
        (Level.STANDARD, "link"): 403,
        (Level.STANDARD, "reject"): 200,
        (Level.STANDARD, "archive"): 200,
    }


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        (Level.READ_ONLY, {"k", "j"}),
        (Level.STANDARD, {"x", "a", "z", "k", "j"}),
        (Level.ADMIN, {"Enter", "x", "a", "z", "k", "j"}),
    ],
)
def test_the_buttons_follow_the_level(
    lanes: Lanes, sign_in: SignIn, level: Level, keys: set[str]
) -> None:
    lanes.proposed("1")

    page = shown(sign_in(level), "?lane=look")

    assert set(re.findall(r'data-key="(\w+)"', page)) == keys


def test_undo_takes_back_the_last_decision_of_this_person_only(
    lanes: Lanes, admin: Client, sign_in: SignIn
) -> None:
    mine, theirs = lanes.proposed("1"), lanes.proposed("2")
    decide(admin, mine.job_id, "link", project=mine.project_id)
    decide(sign_in(Level.STANDARD), theirs.job_id, "archive")

    answer = admin.post(f"{REVIEW}undo/", {"lane": "look"}, headers=SCRIPT)
    again = admin.post(f"{REVIEW}undo/", {"lane": "look"}, headers=SCRIPT)

    said = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-job="{mine.job_id}"' in said
    assert "Taken back" in said
    assert Job.objects.get(pk=mine.job_id).state == "ready"
    assert Job.objects.get(pk=theirs.job_id).state == "archived"
    assert again.status_code == 409
    assert "None of your decisions here is left to undo." in again.content.decode()


@pytest.mark.parametrize("action", ["reject", "archive"])
def test_undo_goes_back_decision_by_decision(lanes: Lanes, sign_in: SignIn, action: str) -> None:
    client = sign_in(Level.STANDARD)
    first, second = lanes.proposed("1"), lanes.proposed("2")
    for held in (first, second):
        decide(client, held.job_id, action, project=held.project_id)

    undone = [
        client.post(f"{REVIEW}undo/", {"lane": "look"}, headers=SCRIPT).content.decode()
        for _ in range(2)
    ]

    jobs = [re.search(r'data-job="(\d+)"', said) for said in undone]
    assert [found and int(found.group(1)) for found in jobs] == [second.job_id, first.job_id]
    assert not Rejection.objects.filter(undone_at=None).exists()
    assert not Job.objects.exclude(state="ready").exists()


def test_a_batch_of_many_rows_is_shown_before_it_is_taken_back(lanes: Lanes, admin: Client) -> None:
    for number in "12":
        lanes.proposed(number, "Safe")
    admin.post(f"{BASE}plan/", {"lane": "safe", "action": "link", "all": "on"})
    admin.post(f"/c/acme/erp/plans/{Plan.objects.get().pk}/apply/")

    answer = admin.post(f"{REVIEW}undo/", {"lane": "safe"}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "Look at the plan" in answer.content.decode()
    assert Link.objects.filter(unlinked_at=None).count() == 2


@pytest.mark.parametrize(
    ("fix", "broken", "mended"),
    [
        ("switch_on", {"is_erp_integrated": False}, {"is_erp_integrated": True}),
        ("reactivate", {"is_active": False}, {"is_active": True}),
        ("use_erp_list", {"cost_code_list": None}, {"cost_code_list__is_erp": True}),
    ],
)
def test_what_blocks_is_mended_and_can_be_undone(
    lanes: Lanes,
    admin: Client,
    fix: str,
    broken: dict[str, object],
    mended: dict[str, object],
) -> None:
    held = lanes.proposed("1", project=broken)
    mine = Project.objects.filter(pk=held.project_id)

    answer = admin.post(
        f"{REVIEW}{held.job_id}/mend/",
        {"fix": f"{fix}-{held.project_id}", "lane": "blocked"},
        headers=SCRIPT,
    )
    was_mended = mine.filter(**mended).exists()
    admin.post(f"{REVIEW}undo/", {"lane": "blocked"}, headers=SCRIPT)

    assert answer.status_code == 200
    assert was_mended
    assert mine.filter(**broken).exists()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("decide/", {"action": "unlink"}),
        ("decide/", {"action": "link", "project": ""}),
        ("mend/", {"fix": "explode-1"}),
        ("mend/", {"fix": "switch_on"}),
    ],
)
def test_a_form_that_is_not_ours_is_refused(
    lanes: Lanes, admin: Client, path: str, sent: dict[str, str]
) -> None:
    job = lanes.proposed("1").job_id

    assert admin.post(f"{REVIEW}{job}/{path}", sent).status_code == 400


def test_without_a_script_a_decision_leads_on_to_the_next(lanes: Lanes, admin: Client) -> None:
    first, second = lanes.proposed("1"), lanes.proposed("2")

    done = decide(
        admin,
        first.job_id,
        "link",
        script=False,
        project=first.project_id,
        next=second.job_id,
        sort="number",
    )
    Project.objects.filter(pk=second.project_id).update(is_active=False)
    refused = decide(admin, second.job_id, "link", script=False, project=second.project_id)

    assert done["Location"] == f"{REVIEW}?lane=look&sort=number&job={second.job_id}"
    assert refused["Location"] == f"{REVIEW}?lane=look&sort=number&job={second.job_id}"
    assert "is inactive." in admin.get(refused["Location"]).content.decode()


def test_rows_of_another_company_are_not_there(lanes: Lanes, rival: Cast, admin: Client) -> None:
    own = lanes.proposed("1")
    foreign = make_lanes(rival, looked_up=False).proposed("7", job={"name": "Secret Pier"})

    answers = [
        admin.get(f"{REVIEW}?lane=look&job={foreign.job_id}").status_code,
        admin.get(f"{REVIEW}?lane=look&job={own.job_id}&project={foreign.project_id}").status_code,
        decide(admin, foreign.job_id, "archive").status_code,
        decide(admin, own.job_id, "link", project=foreign.project_id).status_code,
        admin.post(
            f"{REVIEW}{own.job_id}/mend/", {"fix": f"switch_on-{foreign.project_id}"}
        ).status_code,
    ]

    assert answers == [404, 404, 404, 404, 404]
    assert "Secret Pier" not in shown(admin, "?lane=look")
    assert not Plan.objects.exists()


def test_what_names_and_notes_hold_is_text(lanes: Lanes, admin: Client) -> None:
    text = {"name": ATTACK, "customer": ATTACK}
    held = lanes.proposed("1", job=text, project=text, sentence=ATTACK)
    Note.objects.create(
        company=lanes.cast.company, job=held.job, text=ATTACK, written_at=held.proposed_at
    )
    refused = decide(admin, held.job_id, "reject", project=lanes.project("P-2").pk)

    pages = [
        shown(admin, f"?lane=look&q=&sort={ATTACK}"),
        shown(admin, f"?lane=look&q={ATTACK}"),
        refused.content.decode(),
        decide(admin, held.job_id, "archive").content.decode(),
        decide(admin, held.job_id, "archive").content.decode(),
    ]

    for page in pages:
        assert Inline(page).found == []
        assert "<script>alert" not in page


def test_five_candidates_cost_as_many_queries_as_one(lanes: Lanes, admin: Client) -> None:
    one, many = lanes.proposed("1"), lanes.proposed("2")
    for number in range(4):
        lanes.second(many.job, f"P-x{number}")

    def queries(held: Candidate) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(admin, f"?lane=look&job={held.job_id}", **SCRIPT)
        return len(seen)

    shown(admin, "?lane=look")
    assert queries(many) == queries(one)


def test_a_job_without_candidates_says_which_no_it_is(lanes: Lanes, reader: Client) -> None:
    lanes.job("1")
    before = shown(reader, "?lane=not-looked-up")
    factories.make_proposal(lanes.cast.company)

    assert "<h3>Not looked up yet</h3>" in before
    assert "<h3>No match found</h3>" in shown(reader, "?lane=only-in-erp")


def test_the_last_decisions_are_told_with_their_plans(lanes: Lanes, admin: Client) -> None:
    held = lanes.proposed("1")
    decide(admin, held.job_id, "link", project=held.project_id)
    factories.make_job(lanes.site.connection)

    page = shown(admin, "?lane=look")

    assert re.search(r'<ol id="deeds"><li data-batch="\d+"><strong>Linked</strong>', page)
    assert f"/erp/plans/{Plan.objects.get().pk}/" in page
