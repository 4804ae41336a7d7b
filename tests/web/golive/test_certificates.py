"""Certificates on the screens: issued, read, taken away."""

import json
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests.certificates.conftest import GoLive, golive
from tests.conftest import Cast
from tests.review.conftest import make_site, site
from tests.stories import link
from tests.web.conftest import SignIn
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Company, Level
from tieback.certificates.canonical import read
from tieback.certificates.models import Certificate
from tieback.certificates.services import issue
from tieback.plans.models import Plan

__all__ = ["golive", "site"]
BASE = "/c/acme/go-live/certificates/"


@pytest.fixture
def certificate(golive: GoLive) -> Certificate:
    return issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now)


def test_an_admin_issues_one_and_reads_it(admin: Client, golive: GoLive) -> None:
    before = admin.get(BASE).content.decode()
    answer = admin.post(f"{BASE}issue/", follow=True)

    made = Certificate.objects.get()
    page = answer.content.decode()
    assert "None has been issued" in before
    assert answer.redirect_chain == [(f"{BASE}{made.pk}/", 302)]
    shown = [made.digest, made.document["trail"]["hash"], "Safe lane", "Second Admin", "0 of 2"]
    assert [text for text in shown if text not in page] == []
    assert made.digest in admin.get(BASE).content.decode()


def test_where_nothing_was_applied_there_is_nothing_to_issue(admin: Client, acme: Cast) -> None:
    page = admin.get(BASE).content.decode()
    answer = admin.post(f"{BASE}issue/", follow=True)

    assert "There is nothing to certify yet" in page
    assert "Issue a certificate now" not in page
    assert "Nothing has been applied in this company yet" in answer.content.decode()


def test_the_files_are_the_document(reader: Client, certificate: Certificate) -> None:
    as_json = reader.get(f"{BASE}{certificate.pk}/json/")
    as_pdf = reader.get(f"{BASE}{certificate.pk}/pdf/")

    paper = read(as_json.content)
    assert paper.claimed == paper.digest == certificate.digest
    assert json.loads(as_json.content)["certificate"] == certificate.document
    assert as_pdf.content.startswith(b"%PDF-")
    for answer, ending in ((as_json, "json"), (as_pdf, "pdf")):
        assert answer["Content-Type"] == f"application/{ending}"
        assert answer["Content-Disposition"] == (
            f'attachment; filename="certificate-acme-2026-03-02-{certificate.pk}.{ending}"'
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_issuing_takes_admin_and_reading_does_not(
    sign_in: SignIn, certificate: Certificate, level: Level
) -> None:
    client = sign_in(level)

    page = client.get(BASE).content.decode()

    assert "Issue a certificate now" not in page
    assert client.post(f"{BASE}issue/").status_code == 403
    assert client.get(f"{BASE}{certificate.pk}/").status_code == 200
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/json/", "{pk}/pdf/"])
def test_a_member_without_a_level_is_refused(
    sign_in: SignIn, certificate: Certificate, path: str
) -> None:
    assert sign_in(Level.NONE).get(BASE + path.format(pk=certificate.pk)).status_code == 403


def test_another_companys_certificates_are_not_there(
    admin: Client, acme: Cast, rival: Cast, now: datetime
) -> None:
    job, project = make_site(rival).pair("Theirs")
    link(job, project, by=rival.admin, now=now)
    theirs = issue(company=rival.company, by=rival.admin, now=timezone.now())

    answers = [admin.get(f"{BASE}{theirs.pk}/{path}").status_code for path in ("", "json/", "pdf/")]

    assert answers == [404, 404, 404]
    assert theirs.digest not in admin.get(BASE).content.decode()


def test_hostile_text_is_shown_as_text(admin: Client, golive: GoLive) -> None:
    Plan.objects.update(title=ATTACK)
    Company.objects.update(name=ATTACK)
    held = golive.plan.rows.get(state="held")
    held.job.name = ATTACK
    held.job.save()
    made = issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now)

    page = admin.get(f"{BASE}{made.pk}/").content.decode()
    printed = admin.get(f"{BASE}{made.pk}/pdf/")

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert Inline(page).found == []
    assert printed.status_code == 200
