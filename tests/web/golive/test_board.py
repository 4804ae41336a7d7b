"""The board: lanes with counts and money, the rows of one, what is planned from it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_jobs.test_beside_the_page import wait_for
from tests.web.golive.lanes_site import BASE, SCRIPT, Lanes, make_lanes
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.linking.rejecting import reject
from tieback.plans.models import Plan, PlanRow
from tieback.plans.services import apply
from tieback.proposing.lanes import Lane
from tieback.proposing.models import Proposal
from tieback.review.models import SavedView
from tieback.staging.models import Job
from tieback.web.golive.board_order import PROPOSING, order_of
from tieback.web.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def shown(client: Client, asked: str = "") -> str:
    answer = client.get(f"{BASE}{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: str) -> list[str]:
    """The ERP ids of the table, in its order."""
    return re.findall(r'<td class="mono nowrap">([^<]+)</td>', page)


def test_every_lane_says_its_count_and_money(lanes: Lanes, reader: Client) -> None:
    lanes.proposed("1", "Safe", job={"contract_value": Decimal(1_500_000)})
    lanes.proposed("2", "Safe", job={"contract_value": Decimal(500_000)})
    lanes.proposed("3", "Twins", twins=4)
    lanes.proposed("4", project={"is_erp_integrated": False})
    lanes.job("5")
    lanes.job("6", state="archived")
    lanes.project("P-9", value=Decimal(900))
    cards = re.findall(r'<a class="lane .*?</a>', shown(reader), re.DOTALL)

    assert [words(card).strip() for card in cards] == [
        "Safe 2 $2.0M Nothing contradicts",
        "Look 0 – Worth a second look",
        "Twins 1 value not said Look-alikes",
        "Blocked 1 value not said To be mended first",
        "Only in ERP 1 value not said No project found",
        "Only in portfolio 1 $900 No ERP project found",
        "Archived 1 value not said Off the list",
        "Done 0 – Linked",
    ]


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_is_an_address_and_says_what_it_is_when_empty(
    lanes: Lanes, reader: Client, lane: Lane
) -> None:
    lanes.proposed("1", "Look" if lane == Lane.SAFE else "Safe")

    page = shown(reader, f"?lane={lane.value}&q=")

    assert '<div class="empty-note" role="status">' in page
    assert re.search(rf'<a class="lane lane-{lane.value}"[^>]*aria-current="page"', page)


def test_an_unknown_lane_or_order_is_the_usual_one(lanes: Lanes, reader: Client) -> None:
    for number in "21":
        lanes.proposed(number, "Safe")

    assert rows(shown(reader, "?lane=nonsense&sort=nonsense&page=x&size=9&column=x")) == ["1", "2"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("number", ["1", "2", "3"]),
        ("-number", ["3", "2", "1"]),
        ("probability", ["2", "3", "1"]),
        ("-probability", ["1", "3", "2"]),
        ("value", ["3", "1", "2"]),
        ("-value", ["1", "3", "2"]),
        ("start", ["2", "1", "3"]),
    ],
)
def test_the_lane_is_sorted_as_asked_and_blanks_come_last(
    lanes: Lanes, reader: Client, sort: str, order: list[str]
) -> None:
    lanes.proposed("1", probability=0.99, job={"contract_value": 9, "start_date": date(2026, 2, 1)})
    lanes.proposed("2", probability=0.7, job={"start_date": date(2026, 1, 1)})
    lanes.proposed("3", probability=0.8, job={"contract_value": 5})

    assert rows(shown(reader, f"?lane=look&sort={sort}")) == order


@pytest.mark.parametrize("lane", PROPOSING)
@pytest.mark.parametrize("query", ["", "clinic", "s1 b1"])
def test_a_lane_holds_the_same_jobs_in_whichever_order(
    lanes: Lanes, acme: Cast, lane: Lane, query: str
) -> None:
    for name in ("Safe", "Look", "Twins"):
        for state in ("ready", "archived", "linked"):
            lanes.proposed(f"{name}-{state}", name, job={"state": state})
        lanes.proposed(f"{name}-off", name, project={"is_erp_integrated": False})
        lanes.proposed(f"{name}-idle", name, job={"is_active": False})
        lanes.proposed(f"{name}-taken", name, project={"origin_id": name})
        said_no = lanes.proposed(f"{name}-no", name)
        reject(job=said_no.job, project=said_no.project, by=acme.admin, now=timezone.now())
    scope = Scope(acme.company, acme.admin, timezone.now())

    orders = [order_of(scope, lane, query, sort).ids() for sort in ("number", "probability")]

    assert set(orders[0]) == set(orders[1])
    assert bool(orders[0]) == (query != "s1 b1")


def test_a_row_shows_the_project_how_likely_and_why(lanes: Lanes, reader: Client) -> None:
    lanes.proposed("1", sentence="Same number. Name 97 % alike.", probability=0.93)

    page = words(shown(reader, "?lane=look"))

    assert "Clinic 1 P-1 Clinic 1 93 % Same number. Name 97 % alike." in page


def test_a_blocked_row_says_every_reason(lanes: Lanes, reader: Client) -> None:
    lanes.proposed("1", project={"is_erp_integrated": False, "cost_code_list": None})

    page = words(shown(reader, "?lane=blocked"))

    assert "The ERP-integrated setting of P-1 Clinic 1 is off." in page
    assert "uses no cost code list, not the ERP list" in page


def test_the_columns_are_those_that_were_chosen(lanes: Lanes, reader: Client) -> None:
    lanes.proposed("1", job={"customer": "Mercy Health", "status": "Active"})

    usual = shown(reader, "?lane=look")
    chosen = shown(reader, "?lane=look&column=customer&column=status")

    assert "Mercy Health</td>" not in usual
    assert "Same number." in usual
    assert "Mercy Health</td>" in chosen
    assert "Same number." not in chosen
    assert "column=customer&amp;column=status" in chosen


def test_a_search_narrows_the_lane_and_says_so_when_nothing_is_left(
    lanes: Lanes, reader: Client
) -> None:
    lanes.proposed("24-101")
    lanes.proposed("24-102")

    assert rows(shown(reader, "?lane=look&q=24-102")) == ["24-102"]
    assert "Nothing in “Look” matches “pier”" in shown(reader, "?lane=look&q=pier")


def test_a_script_gets_the_rows_and_what_moved_around_them(lanes: Lanes, reader: Client) -> None:
    lanes.proposed("1")

    part = reader.get(f"{BASE}?lane=look", headers=SCRIPT).content.decode()

    assert "<html" not in part
    assert rows(part) == ["1"]
    assert 'id="lanes" hx-swap-oob="true"' in part


def test_before_the_first_look_up_the_board_leads_to_it(acme: Cast, sign_in: SignIn) -> None:
    connection_ = factories.make_connection(acme.company)
    factories.make_job(connection_, number="1")

    standard = shown(sign_in(Level.STANDARD))
    reader = shown(sign_in(Level.READ_ONLY))

    assert "Nobody has looked for matches yet" in standard
    assert '<button class="btn btn-primary">Find matches</button>' in standard
    assert '<button class="btn btn-primary">Find matches</button>' not in reader
    assert rows(shown(sign_in(Level.STANDARD), "?lane=not-looked-up")) == ["1"]


@pytest.mark.django_db(transaction=True)
def test_a_look_up_is_started_from_the_board_and_fills_it(acme: Cast, sign_in: SignIn) -> None:
    lanes = make_lanes(acme, looked_up=False)
    place = {"name": "Mercy Clinic Annex", "address": "12 Main Street", "city": "Troy"}
    lanes.job("24-101", **place)
    lanes.project("24-101", **place)
    standard = sign_in(Level.STANDARD)

    refused = sign_in(Level.READ_ONLY).post(f"{BASE}matches/", {"lane": "look"})
    answer = standard.post(f"{BASE}matches/", {"lane": "look"})
    wait_for(lambda: not Proposal.objects.filter(status="running").exists())

    assert refused.status_code == 403
    assert answer["Location"] == f"{BASE}?lane=look"
    lanes_of_it = [shown(standard, f"?lane={lane}") for lane in ("safe", "look", "twins")]
    assert [row for page in lanes_of_it for row in rows(page)] == ["24-101"]


def test_a_second_look_up_says_who_looks_already(acme: Cast, sign_in: SignIn) -> None:
    now = timezone.now()
    running = {"started_at": now, "heartbeat_at": now, "finished_at": None, "started_by": "Ann"}
    factories.make_proposal(acme.company, status="running", **running)

    page = sign_in(Level.STANDARD).post(f"{BASE}matches/", follow=True).content.decode()

    assert "Ann started to find matches at" in page
    assert Proposal.objects.count() == 1


def test_without_a_connection_the_board_leads_to_settings(acme: Cast, admin: Client) -> None:
    assert "Add a connection in Settings" in shown(admin)


def test_nothing_of_another_company_is_shown_or_counted(
    lanes: Lanes, rival: Cast, admin: Client
) -> None:
    foreign = make_lanes(rival).proposed("77", "Safe", job={"name": "Secret Pier"})

    page = shown(admin)
    plan = admin.post(
        f"{BASE}plan/", {"lane": "safe", "action": "link", "job": foreign.job_id}, follow=True
    )

    assert "Secret Pier" not in page
    assert rows(page) == []
    assert "No row of this lane was chosen" in plan.content.decode()
    assert not Plan.objects.exists()
    assert admin.get("/c/rival/go-live/").status_code == 404


@pytest.mark.parametrize(
    ("level", "buttons"),
    [
        (Level.READ_ONLY, []),
        (Level.STANDARD, ["Archive the chosen"]),
        (Level.ADMIN, ["Plan these links", "Archive the chosen"]),
    ],
)
def test_what_can_be_done_follows_the_level(
    lanes: Lanes, sign_in: SignIn, level: Level, buttons: list[str]
) -> None:
    lanes.proposed("1", "Safe")

    page = shown(sign_in(level))

    assert re.findall(r'name="action" value="\w+">([^<]+)', page) == buttons
    assert ('name="job"' in page) == (level >= Level.STANDARD)


def test_chosen_rows_become_a_plan_and_nothing_is_linked(lanes: Lanes, admin: Client) -> None:
    first, second, third = (lanes.proposed(number, "Safe") for number in "123")

    answer = admin.post(
        f"{BASE}plan/",
        {"lane": "safe", "action": "link", "job": [first.job_id, third.job_id]},
    )

    plan = Plan.objects.get()
    assert answer["Location"] == f"/c/acme/erp/plans/{plan.pk}/"
    assert list(plan.rows.values_list("action", "job", "project", "state")) == [
        ("link", first.job_id, first.project_id, "pending"),
        ("link", third.job_id, third.project_id, "pending"),
    ]
    assert Job.objects.get(pk=second.job_id).state == "ready"


def test_the_whole_lane_as_searched_is_planned_in_its_order(lanes: Lanes, admin: Client) -> None:
    for number in ("24-3", "24-1", "25-2"):
        lanes.proposed(number, "Safe")

    admin.post(
        f"{BASE}plan/",
        {"lane": "safe", "action": "link", "all": "on", "q": "24", "sort": "-number"},
    )

    rows = Plan.objects.get().rows
    assert list(rows.values_list("job__number", flat=True)) == ["24-3", "24-1"]


def test_rows_are_archived_and_restored_through_plans(lanes: Lanes, sign_in: SignIn) -> None:
    job = lanes.job("1")
    client = sign_in(Level.STANDARD)

    client.post(f"{BASE}plan/", {"lane": "only-in-erp", "action": "archive", "job": job.pk})
    archiving = Plan.objects.latest("pk")
    apply(plan=archiving, by=lanes.cast.standard, clock=timezone.now)
    client.post(f"{BASE}plan/", {"lane": "archived", "action": "restore", "all": "on"})

    assert archiving.rows.get().action == PlanRow.Action.ARCHIVE
    assert Plan.objects.latest("pk").rows.get().action == PlanRow.Action.RESTORE


def test_standard_plans_no_links_and_a_reader_plans_nothing(lanes: Lanes, sign_in: SignIn) -> None:
    job = lanes.proposed("1", "Safe").job_id
    sent = {"lane": "safe", "job": job}

    link = sign_in(Level.STANDARD).post(f"{BASE}plan/", {**sent, "action": "link"})
    archive = sign_in(Level.READ_ONLY).post(f"{BASE}plan/", {**sent, "action": "archive"})

    assert (link.status_code, archive.status_code) == (403, 403)
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "unlink", "job": "1"},
        {"action": "link", "job": "x"},
        {"lane": "only-in-portfolio", "action": "archive", "all": "on"},
    ],
)
def test_a_form_that_is_not_ours_is_refused(
    lanes: Lanes, admin: Client, sent: dict[str, str]
) -> None:
    assert admin.post(f"{BASE}plan/", {"lane": "safe", **sent}).status_code == 400


def test_rows_without_a_project_cannot_be_linked_from_the_board(
    lanes: Lanes, admin: Client
) -> None:
    job = lanes.job("1")

    answer = admin.post(
        f"{BASE}plan/", {"lane": "only-in-erp", "action": "link", "job": job.pk}, follow=True
    )

    assert "None of the chosen ERP projects has a project to link to." in answer.content.decode()
    assert not Plan.objects.exists()


def test_fifty_rows_cost_as_many_queries_as_one(lanes: Lanes, admin: Client) -> None:
    def queries(lane: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(admin, f"?lane={lane}")
        return len(seen)

    def fill() -> None:
        lanes.proposed(f"s{Job.objects.count()}", "Safe")
        lanes.proposed(f"b{Job.objects.count()}", project={"is_erp_integrated": False})

    fill()
    shown(admin)
    one = [queries("safe"), queries("blocked")]
    for _ in range(20):
        fill()

    assert [queries("safe"), queries("blocked")] == one


def test_what_names_hold_is_text_on_every_part_of_the_board(lanes: Lanes, admin: Client) -> None:
    lanes.proposed("1", job={"name": ATTACK, "customer": ATTACK}, sentence=ATTACK)
    lanes.project("P-2", name=ATTACK)
    SavedView.objects.create(
        company=lanes.cast.company, name=ATTACK[:80], query=ATTACK, saved_at=timezone.now()
    )

    for asked in (
        f"?lane=look&column=customer&column=why&q=&sort={ATTACK}",
        f"?lane=look&q={ATTACK}",
        "?lane=only-in-portfolio",
        "progress/",
    ):
        page = shown(admin, asked)
        assert Inline(page).found == []
        assert "<script>alert" not in page
