"""A signed link from the form that makes it to the phone that answers it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser.conftest import complaints, serious
from tests.conftest import Cast
from tests.review.conftest import Site, site
from tieback.review.models import Question
from tieback.review.questions import ask

__all__ = ["site"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACE = {"address": "12 Main Street", "city": "Troy", "customer": "Mercy Health"}


def make_question(site: Site, acme: Cast) -> tuple[Question, str]:
    job, first = site.pair("24-101")
    _, second = site.pair("24-102")
    for record in (job, first, second):
        for name, value in PLACE.items():
            setattr(record, name, value)
        record.save()
    return ask(
        job=job,
        first=first,
        second=second,
        asked_of="Pat Lee",
        days=7,
        by=acme.admin,
        now=timezone.now(),
    )


def test_a_link_is_made_answered_on_a_phone_and_the_vote_comes_back(
    site: Site, acme: Cast, admin: Page, browser: Browser, theme: str
) -> None:
    job, first = site.pair("24-101")
    _, second = site.pair("24-102")
    factories.make_candidate(job, first)
    factories.make_candidate(job, second, rank=2, is_proposed=False, lane="")
    page = admin
    page.goto(f"/c/acme/go-live/jobs/{job.pk}/questions/")
    assert complaints(page) == []
    page.get_by_label("Who is asked").fill("Pat Lee")
    page.get_by_role("button", name="Make the link").press("Enter")
    link = page.get_by_label("Signed link").input_value()
    assert complaints(page) == []
    expect(page.get_by_role("button", name="Copy")).to_be_visible()

    phone = browser.new_context(
        viewport={"width": 375, "height": 667}, color_scheme=theme, has_touch=True
    )
    theirs = phone.new_page()
    problems: list[str] = []
    theirs.on("console", lambda said: problems.extend(serious(said)))
    theirs.goto(link)
    assert complaints(theirs) == []
    assert theirs.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A thumb anywhere on the card.
    card = theirs.get_by_text("Project 24-102")
    card.scroll_into_view_if_needed()
    place = card.bounding_box()
    assert place
    theirs.touchscreen.tap(place["x"] + 5, place["y"] + 5)
    expect(theirs.get_by_label("Or this project")).to_be_checked()
    theirs.get_by_label("Anything to add?").fill("The annex.")
    theirs.get_by_role("button", name="Send the answer").tap()
    expect(theirs.get_by_role("heading", name="Thank you")).to_be_visible()
    assert complaints(theirs) == []
    theirs.goto(link)
    expect(theirs.get_by_role("heading", name="This question has been answered")).to_be_visible()
    assert complaints(theirs) == []
    assert (phone.cookies(), problems) == ([], [])
    phone.close()

    page.goto(f"/c/acme/go-live/jobs/{job.pk}/questions/")
    expect(page.locator(".votes")).to_contain_text(re.compile("Pat Lee: it is.*Project 24-102"))
    expect(page.locator(".votes")).to_contain_text("The annex.")
    assert complaints(page) == []


def test_the_link_is_answered_by_keyboard_alone(site: Site, acme: Cast, page: Page) -> None:
    question, token = make_question(site, acme)
    page.goto(f"/asked/{token}/")

    page.keyboard.press("Tab")
    expect(page.get_by_label("This project", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Neither, or I don't know")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("No idea.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    question.refresh_from_db()
    assert (question.vote, question.comment) == (None, "No idea.")


def test_sending_nothing_is_answered_beside_the_form(site: Site, acme: Cast, page: Page) -> None:
    _, token = make_question(site, acme)
    page.goto(f"/asked/{token}/")

    page.get_by_role("button", name="Send the answer").click()

    expect(page.get_by_role("alert")).to_have_text("Choose one of the answers, then send it.")
    assert complaints(page) == []


def test_a_question_is_withdrawn(site: Site, acme: Cast, admin: Page, theme: str) -> None:
    question, _ = make_question(site, acme)
    admin.goto(f"/c/acme/go-live/jobs/{question.job_id}/questions/")

    admin.get_by_role("button", name="Withdraw the question to Pat Lee").press("Enter")

    expect(admin.get_by_text("The question to Pat Lee is withdrawn.")).to_be_visible()
    assert complaints(admin) == []
    admin.goto("/c/acme/go-live/questions/")
    expect(admin.get_by_role("region", name="Questions")).to_contain_text("Withdrawn")
    assert complaints(admin) == []
