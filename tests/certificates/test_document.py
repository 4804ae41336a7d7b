"""What a certificate says of a go-live, and who may issue one."""

import json
from datetime import datetime, timedelta

import pytest

from tests.certificates.conftest import MINUTE, GoLive
from tests.conftest import Cast
from tests.review.conftest import make_site
from tests.stories import do, link
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent, AuditHead
from tieback.certificates.canonical import CertificateError, digest, moment, read, written
from tieback.certificates.models import Certificate
from tieback.certificates.services import certificates_of, issue
from tieback.plans.decisions import Action
from tieback.plans.services import apply
from tieback.plans.undoing import draft_undo
from tieback.review.models import SampleRow
from tieback.review.samples import draw, judge


def issued(golive: GoLive, now: datetime | None = None) -> Certificate:
    return issue(company=golive.cast.company, by=golive.cast.admin, now=now or golive.now)


def test_it_says_who_drafted_approved_and_applied_which_plan(golive: GoLive) -> None:
    said = issued(golive).document

    assert said["plans"] == [
        {
            "plan": golive.plan.pk,
            "batch": golive.batch.pk,
            "title": "Safe lane",
            "content_hash": golive.plan.content_hash,
            "rows": 4,
            "by_action_and_state": {"link applied": 3, "link held": 1},
            "undoes_batch": None,
            "drafted_by": golive.cast.admin.name,
            "drafted_at": moment(golive.plan.created_at),
            "needed_approval": True,
            "approved_by": "Second Admin",
            "approved_at": moment(golive.began - MINUTE),
            "applied_by": golive.cast.admin.name,
            "applied_at": moment(golive.began),
            "last_row_at": moment(golive.began),
        }
    ]
    assert said["single_decisions"] | {"content_hashes": ""} == {
        "count": 2,
        "done": 2,
        "held": 0,
        "by_person": {"Second Admin": 1, golive.cast.standard.name: 1},
        "content_hashes": "",
    }


def test_it_says_what_every_sample_showed(golive: GoLive) -> None:
    worse = draw(plan=golive.plan, size=1, by=golive.cast.admin, now=golive.now)
    verdict = SampleRow.Verdict.WRONG
    judge(row=worse.rows.get(), verdict=verdict, by=golive.cast.admin, now=golive.now)

    first, second = issued(golive).document["samples"]

    assert (first["drawn"], first["right"], first["wrong"], first["population"]) == (2, 2, 0, 3)
    assert first["conclusion"].startswith("0 of 2 wrong: at most 1 of the 3 (33.4 %) is wrong")
    assert (second["sample"], second["wrong"]) == (worse.pk, 1)


def test_it_says_how_both_sides_stood_before_and_after(golive: GoLive) -> None:
    said = issued(golive).document

    def rows(when: str, side: str) -> dict[str, int]:
        return {word: one["rows"] for word, one in said[when][side].items()}

    assert rows("before", "jobs") == {"linked": 0, "archived": 0, "waiting": 7, "unread": 0}
    assert rows("after", "jobs") == {"linked": 4, "archived": 1, "waiting": 2, "gone": 0}
    assert rows("before", "projects") == {
        "linked": 0,
        "synced_elsewhere": 0,
        "not_linked": 7,
        "inactive_or_template": 0,
    }
    assert rows("after", "projects")["linked"] == 4
    assert said["after"]["jobs"]["linked"] == {"rows": 4, "value": "303.00", "without_value": 1}
    assert said["after"]["projects"]["linked"]["value"] == "603.00"
    assert said["after"]["jobs"]["waiting"]["value"] == "103.00"


def test_it_says_what_is_left(golive: GoLive) -> None:
    left = issued(golive).document["left"]

    held = golive.plan.rows.get(state="held")
    assert left["held_rows"] == {
        "count": 1,
        "named": [
            {
                "plan": golive.plan.pk,
                "row": held.position + 1,
                "action": "link",
                "job": str(held.job),
                "reason": held.held_reason,
            }
        ],
    }
    assert left["sync_issues"]["count"] == 1
    assert left["sync_issues"]["named"][0]["message"] == "Row 3 has no number."
    assert sum(lane["rows"] for lane in left["lanes"].values()) == 2
    assert (left["open_questions"], left["inactive"]) == (0, 0)


def test_it_ends_where_the_chain_stands_and_the_chain_goes_on_with_it(golive: GoLive) -> None:
    head = AuditHead.objects.get(company=golive.cast.company)

    made = issued(golive)

    event = AuditEvent.objects.get(action="certificate.issue")
    trail = made.document["trail"]
    assert (trail["seq"], trail["hash"]) == (head.seq, head.hash)
    assert sum(trail["actions"].values()) == head.seq
    assert (event.seq, event.previous_hash) == (head.seq + 1, head.hash)
    assert event.after == {
        "digest": made.digest,
        "head": head.seq,
        "since": made.document["since"],
    }


def test_the_database_gives_back_what_was_digested(golive: GoLive) -> None:
    made = issued(golive)

    made.refresh_from_db()

    assert digest(made.document) == made.digest
    assert read(written(made.document)).digest == made.digest
    assert json.loads(written(made.document))["certificate"] == made.document


def test_it_looks_back_to_the_time_that_is_given(golive: GoLive, now: datetime) -> None:
    since = golive.began + timedelta(seconds=30)

    made = issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now, since=since)

    said = made.document
    assert (said["plans"], said["samples"], said["single_decisions"]["count"]) == ([], [], 2)
    assert said["before"]["jobs"]["linked"]["rows"] == 3
    assert said["after"]["jobs"]["linked"]["rows"] == 4


def test_what_was_archived_and_restored_before_is_counted_as_it_stood(golive: GoLive) -> None:
    job, _ = golive.site.pair("again")
    do(Action.ARCHIVE, job, by=golive.cast.admin, now=golive.now)
    do(Action.RESTORE, job, by=golive.cast.admin, now=golive.now + 2 * MINUTE)

    def archived(since: datetime) -> int:
        made = issue(
            company=golive.cast.company,
            by=golive.cast.admin,
            now=golive.now + 9 * MINUTE,
            since=since,
        )
        rows: int = made.document["before"]["jobs"]["archived"]["rows"]
        return rows

    assert archived(golive.now + MINUTE) == 2
    assert archived(golive.now + 3 * MINUTE) == 1


def test_an_undo_is_a_plan_that_points_back(golive: GoLive) -> None:
    later = golive.now + MINUTE
    undo = draft_undo(batch=golive.batch, by=golive.cast.admin, now=golive.now)
    undo.approved_at, undo.approved_by_name = golive.now, "Second Admin"
    undo.save()
    apply(plan=undo, by=golive.cast.admin, clock=lambda: later)

    said = issued(golive, later + MINUTE).document

    assert [plan["undoes_batch"] for plan in said["plans"]] == [None, golive.batch.pk]
    assert said["plans"][1]["by_action_and_state"] == {"unlink applied": 3}
    assert said["after"]["jobs"]["linked"]["rows"] == 1


def test_before_anything_was_applied_there_is_nothing_to_certify(acme: Cast, now: datetime) -> None:
    with pytest.raises(CertificateError, match="Nothing has been applied"):
        issue(company=acme.company, by=acme.admin, now=now)

    assert not AuditEvent.objects.exists()


def test_a_time_ahead_is_refused(golive: GoLive) -> None:
    with pytest.raises(CertificateError, match="still to come"):
        issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now, since=golive.now)


def test_issuing_takes_admin_of_this_company(golive: GoLive, rival: Cast) -> None:
    with pytest.raises(NotAllowedError, match="issue a certificate you need Admin"):
        issue(company=golive.cast.company, by=golive.cast.standard, now=golive.now)
    with pytest.raises(NotOfCompanyError):
        issue(company=golive.cast.company, by=rival.admin, now=golive.now)


def test_nothing_of_another_company_is_in_it(golive: GoLive, rival: Cast) -> None:
    theirs = make_site(rival)
    job, project = theirs.pair("Theirs")
    link(job, project, by=rival.admin, now=golive.now)
    theirs.plan(3, golive.now)

    made = issued(golive, golive.now + MINUTE)

    text = written(made.document).decode()
    assert "Theirs" not in text
    assert "Rival" not in text
    assert made.document["after"]["jobs"]["linked"]["rows"] == 4
    assert list(certificates_of(rival.company)) == []
