"""How long the rest takes, and the burn-up: from what was decided, and never from a guess."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.golive.lanes_site import BASE, SCRIPT, Lanes, make_lanes
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.staging.models import Job
from tieback.web.golive.board_chart import HEIGHT, WIDTH, chart, parts
from tieback.web.golive.board_pace import Pace, Point, burn_up, decisions_left, pace

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme)


def settled(cast: Cast, job: Job, at: datetime, action: str = "link", **plan: object) -> Batch:
    """A batch of one row, settled at that moment."""
    made = Plan.objects.create(
        company=cast.company, created_at=at, content_hash="0" * 64, title="x", **plan
    )
    PlanRow.objects.create(
        plan=made, position=0, action=action, job=job, state="applied", settled_at=at
    )
    return Batch.objects.create(company=cast.company, plan=made, applied_at=at)


def test_nobody_knows_the_pace_before_there_are_enough_decisions(
    acme: Cast, lanes: Lanes, now: datetime
) -> None:
    job = lanes.job("1")
    for at in range(5):
        settled(acme, job, now - at * 10 * S)
    before = pace(acme.company, now=now)
    settled(acme, job, now - 50 * S)

    assert before == Pace(5, None)
    assert before.minutes_for(30) is None
    assert pace(acme.company, now=now) == Pace(6, 10.0)


def test_pauses_older_decisions_undos_and_other_companies_do_not_count(
    acme: Cast, rival: Cast, lanes: Lanes, now: datetime
) -> None:
    job = lanes.job("1")
    for at in range(4):
        settled(acme, job, now - at * 20 * S)
    for at in range(4):
        settled(acme, job, now - timedelta(minutes=30) - at * 20 * S)
    first = settled(acme, job, now - timedelta(minutes=61))
    settled(acme, job, now - 5 * S, action="unlink", undoes=first)
    foreign = make_lanes(rival).job("1")
    settled(rival, foreign, now - 7 * S)

    assert pace(acme.company, now=now) == Pace(8, 20.0)


@pytest.mark.parametrize(("left", "minutes"), [(0, 0), (1, 1), (12, 2), (225, 38)])
def test_minutes_fall_with_what_is_left(left: int, minutes: int) -> None:
    assert Pace(9, 10.0).minutes_for(left) == minutes


def test_a_group_of_twins_is_one_decision(acme: Cast, lanes: Lanes) -> None:
    for number, group in (("1", 7), ("2", 7), ("3", 8), ("4", None)):
        lanes.proposed(number, "Twins", twins=group)

    assert decisions_left(acme.company, looks=10, twins=4) == 13
    assert decisions_left(acme.company, looks=10, twins=0) == 10


def test_the_board_says_that_it_does_not_know_then_how_long(
    acme: Cast, lanes: Lanes, reader: Client
) -> None:
    for number in "123":
        lanes.proposed(number)
    job = lanes.job("9")
    before = reader.get(f"{BASE}progress/").content.decode()
    for at in range(7):
        settled(acme, job, timezone.now() - at * 60 * S)

    after = reader.get(f"{BASE}progress/", headers=SCRIPT).content.decode()

    assert "Not known yet.</strong> 3 to decide one by one; after 6 decisions" in before
    assert "<h1>Progress</h1>" in before
    assert "<h1>" not in after
    assert "About 3 minutes" in after
    assert "one every 60 s" in after


def test_the_burn_up_counts_what_stands_at_each_moment(
    acme: Cast, rival: Cast, lanes: Lanes, now: datetime
) -> None:
    job = lanes.job("1")
    start = now - timedelta(minutes=4)
    settled(acme, job, start)
    settled(acme, job, start + timedelta(minutes=1), "archive")
    settled(acme, job, start + timedelta(minutes=2), "unlink")
    settled(acme, job, start + timedelta(minutes=3), "reject")
    settled(rival, make_lanes(rival).job("1"), start)

    points = burn_up(acme.company, now=now)

    assert [(point.linked, point.archived) for point in points] == [
        (0, 0),
        (1, 1),
        (0, 1),
        (0, 1),
        (0, 1),
    ]
    assert points[-1].at == now


@pytest.mark.parametrize("days", [0, 0.1, 3, 40, 900])
def test_the_burn_up_has_no_more_points_than_a_chart_can_show(
    acme: Cast, lanes: Lanes, now: datetime, days: float
) -> None:
    settled(acme, lanes.job("1"), now - timedelta(days=days))

    points = burn_up(acme.company, now=now)

    assert 2 <= len(points) <= 26
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert points[-1].linked == 1


def test_nothing_decided_is_no_chart(acme: Cast, now: datetime) -> None:
    assert burn_up(acme.company, now=now) == []
    assert chart([], 10) is None


def test_the_areas_stand_on_each_other_below_the_total(now: datetime) -> None:
    drawn = chart([Point(now, 0, 0), Point(now + S, 5, 3)], 10)

    assert drawn is not None
    assert drawn.linked == f"0.0,84.0 320.0,{HEIGHT / 2:.1f} 320.0,84.0 0.0,84.0"
    assert drawn.archived == f"0.0,84.0 320.0,{HEIGHT * 0.2:.1f} 320.0,42.0 0.0,84.0"
    assert drawn.left == 2


def test_the_part_about_progress_draws_the_curve_and_what_blocks(
    acme: Cast, lanes: Lanes, reader: Client
) -> None:
    lanes.proposed("1", project={"is_erp_integrated": False})
    lanes.proposed("2", project={"is_active": False})
    lanes.proposed("3", project={"is_active": False})
    settled(acme, lanes.job("9"), timezone.now() - timedelta(hours=3))

    page = reader.get(f"{BASE}progress/").content.decode()

    assert "1 linked and 0 archived of 4 by now" in page
    assert "What blocks 3 proposed pairs" in page
    widths = re.findall(r'<rect class="tone-\d" x="[\d.]+" y="0" width="([\d.]+)"', page)
    assert [round(float(width)) for width in widths] == [round(WIDTH * 2 / 3), round(WIDTH / 3)]
    assert parts([]) == []


def test_without_anything_decided_or_blocked_it_says_so(lanes: Lanes, reader: Client) -> None:
    factories.make_project(lanes.cast.company)

    page = reader.get(f"{BASE}progress/").content.decode()

    assert "Nothing is decided yet." in page
    assert "Nothing stands in the way of a proposed pair." in page
