"""Activity: what was done, by whom, to what; and the proof of it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests import factories
from tests.audit.forging import forge
from tests.conftest import Cast
from tieback.audit.services import record
from tieback.plans.models import Batch
from tieback.plans.services import draft
from tieback.proposing.models import BackTest, MatchingRule
from tieback.web.erp import activity

URL = "/c/acme/erp/activity/"


def act(cast: Cast, now: datetime, **said: object) -> int:
    """One event; returns its sequence number."""
    event = record(
        **{  # type: ignore[arg-type]
            "by": cast.admin,
            "now": now,
            "action": "job.archive",
            "target": ("job", 1, "24-1 Clinic"),
            **said,
        }
    )
    return event.seq


def shown(client: Client, query: str = "") -> list[int]:
    return [event.seq for event, _ in client.get(f"{URL}?{query}").context["rows"]]


def test_events_are_listed_newest_first_with_before_and_after(
    reader: Client, acme: Cast, now: datetime
) -> None:
    act(acme, now)
    act(acme, now, before={"state": "ready"}, after={"state": "archived"}, note="A note")

    page = reader.get(URL).content.decode()

    assert shown(reader) == [2, 1]
    for words in ("Job: archive", "ready", "archived", "A note", acme.admin.name, "24-1 Clinic"):
        assert words in page


def test_every_filter_in_the_address_narrows(reader: Client, acme: Cast, now: datetime) -> None:
    act(acme, now - timedelta(days=3))
    act(acme, now, action="link.create", target=("link", 1, "24-1 ↔ P-1"))
    act(acme, now, by=acme.standard)
    day = now.date().isoformat()

    assert shown(reader, f"who={acme.standard.name.replace(' ', '+')}") == [3]
    assert shown(reader, "action=link.create") == [2]
    assert shown(reader, "type=job") == [3, 1]
    assert shown(reader, f"since={day}&until={day}") == [3, 2]
    assert shown(reader, "until=2026-02-28") == [1]
    assert shown(reader, "q=P-1") == [2]


def test_pages_keep_the_filters(reader: Client, acme: Cast, now: datetime) -> None:
    for number in range(120):
        act(acme, now, target=("job", number, "24-1 Clinic"))
    act(acme, now, action="link.create")

    first = reader.get(f"{URL}?action=job.archive")
    second = reader.get(f"{URL}?{first.context['older']}")

    assert shown(reader, first.context["older"]) == list(range(70, 20, -1))
    assert shown(reader, second.context["newer"]) == list(range(120, 70, -1))
    assert "?action=job.archive&amp;before=71" in first.content.decode()


def test_a_target_is_a_link_while_it_is_there(reader: Client, acme: Cast, now: datetime) -> None:
    connection = factories.make_connection(acme.company)
    job = factories.make_job(connection)
    project = factories.make_project(acme.company)
    link = factories.make_link(job, project)
    act(acme, now, target=("job", job.pk, "This job"))
    act(acme, now, target=("project", project.pk, "This project"))
    act(acme, now, target=("link", link.pk, "This link"))
    act(acme, now, target=("connection", connection.pk, "This connection"))
    act(acme, now, target=("job", 999_999, "A job that is gone"))
    act(acme, now, target=("unheard_of", 1, "Something else"))

    urls = [url for _, url in reader.get(URL).context["rows"]]

    assert urls == [
        "",
        "",
        f"/c/acme/erp/settings/{connection.pk}/",
        f"/c/acme/erp/links/{link.pk}/",
        f"/c/acme/portfolio/projects/{project.pk}/",
        f"/c/acme/erp/jobs/{job.pk}/",
    ]


def test_what_a_go_live_makes_is_a_link_as_well(reader: Client, acme: Cast, now: datetime) -> None:
    ran = {"company": acme.company, "started_by": "Ada", "started_at": now, "heartbeat_at": now}
    ran |= {"status": "done", "finished_at": now}
    rule = MatchingRule.objects.create(
        company=acme.company, kind="word", line="rehab", added_at=now, added_by_name="Ada"
    )
    test = BackTest.objects.create(**ran)
    trial = BackTest.objects.create(**ran, trial={"kind": "word", "line": "rehab"})
    plan = draft(decisions=[], title="A plan", by=acme.admin, now=now)
    batch = Batch.objects.create(
        company=acme.company, plan=plan, applied_at=now, applied_by_name="Ada"
    )
    act(acme, now, target=("matching_rule", rule.pk, "This rule"))
    act(acme, now, target=("back_test", test.pk, "This back-test"))
    act(acme, now, target=("back_test", trial.pk, "This trial"))
    act(acme, now, target=("plan", plan.pk, "This plan"))
    act(acme, now, target=("batch", batch.pk, "This batch"))

    urls = [url for _, url in reader.get(URL).context["rows"]]

    assert urls == [
        f"/c/acme/erp/plans/{plan.pk}/",
        f"/c/acme/erp/plans/{plan.pk}/",
        f"/c/acme/matching/rules/trials/{trial.pk}/",
        f"/c/acme/matching/back-tests/{test.pk}/",
        "/c/acme/matching/rules/",
    ]


def test_a_target_of_another_company_is_no_link(
    reader: Client, acme: Cast, rival: Cast, now: datetime
) -> None:
    theirs = factories.make_job(factories.make_connection(rival.company))
    act(acme, now, target=("job", theirs.pk, "Theirs"))

    assert [url for _, url in reader.get(URL).context["rows"]] == [""]


def test_an_event_has_a_page_of_its_own(reader: Client, acme: Cast, now: datetime) -> None:
    act(acme, now)
    seq = act(acme, now, after={"counts": {"job": {"read": 3, "added": 0}}, "names": ["a", "b"]})

    page = reader.get(f"{URL}{seq}/").content.decode()

    for words in ("Event 2 of 2", "job (read 3)", "a, b", f'href="{URL}1/"', "Seal"):
        assert words in page
    assert reader.get(f"{URL}3/").status_code == 404
    assert reader.get(f"{URL}{2**63}/").status_code == 404


def test_names_and_values_cannot_carry_a_script(reader: Client, acme: Cast, now: datetime) -> None:
    evil = "<script>alert(1)</script>"
    act(acme, now, target=("job", 1, evil), after={evil: evil}, note=evil)

    pages = [reader.get(address).content.decode() for address in (URL, f"{URL}1/")]

    assert not [page for page in pages if "<script>alert" in page]


def test_a_whole_chain_is_said_to_be_whole(admin: Client, acme: Cast, now: datetime) -> None:
    for _ in range(3):
        act(acme, now)

    page = admin.get(f"{URL}chain/").content.decode()

    assert "All 3 events stand as they were written; none is missing." in page


def test_a_forged_event_is_named(admin: Client, acme: Cast, now: datetime) -> None:
    for _ in range(3):
        act(acme, now)
    forge(2)

    page = admin.get(f"{URL}chain/").content.decode()

    assert "The chain does not hold in 1 place." in page
    assert f'<a href="{URL}2/">Event 2</a> was changed after it was written' in page


def test_a_long_chain_is_proved_piece_by_piece(
    admin: Client, acme: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "PIECE", 2)
    for _ in range(3):
        act(acme, now)
    forge(1)

    first = admin.get(f"{URL}chain/").content.decode()
    last = admin.get(f"{URL}chain/?after=2&broken=1").content.decode()

    assert "2 of 3 events proved; 1 break found" in first
    assert 'hx-get="?after=2&amp;broken=1"' in first
    assert "The chain does not hold in 1 place." in last


def test_an_empty_trail_teaches(admin: Client, acme: Cast) -> None:
    assert "Nothing has been done yet" in admin.get(URL).content.decode()
    assert "nothing to prove" in admin.get(f"{URL}chain/").content.decode()
    assert "Nothing that was done matches" in admin.get(f"{URL}?q=x").content.decode()
