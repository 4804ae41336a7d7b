"""Counts of long lists are kept, and never past what changes them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.golive.lanes_site import Lanes, make_lanes
from tieback.proposing.lanes import Lane, lane_counts
from tieback.staging.services import archive
from tieback.web.golive import board_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def lanes(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> Lanes:
    """A list that counts as long from its first job on."""
    monkeypatch.setattr(board_counts, "LONG", 0)
    cache.clear()
    lanes = make_lanes(acme)
    lanes.proposed("1")
    return lanes


def rows(cast: Cast, lane: Lane) -> int:
    return board_counts.counts_of(cast.company, now=timezone.now())[lane].rows


def test_a_long_list_is_counted_once_while_nothing_moves(acme: Cast, lanes: Lanes) -> None:
    first = board_counts.counts_of(acme.company, now=timezone.now())
    with CaptureQueriesContext(connection) as seen:
        again = board_counts.counts_of(acme.company, now=timezone.now())

    assert first == again == lane_counts(acme.company, now=timezone.now())
    assert len(seen) == 4


@pytest.mark.parametrize(
    "move",
    [
        lambda lanes: archive(job=lanes.job("2"), by=lanes.cast.standard, now=timezone.now()),
        lambda lanes: factories.make_run(lanes.site.connection),
        lambda lanes: factories.make_proposal(lanes.cast.company, seen_until=timezone.now()),
    ],
    ids=["decided", "pulled", "looked up"],
)
def test_whatever_moves_the_list_has_it_counted_anew(
    acme: Cast, lanes: Lanes, move: Callable[[Lanes], object]
) -> None:
    before = rows(acme, Lane.LOOK)

    lanes.proposed("3")
    stale = rows(acme, Lane.LOOK)
    move(lanes)

    assert (before, stale, rows(acme, Lane.LOOK)) == (1, 1, 2)


def test_a_short_list_is_counted_every_time(
    acme: Cast, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "LONG", 20_000)
    before = rows(acme, Lane.LOOK)

    lanes.proposed("2")

    assert (before, rows(acme, Lane.LOOK)) == (1, 2)


def test_companies_do_not_share_counts(acme: Cast, rival: Cast, lanes: Lanes) -> None:
    rows(acme, Lane.LOOK)
    make_lanes(rival)

    assert rows(rival, Lane.LOOK) == 0
