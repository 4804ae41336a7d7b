"""Archive and restore: one click with an undo, and all inactive ones as one batch."""

import pytest
from django.test import Client

from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Pair, Site, at
from tieback.access.models import Level
from tieback.plans.models import Batch, Plan
from tieback.staging.models import Job

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def standard(sign_in: SignIn) -> Client:
    return sign_in(Level.STANDARD)


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_archiving_is_one_click_and_offers_its_undo(site: Site, standard: Client) -> None:
    job = site.job(number="24-1", name="<b>Old</b>")

    answer = standard.post(at(f"jobs/{job.pk}/archive/"), headers=HTMX)

    assert state(job) == "archived"
    assert "Archived" in answer.content.decode()
    assert "&lt;b&gt;Old" in answer.content.decode()
    assert at(f"batches/{Batch.objects.get().pk}/undo/") in answer.content.decode()
    assert "jobs-changed" in answer["HX-Trigger"]


def test_the_undo_in_the_message_puts_it_back_at_once(site: Site, standard: Client) -> None:
    job = site.job()
    standard.post(at(f"jobs/{job.pk}/archive/"), headers=HTMX)

    answer = standard.post(at(f"batches/{Batch.objects.get().pk}/undo/"), headers=HTMX)

    assert state(job) == "ready"
    assert "Restored" in answer.content.decode()


def test_without_scripts_the_result_is_a_page_with_the_undo(site: Site, standard: Client) -> None:
    job = site.job()

    page = standard.post(at(f"jobs/{job.pk}/archive/"), follow=True).content.decode()

    assert "<h1>Archived</h1>" in page
    assert ">Undo</button>" in page


def test_a_restored_job_is_on_the_list_again(site: Site, standard: Client) -> None:
    job = site.job(state="archived")

    standard.post(at(f"jobs/{job.pk}/restore/"), headers=HTMX)

    assert state(job) == "ready"


def test_archiving_twice_says_that_it_is_archived(site: Site, standard: Client) -> None:
    job = site.job(state="archived")

    answer = standard.post(at(f"jobs/{job.pk}/archive/"), headers=HTMX)

    assert "is archived already." in answer.content.decode()


def test_all_inactive_ones_are_listed_before_they_are_archived(
    site: Site, rival_site: Site, standard: Client
) -> None:
    sleeping = [site.job(is_active=False) for _ in range(3)]
    awake, foreign = site.job(), rival_site.job(is_active=False)

    page = standard.post(at("projects/archive-inactive/"), follow=True)
    plan = Plan.objects.get()

    assert [row.job_id for row in page.context["page"]] == [job.pk for job in sleeping]
    assert {state(job) for job in sleeping} == {"ready"}

    done = standard.post(at(f"plans/{plan.pk}/apply/"), follow=True).content.decode()

    assert "3 of 3 done" in done
    assert [state(job) for job in [*sleeping, awake, foreign]] == [
        *["archived"] * 3,
        "ready",
        "ready",
    ]

    standard.post(at(f"batches/{Batch.objects.get().pk}/undo/"), follow=True)

    assert {state(job) for job in sleeping} == {"ready"}


def test_a_row_that_changed_meanwhile_is_held_back_alone(
    site: Site, pair: Pair, standard: Client
) -> None:
    first, second = site.job(is_active=False), site.job(is_active=False)
    standard.post(at("projects/archive-inactive/"))
    standard.post(at(f"jobs/{first.pk}/archive/"))

    page = standard.post(at(f"plans/{Plan.objects.earliest('pk').pk}/apply/"), follow=True)

    assert "1 of 2 done; 1 held back" in page.content.decode()
    assert "is archived already." in page.content.decode()
    assert state(second) == "archived"


def test_nothing_inactive_means_nothing_planned(site: Site, standard: Client) -> None:
    site.job()

    page = standard.post(at("projects/archive-inactive/"), follow=True)

    assert "No inactive ERP project is on Ready to Import." in page.content.decode()
    assert not Plan.objects.exists()


def test_undoing_what_was_never_done_says_so(site: Site, standard: Client) -> None:
    job = site.job(state="archived")
    standard.post(at(f"jobs/{job.pk}/archive/"))

    page = standard.post(at(f"batches/{Batch.objects.get().pk}/undo/"), follow=True)

    assert "so there is nothing to undo." in page.content.decode()
