"""What takes longer than a page goes on beside it, and says how far it is."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.erp_jobs.conftest import Site, at, make_site
from tieback.access.models import Level
from tieback.connections.models import SyncRun
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.services import open_batch
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


@pytest.fixture
def standard(acme: Cast) -> Client:
    client = Client()
    client.force_login(acme.users[Level.STANDARD])
    return client


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass in 20 seconds"
        time.sleep(0.05)


def test_a_long_plan_is_applied_beside_the_page(site: Site, standard: Client) -> None:
    for _ in range(30):
        site.job(is_active=False)
    standard.post(at("projects/archive-inactive/"))
    plan = Plan.objects.get()

    standard.post(at(f"plans/{plan.pk}/apply/"))
    wait_for(lambda: not plan.rows.filter(state=PlanRow.State.PENDING).exists())

    assert set(Job.objects.values_list("state", flat=True)) == {"archived"}
    assert Batch.objects.get().applied_by_name == "Standard of Acme Builders"
    part = standard.get(at(f"plans/{plan.pk}/progress/"), headers=HTMX)
    assert part["HX-Redirect"] == at(f"plans/{plan.pk}/")


def test_a_plan_whose_process_died_says_so_and_goes_on(
    site: Site, acme: Cast, standard: Client
) -> None:
    for _ in range(2):
        site.job(is_active=False)
    standard.post(at("projects/archive-inactive/"))
    plan = Plan.objects.get()
    open_batch(plan=plan, by=acme.standard, now=timezone.now())
    alive = standard.get(at(f"plans/{plan.pk}/progress/"), headers=HTMX).content.decode()
    Batch.objects.update(applied_at=timezone.now() - timedelta(minutes=2))

    dead = standard.get(at(f"plans/{plan.pk}/progress/"), headers=HTMX).content.decode()
    done = standard.post(at(f"plans/{plan.pk}/apply/"), follow=True).content.decode()

    assert "0 of 2 rows done" in alive
    assert "It stopped after 0 of 2 rows." in dead
    assert "Go on with the other 2" in dead
    assert "2 of 2 done" in done


def test_refreshing_the_list_pulls_every_connection(
    acme: Cast, standard: Client, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").write_text("Job Number,Job Name\n24-101,Mercy Clinic\n")
    factories.make_connection(acme.company, settings={"folder": str(tmp_path)})

    answer = standard.post(at("projects/refresh/"))
    wait_for(lambda: not SyncRun.objects.filter(status=SyncRun.Status.RUNNING).exists())

    assert answer.status_code == 302
    assert SyncRun.objects.get().status == SyncRun.Status.DONE
    assert "MERCY CLINIC" in standard.get(at("projects/")).content.decode().upper()


def test_refreshing_twice_says_who_is_at_it(site: Site, standard: Client) -> None:
    factories.make_run(
        site.connection,
        status=SyncRun.Status.RUNNING,
        started_by="Ada",
        started_at=timezone.now(),
        heartbeat_at=timezone.now(),
        finished_at=None,
    )

    page = standard.post(at("projects/refresh/"), follow=True).content.decode()

    assert "Ada started a refresh of" in page
