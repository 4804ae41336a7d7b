"""Who is where right now, and what people leave for each other."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Cast
from tests.review.conftest import Site, make_site
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.review import notes, presence
from tieback.review.models import Note, Presence
from tieback.review.refusals import ReviewError

SECOND = timedelta(seconds=1)


def test_two_people_at_one_row_see_each_other(site: Site, acme: Cast, now: datetime) -> None:
    job, _ = site.pair("1")
    ada, sam = acme.users[Level.ADMIN], acme.users[Level.STANDARD]

    presence.touch(job=job, user=ada, now=now)
    presence.touch(job=job, user=sam, now=now)

    assert presence.others_at(job, ada, now=now) == [sam]
    assert presence.others_at(job, sam, now=now) == [ada]


def test_presence_fades_after_a_minute_unless_renewed(
    site: Site, acme: Cast, now: datetime
) -> None:
    job, _ = site.pair("1")
    ada, sam = acme.users[Level.ADMIN], acme.users[Level.STANDARD]
    presence.touch(job=job, user=ada, now=now)

    seen = presence.others_at(job, sam, now=now + 59 * SECOND)
    faded = presence.others_at(job, sam, now=now + 60 * SECOND)
    presence.touch(job=job, user=ada, now=now + 45 * SECOND)
    renewed = presence.others_at(job, sam, now=now + 60 * SECOND)

    assert (seen, faded, renewed) == ([ada], [], [ada])


def test_who_goes_on_to_another_row_is_gone_from_the_first(
    site: Site, acme: Cast, now: datetime
) -> None:
    first, _ = site.pair("1")
    second, _ = site.pair("2")
    ada, sam = acme.users[Level.ADMIN], acme.users[Level.STANDARD]

    presence.touch(job=first, user=ada, now=now)
    presence.touch(job=second, user=ada, now=now)

    assert presence.others_at(first, sam, now=now) == []
    assert presence.others_at(second, sam, now=now) == [ada]
    presence.leave(user=ada)
    assert not Presence.objects.exists()


def test_notes_stand_in_order_with_who_wrote_them(site: Site, acme: Cast, now: datetime) -> None:
    job, _ = site.pair("1")

    notes.add(job=job, text="  Ask Kim first. ", by=acme.standard, now=now)
    notes.add(job=job, text="Kim says yes.", by=acme.admin, now=now + SECOND)

    assert list(notes.notes_of(job).values_list("text", "written_by_name")) == [
        ("Ask Kim first.", acme.standard.name),
        ("Kim says yes.", acme.admin.name),
    ]
    event = AuditEvent.objects.order_by("seq")[0]
    assert (event.action, event.target_id, event.note) == (
        "note.add",
        str(job.pk),
        "Ask Kim first.",
    )


@pytest.mark.parametrize(
    ("text", "words"), [(" \n\t ", "says nothing"), ("x" * 2_001, "2,001 letters")]
)
def test_a_note_that_cannot_be_kept_is_refused_in_words(
    site: Site, acme: Cast, now: datetime, text: str, words: str
) -> None:
    job, _ = site.pair("1")

    with pytest.raises(ReviewError, match=words):
        notes.add(job=job, text=text, by=acme.admin, now=now)

    assert not Note.objects.exists()


def test_notes_take_standard_and_ones_own_company(
    site: Site, acme: Cast, rival: Cast, now: datetime
) -> None:
    job, _ = site.pair("1")
    theirs, _ = make_site(rival).pair("1")

    with pytest.raises(NotAllowedError):
        notes.add(job=job, text="x", by=acme.reader, now=now)
    with pytest.raises(NotOfCompanyError):
        notes.add(job=theirs, text="x", by=acme.admin, now=now)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_a_note_is_kept_as_it_was_written(site: Site, acme: Cast, now: datetime, text: str) -> None:
    job, _ = site.pair(f"N{Note.objects.count()}")
    if text.strip():
        kept = notes.add(job=job, text=text[:2_000], by=acme.admin, now=now)
        kept.refresh_from_db()

        assert kept.text == text[:2_000].strip()
