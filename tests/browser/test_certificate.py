"""A certificate is issued, read and taken away."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import complaints
from tests.certificates.conftest import GoLive, golive
from tests.review.conftest import site
from tieback.certificates.canonical import read
from tieback.certificates.models import Certificate

__all__ = ["golive", "site"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_certificate_is_issued_read_and_taken_away(
    golive: GoLive, admin: Page, theme: str
) -> None:
    page = admin
    page.goto("/c/acme/go-live/certificates/")
    assert complaints(page) == []

    page.get_by_role("button", name="Issue a certificate now").press("Enter")
    expect(page.get_by_role("heading", name="Go-live certificate")).to_be_visible()
    made = Certificate.objects.get()
    expect(page.get_by_text(made.digest)).to_be_visible()
    page.get_by_text("Rows held back", exact=True).click()
    expect(page.locator(".left-named").first).to_be_visible()
    assert complaints(page) == []

    with page.expect_download() as as_json:
        page.get_by_role("link", name="Download as JSON").press("Enter")
    with page.expect_download() as as_pdf:
        page.get_by_role("link", name="Download as PDF").press("Enter")
    assert read(as_json.value.path().read_bytes()).claimed == made.digest
    assert as_pdf.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="Certificates").click()
    expect(page.get_by_role("region", name="Certificates")).to_contain_text(made.digest)
    assert complaints(page) == []


def test_it_fits_at_200_per_cent(golive: GoLive, admin: Page) -> None:
    admin.set_viewport_size({"width": 720, "height": 450})
    admin.goto("/c/acme/go-live/certificates/")
    admin.get_by_role("button", name="Issue a certificate now").click()
    expect(admin.get_by_role("heading", name="Go-live certificate")).to_be_visible()

    assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth")
