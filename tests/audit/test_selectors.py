"""How the audit trail is read, page by page, and proved piece by piece."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.audit.forging import forge
from tests.conftest import Cast
from tieback.access.actors import Actor
from tieback.audit import selectors
from tieback.audit.chain import Break, Stretch, breaks
from tieback.audit.services import record


def write(by: Actor, now: datetime, number: int = 1, **said: str) -> None:
    for _ in range(number):
        record(
            by=by,
            now=now,
            action=said.get("action", "job.archive"),
            target=(said.get("type", "job"), 7, said.get("label", "24-1 Clinic")),
            note=said.get("note", ""),
        )


def seqs(page: selectors.EventPage) -> list[int]:
    return [event.seq for event in page.events]


def test_pages_go_from_the_newest_to_the_oldest_and_back(acme: Cast, now: datetime) -> None:
    write(acme.admin, now, 5)
    found = selectors.events(acme.company)

    first = selectors.page(found, size=2)
    second = selectors.page(found, before=first.older, size=2)
    third = selectors.page(found, before=second.older, size=2)
    back = selectors.page(found, after=third.newer, size=2)
    front = selectors.page(found, after=back.newer, size=2)

    assert [seqs(one) for one in (first, second, third, back, front)] == [
        [5, 4],
        [3, 2],
        [1],
        [3, 2],
        [5, 4],
    ]
    assert (first.newer, third.older, front.newer) == (None, None, None)


def test_a_page_beyond_either_end_is_empty(acme: Cast, now: datetime) -> None:
    write(acme.admin, now, 2)
    found = selectors.events(acme.company)

    assert seqs(selectors.page(found, before=1, size=2)) == []
    assert seqs(selectors.page(found, after=2, size=2)) == []


def test_every_filter_narrows(acme: Cast, rival: Cast, now: datetime) -> None:
    write(acme.admin, now, action="job.restore", label="24-1 Clinic", note="Asked by Ann")
    write(acme.standard, now, action="job.restore")
    write(acme.admin, now, action="job.archive")
    write(acme.admin, now, action="job.restore", type="project")
    write(acme.admin, now - timedelta(days=1), action="job.restore")
    write(rival.admin, now, action="job.restore", note="Asked by Ann")

    found = selectors.events(
        acme.company,
        who=acme.admin.name,
        action="job.restore",
        target_type="job",
        since=now.date(),
        until=now.date(),
        query="ann CLINIC",
    )

    assert [event.seq for event in found] == [1]


def test_days_are_whole_days_of_the_site(acme: Cast) -> None:
    write(acme.admin, datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
    write(acme.admin, datetime(2026, 3, 2, 0, 0, tzinfo=UTC))
    write(acme.admin, datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    write(acme.admin, datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    day = date(2026, 3, 2)

    found = selectors.events(acme.company, since=day, until=day)

    assert [event.seq for event in found] == [3, 2]
    assert selectors.events(acme.company, until=date.max).count() == 4


def test_the_filters_offer_what_the_company_has(acme: Cast, rival: Cast, now: datetime) -> None:
    write(acme.admin, now)
    write(acme.standard, now, action="link.create", type="link")
    write(rival.admin, now, action="project.follow", type="project")

    known = selectors.known(acme.company)

    assert known.people == sorted([acme.admin.name, acme.standard.name])
    assert (known.actions, known.target_types) == (["job.archive", "link.create"], ["job", "link"])


def piecewise(cast: Cast, size: int) -> list[Break]:
    found, stretch = [], Stretch(cast.company, size=size)
    found += stretch.breaks()
    while not stretch.is_last:
        stretch = Stretch(cast.company, after=stretch.reached, size=size)
        found += stretch.breaks()
    return [*found, *stretch.breaks_at_the_end()]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_chain_proved_in_pieces_is_found_whole(acme: Cast, now: datetime, size: int) -> None:
    write(acme.admin, now, 5)

    assert piecewise(acme, size) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_forged_event_is_found_in_pieces_of_any_size(
    acme: Cast, now: datetime, seq: int, size: int
) -> None:
    write(acme.admin, now, 5)
    forge(seq)

    assert piecewise(acme, size) == [Break(seq, "was changed after it was written")]
    assert list(breaks(acme.company)) == piecewise(acme, size)
