"""Back-tests and trials of rules: started beside the page, told in figures and in sentences."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import make_site
from tests.web.erp_jobs.test_beside_the_page import wait_for
from tests.web.matching.conftest import PAGE, make_test, prefixed
from tieback.access.models import Level
from tieback.proposing.models import BackTest, MatchingRule

pytestmark = pytest.mark.django_db
TESTS, RULES = f"{PAGE}back-tests/", f"{PAGE}rules/"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
TRIAL = {"kind": "word", "line": "stop turnkey"}


def read(client: Client, path: str = TESTS) -> str:
    page = client.get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def report(**fields: Any) -> dict[str, Any]:
    return {
        "hidden": 10,
        "found": 8,
        "right": 6,
        "safe": 4,
        "safe_right": 4,
        "again": 1,
        "precision": 0.75,
        "recall": 0.6,
        "safe_precision": 1.0,
        "bins": [[0.95, 0.75, 8]],
        "wrong": [],
        **fields,
    }


def tried(**fields: Any) -> dict[str, Any]:
    return {"changes": [], "total": 0, "broken": [], "mended": [], **fields}


def test_without_a_link_there_is_nothing_to_test_by(acme: Cast, admin: Client) -> None:
    assert "There is nothing to test by yet" in read(admin)
    assert "Start a back-test" not in read(admin)


def test_with_links_the_page_teaches_and_offers_to_start(
    acme: Cast, admin: Client, reader: Client
) -> None:
    site = make_site(acme)
    factories.make_link(site.job(), site.project())

    assert "1 link could be looked for again." in read(admin)
    assert "Start a back-test</button>" in admin.get(TESTS).content.decode()
    assert "Starting one takes Standard." in read(reader)


def test_a_report_says_its_figures_in_sentences(acme: Cast, reader: Client, now: datetime) -> None:
    site = make_site(acme)
    job, found, linked = site.job(name="Pier"), site.project(name="Pier A"), site.project(name="B")
    wrong = [[str(job.pk), str(found.pk), str(linked.pk), 0.97, "Same name."]]
    test = make_test(acme.company, now, report=report(wrong=wrong))

    page = read(reader, f"{TESTS}{test.pk}/")

    assert "Precision 75 % 6 of the 8 matches that it found" in page
    assert "Recall 60 % 6 of the 10 hidden links were found again." in page
    assert "Safe 100 % 4 of the 4 that it called Safe were right." in page
    assert "1 pair that people ruled out would be proposed again" in page
    assert "Same name." in page
    assert "97.0 %" in page
    html = reader.get(f"{TESTS}{test.pk}/").content.decode()
    assert f'href="/c/acme/erp/jobs/{job.pk}/"' in html
    assert 'class="dot"' in html


def test_a_report_without_a_match_divides_by_nothing(
    acme: Cast, reader: Client, now: datetime
) -> None:
    none = {"found": 0, "right": 0, "safe": 0, "safe_right": 0, "again": 0, "bins": []}
    shares = {"precision": None, "recall": 0.0, "safe_precision": None}
    test = make_test(acme.company, now, report=report(**none, **shares))

    page = read(reader, f"{TESTS}{test.pk}/")

    assert "Precision — It found no match for any of them." in page
    assert "Recall 0 % 0 of the 10" in page
    assert "Safe — It called none of them Safe." in page
    assert "It found no match, so there is nothing to draw." in page


def test_records_that_are_gone_or_another_companys_are_not_named(
    acme: Cast, rival: Cast, reader: Client, now: datetime
) -> None:
    theirs = make_site(rival).job(name="Secret Pier")
    wrong = [[str(theirs.pk), "999999", "x", 0.97, ""]]
    test = make_test(acme.company, now, report=report(wrong=wrong))

    page = read(reader, f"{TESTS}{test.pk}/")

    assert "Secret Pier" not in page
    assert len(re.findall(r"\bgone\b", page)) == 3


def test_a_test_that_failed_or_went_silent_says_so(
    acme: Cast, reader: Client, now: datetime
) -> None:
    failed = make_test(acme.company, now, status="failed", problem="There is no link yet.")
    silent = make_test(acme.company, now, status="running", finished_at=None)

    assert "The back-test failed. There is no link yet." in read(reader, f"{TESTS}{failed.pk}/")
    assert "The process stopped before the end." in read(reader, f"{TESTS}{silent.pk}/")


def test_a_running_one_reads_itself_anew_and_a_second_has_to_wait(
    acme: Cast, sign_in: SignIn
) -> None:
    at = timezone.now()
    running = {"status": "running", "finished_at": None, "started_by": "Ann"}
    test = make_test(acme.company, at, **running)
    client = sign_in(Level.STANDARD)

    part = client.get(f"{TESTS}{test.pk}/", headers=PART).content.decode()
    again = client.post(f"{TESTS}start/", follow=True).content.decode()

    assert 'hx-trigger="every 1s"' in part
    assert "Ann started a test of the matching at" in again
    assert BackTest.objects.count() == 1


def test_the_list_has_every_back_test_and_no_trial(
    acme: Cast, reader: Client, now: datetime
) -> None:
    make_test(acme.company, now, report=report())
    make_test(acme.company, now, trial=TRIAL, report=tried(), started_by="Trial maker")

    page = read(reader)

    assert "someone Done 10 75 % 60 % 100 %" in page
    assert "Trial maker" not in page


def test_each_kind_has_its_own_page_and_nobody_elses_are_there(
    acme: Cast, rival: Cast, admin: Client, now: datetime
) -> None:
    test = make_test(acme.company, now, report=report())
    trial = make_test(acme.company, now, trial=TRIAL, report=tried())
    theirs = [
        make_test(rival.company, now, report=report()),
        make_test(rival.company, now, trial=TRIAL, report=tried()),
    ]
    paths = [
        f"{TESTS}{trial.pk}/",
        f"{RULES}trials/{test.pk}/",
        f"{TESTS}{theirs[0].pk}/",
        f"{RULES}trials/{theirs[1].pk}/",
    ]

    assert [admin.get(path).status_code for path in paths] == [404] * 4


def test_a_trial_names_what_it_would_break_mend_and_change(
    acme: Cast, admin: Client, now: datetime
) -> None:
    site = make_site(acme)
    job, one, other = site.job(name="Quay"), site.project(name="Old"), site.project(name="New")
    change = {
        "job_id": str(job.pk),
        "project_before": str(one.pk),
        "project_after": str(other.pk),
        "probability_before": 0.7,
        "probability_after": 0.996,
        "lane_before": "Look",
        "lane_after": "Safe",
    }
    pair = [str(job.pk), str(one.pk)]
    test = make_test(
        acme.company,
        now,
        trial=TRIAL,
        report=tried(changes=[change], total=1, broken=[pair], mended=[pair, pair]),
    )

    page = read(admin, f"{RULES}trials/{test.pk}/")

    assert "It would break 1 confirmed link " in page
    assert "Links mended 2" in page
    assert "Old Look 70 %" in page
    assert "New Safe 99.6 %" in page
    assert "Add it all the same" in page


def test_a_trial_that_is_fine_can_be_added_with_what_it_found(
    acme: Cast, admin: Client, reader: Client, now: datetime
) -> None:
    test = make_test(acme.company, now, trial=TRIAL, report=tried(total=2, mended=[["1", "2"]]))
    path = f"{RULES}trials/{test.pk}/"

    page = admin.get(path).content.decode()
    form = page.split('action="/c/acme/matching/rules/add/"')[1].split("</form>")[0]
    admin.post(f"{RULES}add/", dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))

    assert "It breaks no confirmed link, and finds 1 more" in page
    rule = MatchingRule.objects.get()
    assert rule.line == "stop turnkey"
    assert rule.reason == (
        "Tried on 2026-03-02: 2 matches change, 0 confirmed links break, 1 more is found."
    )
    assert "Holds already" in read(admin, path)
    assert "Add the rule" not in read(reader, path)


@pytest.mark.parametrize("path", ["back-tests/start/", "rules/try/"])
def test_a_reader_starts_nothing(acme: Cast, reader: Client, path: str) -> None:
    answer = reader.post(f"{PAGE}{path}", {"part": "stop", "words": "turnkey"})

    assert answer.status_code == 403
    assert not BackTest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_links_are_hidden_and_found_again_beside_the_page(
    acme: Cast, sign_in: SignIn, now: datetime
) -> None:
    prefixed(acme, now)
    client = sign_in(Level.STANDARD)

    started = client.post(f"{TESTS}start/")
    wait_for(lambda: not BackTest.objects.filter(status="running").exists())

    test = BackTest.objects.get()
    assert started["Location"] == f"{TESTS}{test.pk}/"
    assert test.status == "done"
    assert "What came of 6 hidden links" in read(client, started["Location"])
    assert test.finished_at
    assert test.finished_at - test.started_at < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_rule_is_tried_beside_the_page_and_changes_nothing(
    acme: Cast, sign_in: SignIn, now: datetime
) -> None:
    prefixed(acme, now)
    client = sign_in(Level.STANDARD)

    started = client.post(f"{RULES}try/", {"part": "prefix", "words": "ph"})
    wait_for(lambda: not BackTest.objects.filter(status="running").exists())

    test = BackTest.objects.get()
    assert test.trial == {"kind": "word", "line": "number_prefix ph"}
    assert started["Location"] == f"{RULES}trials/{test.pk}/"
    page = read(client, started["Location"])
    assert "What the rule would change" in page
    assert "Links broken 0" in page
    assert "Adding takes Admin." in page
    assert not MatchingRule.objects.exists()
