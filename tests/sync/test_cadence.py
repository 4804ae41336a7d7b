"""When a schedule is due next, clocks that change included."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tieback.sync.cadence import Daily, Minutes

CHICAGO = ZoneInfo("America/Chicago")
ZONES = [ZoneInfo(name) for name in ("UTC", "America/Chicago", "Asia/Kathmandu", "Pacific/Apia")]
MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(MOMENTS, st.times(), st.sampled_from(ZONES))
def test_daily_is_always_ahead_and_never_more_than_two_days(
    now: datetime, at: time, zone: ZoneInfo
) -> None:
    then = Daily(at.replace(tzinfo=None), zone).after(now)

    assert now < then <= now + timedelta(hours=50)


@given(MOMENTS, st.integers(1, 10_080))
def test_minutes_are_counted_from_now(now: datetime, number: int) -> None:
    assert Minutes(number).after(now) - now == timedelta(minutes=number)


def test_daily_keeps_the_hour_of_the_place_through_the_change_of_clocks() -> None:
    at_two = Daily(time(6, 30), CHICAGO)

    winter = at_two.after(datetime(2026, 3, 6, 13, tzinfo=UTC))
    summer = at_two.after(datetime(2026, 3, 8, 13, tzinfo=UTC))

    assert winter == datetime(2026, 3, 7, 12, 30, tzinfo=UTC)
    assert summer == datetime(2026, 3, 9, 11, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_not_left_out() -> None:
    skipped = Daily(time(2, 30), CHICAGO).after(datetime(2026, 3, 8, 6, tzinfo=UTC))

    assert skipped == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_counts_once() -> None:
    twice = Daily(time(1, 30), CHICAGO)
    first = twice.after(datetime(2026, 11, 1, 5, tzinfo=UTC))

    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert twice.after(first) == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
