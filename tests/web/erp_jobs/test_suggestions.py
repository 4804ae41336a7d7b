"""Suggested projects on the Projects tab and the link page, and the different noes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.factories import LONG_AGO
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Site, at, make_site
from tests.web.erp_jobs.test_beside_the_page import wait_for
from tieback.access.models import Level
from tieback.linking.models import Link
from tieback.proposing.models import Candidate, Proposal
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
LIST = at("projects/")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
LATER = LONG_AGO + timedelta(days=1)


def notes(client: Client, asked: str = "") -> list[str]:
    """What stands under each name of the list, as text."""
    page = client.get(f"{LIST}?{asked}").content.decode()
    found = re.findall(r'<span class="note"[^>]*>(.*?)</span>\s*</td>', page)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


@pytest.mark.parametrize(
    ("probability", "said"), [(0.9999, "over 99 %"), (1, "over 99 %"), (0.991, "99 %"), (0, "0 %")]
)
def test_no_match_is_called_certain(
    site: Site, reader: Client, probability: float, said: str
) -> None:
    factories.make_candidate(site.job(), site.project(), probability=probability)

    assert notes(reader)[0].startswith(f"Suggested, {said}: ")


def test_not_looked_up_yet_no_match_and_failed_are_three_different_things(
    site: Site, reader: Client
) -> None:
    site.job(number="1")
    before = notes(reader)
    factories.make_proposal(site.cast.company, started_at=LATER)
    site.job(number="2", changed_at=LATER + timedelta(hours=1))
    site.job(number="3", state_changed_at=LATER + timedelta(hours=1))
    after = notes(reader)
    factories.make_proposal(
        site.cast.company,
        started_at=LATER + timedelta(hours=2),
        status="failed",
        problem="The lists were changed.",
    )
    failed = notes(reader)

    assert before == ["Not looked up yet"]
    assert after == ["No match found", "Not looked up yet", "Not looked up yet"]
    assert failed == ["No match found", "The last look-up failed", "The last look-up failed"]
    assert "The lists were changed." in reader.get(LIST).content.decode()


def test_an_old_suggestion_outlives_a_look_up_that_failed(site: Site, reader: Client) -> None:
    factories.make_candidate(site.job(), site.project(number="P-9", name="Pier"))
    factories.make_proposal(site.cast.company, status="failed", problem="No.")

    assert notes(reader) == ["Suggested, 93 %: P-9 Pier"]


def test_a_project_that_was_linked_meanwhile_is_not_suggested(
    site: Site, admin: Client, reader: Client
) -> None:
    factories.make_proposal(site.cast.company)
    job, project = site.job(), site.project(origin_id="7", number="P-9", name="Taken Pier")
    factories.make_candidate(job, project)

    assert notes(reader) == ["Its match was linked meanwhile"]
    assert "Taken Pier" not in admin.get(at(f"jobs/{job.pk}/link/")).content.decode()


def test_an_inactive_job_says_that_it_is_not_looked_up(site: Site, reader: Client) -> None:
    factories.make_proposal(site.cast.company)
    site.job(is_active=False)

    assert notes(reader, "inactive=on") == ["Not looked up while inactive"]


def test_only_ready_to_import_speaks_of_suggestions(site: Site, admin: Client) -> None:
    factories.make_proposal(site.cast.company)
    factories.make_candidate(site.job(state="archived"), site.project())

    page = admin.get(f"{LIST}?filter=archived").content.decode()

    assert "Suggested" not in page
    assert "Find matches" not in page


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD, Level.ADMIN])
def test_the_button_is_there_from_standard_up(site: Site, sign_in: SignIn, level: Level) -> None:
    page = sign_in(level).get(LIST).content.decode()

    assert ("Find matches</button>" in page) == (level >= Level.STANDARD)


def test_thirty_suggestions_cost_as_many_queries_as_one(site: Site, admin: Client) -> None:
    factories.make_proposal(site.cast.company)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(LIST).status_code == 200
        return len(seen)

    factories.make_candidate(site.job(), site.project())
    admin.get(LIST)
    one = queries()
    for _ in range(29):
        factories.make_candidate(site.job(), site.project())
        site.job()

    assert queries() == one


def test_suggestions_of_another_company_are_not_shown(
    site: Site, rival_site: Site, admin: Client
) -> None:
    factories.make_proposal(rival_site.cast.company)
    foreign = rival_site.job()
    factories.make_candidate(foreign, rival_site.project(name="Secret Pier"))
    site.job()

    assert notes(admin) == ["Not looked up yet"]
    assert admin.get(at(f"jobs/{foreign.pk}/link/")).status_code == 404


def test_the_link_page_shows_the_suggestion_with_its_reason_and_lane(
    site: Site, admin: Client
) -> None:
    pair = site.pair()
    factories.make_candidate(pair.job, pair.project, sentence="Same number 24-101.", lane="Twins")

    page = admin.get(at(f"jobs/{pair.job.pk}/link/")).content.decode()

    assert "Suggested: 93 %" in page
    assert "Same number 24-101." in page
    assert ">Twins</span>" in page


def test_what_a_sentence_or_a_name_holds_is_text(site: Site, admin: Client) -> None:
    evil = '"><script>alert(1)</script>'
    job = site.job()
    factories.make_candidate(job, site.project(name=evil), sentence=f"Name {evil}")

    for path in (LIST, at(f"jobs/{job.pk}/link/")):
        page = admin.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_suggestion_opens_the_same_preview_and_links_nothing(site: Site, admin: Client) -> None:
    pair = site.pair()
    factories.make_candidate(pair.job, pair.project)

    answer = admin.post(
        at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk}, headers=HTMX
    )

    assert "Preview: nothing is linked yet" in answer.content.decode()
    assert not Link.objects.exists()


def test_the_list_says_that_the_erp_moved_since(site: Site, admin: Client) -> None:
    factories.make_proposal(site.cast.company, started_at=LATER)
    quiet = {"finished_at": LATER + timedelta(hours=1), "counts": {"job": {"read": 9}}}
    factories.make_run(site.connection, **quiet)
    before = admin.get(LIST).content.decode()
    factories.make_run(site.connection, **{**quiet, "counts": {"job": {"added": 1}}})

    assert "The ERP has changed since." not in before
    assert "The ERP has changed since." in admin.get(LIST).content.decode()


def test_a_running_look_up_says_how_far_it_is(site: Site, reader: Client) -> None:
    now = timezone.now()
    running = {"started_at": now, "heartbeat_at": now, "finished_at": None, "step": "score"}
    factories.make_proposal(site.cast.company, status="running", **running)

    answer = reader.get(at("projects/matches/standing/"), headers=HTMX)

    assert "Finding matches" in answer.content.decode()
    assert ": score." in answer.content.decode()
    assert "HX-Trigger" not in answer


def test_a_second_click_says_who_is_looking_already(site: Site, sign_in: SignIn) -> None:
    now = timezone.now()
    running = {"started_at": now, "heartbeat_at": now, "finished_at": None, "started_by": "Ann"}
    factories.make_proposal(site.cast.company, status="running", **running)

    page = sign_in(Level.STANDARD).post(at("projects/matches/"), follow=True).content.decode()

    assert "Ann started to find matches at" in page
    assert Proposal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_up_goes_on_beside_the_page_and_the_list_reads_itself_anew(
    acme: Cast, sign_in: SignIn
) -> None:
    site = make_site(acme)
    place = {"number": "24-101", "name": "Mercy Clinic", "address": "12 Main St", "city": "Troy"}
    job, project = site.job(**place), site.project(**place)
    client = sign_in(Level.STANDARD)

    client.post(at("projects/matches/"))
    wait_for(lambda: not Proposal.objects.filter(status="running").exists())

    answer = client.get(at("projects/matches/standing/"), headers=HTMX)
    assert "jobs-changed" in answer["HX-Trigger"]
    assert "for 1 ERP project:" in answer.content.decode()
    assert list(Candidate.objects.values_list("job", "project")) == [(job.pk, project.pk)]
    assert Job.objects.get().state == "ready"
