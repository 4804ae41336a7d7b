"""Candidates and the matching pages by keyboard and with scripts, as axe and a person see them."""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Open, complaints
from tests.conftest import Cast
from tests.web.erp_jobs.conftest import Site, make_site
from tests.web.matching.conftest import prefixed
from tieback.linking.models import Link, Rejection
from tieback.proposing.models import MatchingRule, MatchingSettings
from tieback.proposing.services import propose
from tieback.staging.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STEPS = [
    ["before anything is known", -2.5, ""],
    ["number", 5.5, "Same number 24-101."],
    ["name", -0.4, "Name 80 % alike."],
]


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


@pytest.fixture
def job(site: Site) -> Job:
    """A job with three candidates, the first of them proposed."""
    at = timezone.now()
    factories.make_proposal(site.cast.company, started_at=at, finished_at=at, seen_until=at)
    pair = site.pair()
    factories.make_candidate(pair.job, pair.project, steps=STEPS)
    for rank, name in enumerate(["Mercy Clinic Annex", "Quarry"], 2):
        factories.make_candidate(
            pair.job,
            site.project(number=f"P-{rank}", name=name),
            rank=rank,
            is_proposed=False,
            lane="",
            margin=None,
            probability=0.1 / rank,
            steps=STEPS,
        )
    return pair.job


def candidates(job: Job) -> str:
    return f"/c/acme/erp/jobs/{job.pk}/candidates/"


def test_the_candidates_are_walked_by_keyboard_and_the_focus_stays(
    job: Job, open_page: Open
) -> None:
    page = open_page(candidates(job))
    second = page.get_by_role("link", name=re.compile("Mercy Clinic Annex")).first

    second.focus()
    second.press("Enter")

    heading = page.get_by_role("heading", level=2, name=re.compile("P-2 Mercy Clinic Annex"))
    expect(heading).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?project=\d+$"))
    expect(page.locator("a[aria-current=true]")).to_contain_text("Mercy Clinic Annex")
    expect(page.locator("a[aria-current=true]")).to_be_focused()
    page.go_back()
    expect(page.locator("a[aria-current=true]")).to_contain_text("P-24-101")


def test_not_a_match_is_undone_from_the_message_and_the_focus_goes_to_what_is_next(
    job: Job, open_page: Open
) -> None:
    page = open_page(candidates(job))

    page.get_by_role("button", name="Not a match").press("Enter")

    expect(page.get_by_text("Not a match, and remembered:")).to_be_visible()
    expect(page.locator("#rejected")).to_be_visible()
    expect(page.locator("#candidates [tabindex='-1']")).to_be_focused()
    assert Rejection.objects.filter(undone_at=None).count() == 1
    assert complaints(page) == []

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Offered again:")).to_be_visible()
    expect(page.locator("#rejected")).to_have_count(0)
    assert not Rejection.objects.filter(undone_at=None).exists()


def test_offer_again_works_from_the_list_of_pairs_ruled_out(job: Job, open_page: Open) -> None:
    page = open_page(candidates(job))
    page.get_by_role("button", name="Not a match").press("Enter")

    page.get_by_role("button", name="Offer again: P-24-101 Mercy Clinic").press("Enter")

    expect(page.get_by_text("Offered again:")).to_be_visible()
    expect(page.locator("#rejected")).to_have_count(0)


def test_a_candidate_is_linked_through_its_preview_by_keyboard(job: Job, open_page: Open) -> None:
    page = open_page(candidates(job))

    page.get_by_role("button", name="Link to this project").press("Enter")
    expect(page.get_by_role("heading", name="Preview: nothing is done yet")).to_be_visible()
    assert not Link.objects.exists()

    page.get_by_role("button", name="Link", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Linked", level=1)).to_be_visible()
    page.goto(page.url.split("/c/")[0] + candidates(job))
    expect(page.get_by_role("heading", name="It is linked")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820])
def test_axe_finds_nothing_serious_and_nothing_leaves_the_window(
    acme: Cast, now: datetime, open_page: Open, theme: str, width: int
) -> None:
    prefixed(acme, now)
    propose(company=acme.company, by=acme.admin, clock=timezone.now)
    waiting = Job.objects.filter(state="ready").earliest("pk")
    page = open_page(candidates(waiting), theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    root = page.url.split("/c/")[0]
    start = page.get_by_role("button", name="Start a back-test")
    found = {}
    for name, path in {
        "candidates": candidates(waiting),
        "overview": "/c/acme/matching/",
        "rules": "/c/acme/matching/rules/",
        "back-tests": "/c/acme/matching/back-tests/",
    }.items():
        page.goto(root + path)
        if name == "rules":
            expect(page.get_by_text("Seen in these links")).to_be_visible()
        found[name] = complaints(page), sticks_out(page)
    start.first.press("Enter")
    expect(page.get_by_role("heading", name="What came of 6 hidden links")).to_be_visible()
    found["back-test"] = complaints(page), sticks_out(page)

    assert found == dict.fromkeys(found, ([], False))


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_an_offered_rule_is_tried_and_added(acme: Cast, now: datetime, open_page: Open) -> None:
    prefixed(acme, now)
    page = open_page("/c/acme/matching/rules/")

    page.get_by_role("button", name="Try it: ph").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^It "))).to_be_visible()
    assert complaints(page) == []
    assert not MatchingRule.objects.exists()
    page.get_by_role("button", name=re.compile("^Add")).press("Enter")

    expect(page.get_by_text("It holds from the next look-up on.")).to_be_visible()
    expect(page.get_by_role("region", name="Table of the rules that hold")).to_contain_text("ph")
    expect(page.get_by_text("Nothing to offer now.")).to_be_visible()
    assert MatchingRule.objects.get().line == "number_prefix ph"


def test_a_rule_that_cannot_be_keeps_what_was_typed_under_the_cursor(
    acme: Cast, open_page: Open
) -> None:
    page = open_page("/c/acme/matching/rules/")
    page.get_by_label("What it says").select_option("stop")
    page.get_by_label("Words, a blank between them").fill("12")

    page.get_by_role("button", name="Add", exact=True).press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Numbers tell siblings apart")
    words = page.get_by_label("Words, a blank between them")
    expect(words).to_be_focused()
    expect(words).to_have_value("12")
    assert complaints(page) == []


def test_the_stated_precision_is_changed_by_keyboard(
    acme: Cast, now: datetime, open_page: Open
) -> None:
    prefixed(acme, now)
    page = open_page("/c/acme/matching/")
    page.get_by_role("button", name="Find matches").first.press("Enter")
    expect(page.get_by_role("heading", name="How sure the list is")).to_be_visible()

    percent = page.get_by_label("Of Safe, has to be right")
    percent.fill("12")
    percent.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("State a percentage from 90")
    assert complaints(page) == []
    percent.fill("99.5")
    percent.press("Enter")

    expect(page.get_by_text("Safe has to be right in 99.5 %")).to_be_visible()
    assert str(MatchingSettings.objects.get().precision) == "0.9950"
