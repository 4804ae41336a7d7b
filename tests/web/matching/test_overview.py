"""The matching page: how it went, what it may promise, what it weighed, or nothing yet."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests import factories
from tests.conftest import Cast
from tests.factories import LONG_AGO
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Site, make_site
from tests.web.erp_jobs.test_beside_the_page import wait_for
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.linking.models import Rejection
from tieback.proposing.models import BackTest, MatchingSettings, Proposal

pytestmark = pytest.mark.django_db
PAGE = "/c/acme/matching/"
REPORT: dict[str, Any] = {
    "chart": [
        {"probability": 0.9999, "matches": 1, "precision": 0.9999},
        {"probability": 0.99, "matches": 80, "precision": 0.998},
        {"probability": 0.5, "matches": 100, "precision": 0.96},
    ],
    "safe_from": 0.99,
    "histogram": [0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 15, 80],
    "weights": [
        {"field": "number", "label": "differs", "weight": -2.0, "pairs": 900, "matches": 3},
        {"field": "number", "label": "same", "weight": 4.0, "pairs": 90, "matches": 88},
    ],
    "why_no_safe": "",
}


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


def text_of(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def make_back_test(cast: Cast, **fields: Any) -> BackTest:
    return BackTest.objects.create(
        company=cast.company,
        **{
            "status": "done",
            "started_by": "someone",
            "started_at": LONG_AGO,
            "heartbeat_at": LONG_AGO,
            "finished_at": LONG_AGO,
            "report": {"bins": [[0.9, 0.8, 10]]},
            **fields,
        },
    )


def test_before_the_first_look_up_the_page_teaches_and_offers_one(
    site: Site, admin: Client, reader: Client
) -> None:
    assert "Nobody has found matches yet" in text_of(admin)
    assert "Find matches</button>" in admin.get(PAGE).content.decode()
    assert "Find matches</button>" not in reader.get(PAGE).content.decode()
    assert "Finding matches takes Standard." in text_of(reader)


def test_the_page_says_how_sure_the_list_is_and_what_it_went_by(site: Site, reader: Client) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)
    factories.make_candidate(site.job(), site.project(), model_version="7.7")

    page = text_of(reader)

    assert "1 of 10 ERP projects have a match that is Safe." in page
    assert "Of all matches down to where Safe ends, 99.8 % should be right." in page
    assert "from 7.4 times less likely (differs) to 55 times likelier (same)" in page
    assert "at least 99.8 % have to be right" in page
    assert "In the last look-up that took a probability of 99.0 % or more" in page
    assert "Model 7.7" in page
    assert "Nothing is Safe." not in page


def test_each_chart_has_a_name_a_description_and_a_table(site: Site, reader: Client) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)
    make_back_test(site.cast)

    page = reader.get(PAGE).content.decode()

    charts = re.findall(r'<svg class="chart[ "].*?</svg>', page, re.S)
    assert len(charts) == 3
    assert all("<title" in one and "<desc" in one and 'role="img"' in one for one in charts)
    assert page.count("<summary>The same as a table</summary>") == 3


def test_why_nothing_is_safe_is_said(site: Site, reader: Client) -> None:
    why = "3 of 900 matches reach it: these lists say too little."
    factories.make_proposal(site.cast.company, report={**REPORT, "why_no_safe": why})

    assert f"Nothing is Safe. {why}" in text_of(reader)


def test_probabilities_are_held_against_the_last_back_test_and_no_trial(
    site: Site, reader: Client
) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)
    without = text_of(reader)
    make_back_test(site.cast, trial={"kind": "word", "line": "stop x"})
    with_trial = text_of(reader)
    make_back_test(site.cast)

    assert "No back-test has been made" in without
    assert "No back-test has been made" in with_trial
    assert "From the back-test of Jan 1, 2026" in text_of(reader)


def test_a_look_up_that_found_nothing_or_kept_nothing_breaks_no_chart(
    site: Site, reader: Client
) -> None:
    factories.make_proposal(site.cast.company, report={})
    kept_nothing = text_of(reader)
    empty = {"chart": [], "safe_from": 0.99, "weights": [], "histogram": [0] * 15}
    factories.make_proposal(site.cast.company, report=empty)

    assert "kept no figures" in kept_nothing
    assert "found no match, so there is nothing to draw" in text_of(reader)


def test_a_failed_look_up_leaves_the_figures_of_the_last_good_one(
    site: Site, reader: Client
) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)
    factories.make_proposal(site.cast.company, status="failed", problem="The disk was full.")

    page = text_of(reader)

    assert "The disk was full." in page
    assert "have a match that is Safe" in page


def test_what_was_decided_is_counted_and_nothing_of_another_company(
    site: Site, rival: Cast, reader: Client
) -> None:
    theirs = make_site(rival)
    factories.make_proposal(rival.company, report=REPORT)
    factories.make_link(theirs.job(), theirs.project())
    MatchingSettings.objects.create(company=rival.company, precision="0.95")
    assert "Nobody has found matches yet" in text_of(reader)

    factories.make_proposal(site.cast.company, report=REPORT)
    assert "Nothing yet." in text_of(reader)
    factories.make_link(site.job(), site.project())
    Rejection.objects.create(
        company=site.cast.company,
        job=site.job(),
        project=site.project(),
        rejected_at=LONG_AGO,
        rejected_by_name="someone",
    )

    assert "Links 1 confirmed No match 1 pair ruled out" in text_of(reader)
    assert "at least 99.8 % have to be right" in text_of(reader)


def test_a_member_without_a_level_sees_nothing(site: Site, sign_in: SignIn) -> None:
    assert sign_in(Level.NONE).get(PAGE).status_code == 403


def test_the_part_below_the_heading_reads_itself_anew_after_a_look_up(
    site: Site, reader: Client
) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)

    part = reader.get(PAGE, headers={"HX-Request": "true", "HX-Request-Type": "partial"})

    assert "<html" not in part.content.decode()
    assert 'hx-trigger="jobs-changed from:body"' in part.content.decode()


def test_an_admin_states_what_safe_has_to_hold(site: Site, admin: Client) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)

    answer = admin.post(f"{PAGE}precision/", {"percent": "99.9"}, follow=True)

    assert "Safe has to be right in 99.9 % from the next look-up on." in answer.content.decode()
    assert MatchingSettings.objects.get().precision == Decimal("0.999")
    assert "at least 99.9 % have to be right" in text_of(admin)
    assert AuditEvent.objects.get(action="matching.set_precision").after == {"precision": "0.9990"}


@pytest.mark.parametrize("typed", ["", "85", "100", "99.999", "lots", "NaN", "1e400", "<b>"])
def test_what_safe_cannot_promise_is_refused_beside_the_field(
    site: Site, admin: Client, typed: str
) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)

    answer = admin.post(f"{PAGE}precision/", {"percent": typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="percent-problem" role="alert"' in page
    assert f'value="{escape(typed)}"' in page
    assert not MatchingSettings.objects.exists()


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_only_an_admin_states_it(site: Site, sign_in: SignIn, level: Level) -> None:
    factories.make_proposal(site.cast.company, report=REPORT)

    answer = sign_in(level).post(f"{PAGE}precision/", {"percent": "99.9"})

    assert answer.status_code == 403
    assert not MatchingSettings.objects.exists()
    assert "Changing it takes Admin." in text_of(sign_in(level))


@pytest.mark.django_db(transaction=True)
def test_find_matches_comes_back_to_the_page(acme: Cast, sign_in: SignIn) -> None:
    answer = sign_in(Level.STANDARD).post(f"{PAGE}find/")
    wait_for(lambda: not Proposal.objects.filter(status="running").exists())

    assert answer["Location"] == PAGE
    assert Proposal.objects.get().status == "done"
    assert "found no match, so there is nothing to draw" in text_of(sign_in(Level.READ_ONLY))


def test_a_reader_finds_no_matches(site: Site, reader: Client) -> None:
    assert reader.post(f"{PAGE}find/").status_code == 403
