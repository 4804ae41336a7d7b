"""Proving a certificate: what holds, and every way in which it does not."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.certificates.conftest import MINUTE, GoLive
from tests.stories import link
from tieback.audit.chain import seal
from tieback.audit.export import UnreadableTrailError, events_of, line
from tieback.audit.models import AuditEvent
from tieback.certificates.canonical import CertificateError, Paper, digest, read, written
from tieback.certificates.models import Certificate
from tieback.certificates.proof import by_itself, by_trail
from tieback.certificates.services import issue

Document = dict[str, Any]


@pytest.fixture
def certificate(golive: GoLive) -> Certificate:
    made = issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now)
    # The chain goes on after it.
    job, project = golive.site.pair("later")
    link(job, project, by=golive.cast.admin, now=golive.now + MINUTE)
    return made


def trail() -> list[AuditEvent]:
    return list(AuditEvent.objects.order_by("seq"))


def failing(paper: Paper, events: list[AuditEvent]) -> list[str]:
    return [check.name for check in [by_itself(paper), *by_trail(paper, events)] if not check.holds]


def test_an_untouched_certificate_holds_by_the_database(certificate: Certificate) -> None:
    assert failing(read(written(certificate.document)), trail()) == []


def test_it_holds_by_an_export_without_any_database(certificate: Certificate) -> None:
    lines = [line(event) for event in trail()]

    events = list(events_of(lines))

    assert [event.pk for event in events] == [None] * len(lines)
    assert failing(read(written(certificate.document)), events) == []


def test_a_changed_document_does_not_have_its_digest(certificate: Certificate) -> None:
    changed = copy.deepcopy(certificate.document)
    changed["plans"][0]["approved_by"] = "Somebody else"

    check = by_itself(Paper(changed, certificate.digest))

    assert not check.holds
    assert certificate.digest in check.says


def _set(*path: Any, to: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *before, last = path
        for step in before:
            document = document[step]
        document[last] = to

    return change


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (_set("company", "name", to="Other"), []),
        (_set("after", "jobs", "linked", "rows", to=99), []),
        (_set("plans", 0, "approved_by", to="Ghost"), ["Plans"]),
        (_set("plans", 0, "applied_by", to="Ghost"), ["Plans"]),
        (_set("plans", 0, "content_hash", to="0" * 64), ["Plans"]),
        (_set("plans", to=[]), ["Plans"]),
        (_set("single_decisions", "count", to=1), ["Single decisions"]),
        (_set("single_decisions", "content_hashes", to="0" * 64), ["Single decisions"]),
        (_set("samples", 0, "wrong", to=1), ["Samples"]),
        (_set("samples", 0, "seed", to="picked"), ["Samples"]),
        (_set("trail", "hash", to="0" * 64), ["Head"]),
        (_set("trail", "actions", "link.create", to=5), ["Counts"]),
        (_set("company", "id", to=10**6), ["Chain"]),
    ],
)
def test_whoever_changes_document_and_digest_is_found_out_by_the_trail(
    certificate: Certificate, change: Callable[[Document], None], names: list[str]
) -> None:
    forged = copy.deepcopy(certificate.document)
    change(forged)
    paper = read(written(forged))

    assert by_itself(paper).holds
    # The trail holds the digest of the true one only, whatever else shows.
    assert set(failing(paper, trail())) == {"Issue", *names}


def test_a_trail_that_was_changed_shows_at_the_event(certificate: Certificate) -> None:
    events = trail()
    events[2].note = "not what was written"

    chain = by_trail(read(written(certificate.document)), events)[0]

    assert (chain.holds, chain.says) == (
        False,
        "It is broken: event 3 was changed after it was written.",
    )


def test_a_trail_written_anew_does_not_have_the_head(certificate: Certificate) -> None:
    events = trail()
    events[2].note = "a better story"
    for before, event in zip([None, *events], events, strict=False):
        event.previous_hash = before.hash if before else ""
        event.hash = seal(event)

    assert failing(read(written(certificate.document)), events) == ["Head"]


EVERYTHING = ["Head", "Issue", "Counts", "Plans", "Single decisions", "Samples"]


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("sample.draw", ["Chain", "Counts", "Samples"]),
        ("sample.judge", ["Chain", "Counts", "Samples"]),
        ("plan.approve", ["Chain", "Counts", "Plans"]),
        ("link.create", ["Chain", "Counts"]),
        ("certificate.issue", ["Chain", "Issue"]),
    ],
)
def test_a_trail_that_lacks_an_event_shows(
    certificate: Certificate, action: str, names: list[str]
) -> None:
    events = trail()
    events.remove(next(event for event in events if event.action == action))

    assert failing(read(written(certificate.document)), events) == names


def test_a_trail_that_ends_too_early_shows(certificate: Certificate) -> None:
    events = trail()
    paper = read(written(certificate.document))
    issued = next(at for at, event in enumerate(events) if event.action == "certificate.issue")

    assert failing(paper, events[:issued]) == ["Issue"]
    assert failing(paper, []) == EVERYTHING


@pytest.mark.parametrize("missing", ["trail", "company", "plans", "samples", "single_decisions"])
def test_a_document_that_lacks_a_part_is_refused_in_words(
    certificate: Certificate, missing: str
) -> None:
    less = {key: value for key, value in certificate.document.items() if key != missing}

    with pytest.raises(CertificateError, match="lacks what every certificate has"):
        by_trail(Paper(less, digest(less)), trail())


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "nonsense",
        '{"seq": "1"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused_by_its_line(certificate: Certificate, text: str) -> None:
    lines = [line(trail()[0]), "", text]

    with pytest.raises(UnreadableTrailError, match="Line 3 of the export"):
        list(events_of(lines))


@pytest.mark.parametrize(
    ("name", "value"),
    [("seq", True), ("at", "2026-01-01T00:00:00"), ("before", []), ("company", None)],
)
def test_an_event_of_other_types_is_refused(
    certificate: Certificate, name: str, value: object
) -> None:
    said = {**json.loads(line(trail()[0])), name: value}

    with pytest.raises(UnreadableTrailError):
        list(events_of([json.dumps(said)]))
