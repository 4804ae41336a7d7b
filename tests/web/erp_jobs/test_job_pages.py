"""The page of a job and the page of a link."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.stories import do, link
from tests.web.erp_jobs.conftest import Pair, Site, at
from tieback.linking.models import Link
from tieback.plans.decisions import Action
from tieback.web.erp.job_reads import EVENTS


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_page_of_a_job_shows_what_the_erp_said(site: Site, admin: Client) -> None:
    job = site.job(raw={"Job #": "24-9", "<b>": "<script>alert(1)</script>"}, customer="")
    factories.make_job_cost_code(job, "03-100", "M")
    factories.make_job_cost_code(job, "03-100", "L")
    factories.make_job_cost_code(job, "03-200", "L", is_active=False)
    factories.make_job_sub_job(job, "01")

    answer = admin.get(at(f"jobs/{job.pk}/"))
    page = answer.content.decode()

    assert [(c.full_code, c.cost_types, c.is_live) for c in answer.context["codes"]] == [
        ("03-100", ["L", "M"], True),
        ("03-200", ["L"], False),
    ]
    assert "Sub job 01" in page
    assert "<dt>Job #</dt>" in page
    assert "<script>alert" not in page
    assert "not said" in page


def test_the_page_of_a_job_tells_its_history(
    acme: Cast, pair: Pair, admin: Client, now: datetime
) -> None:
    link(pair.job, pair.project, by=acme.admin, now=now)
    do(Action.UNLINK, pair.job, by=acme.admin, now=now)
    do(Action.ARCHIVE, pair.job, by=acme.standard, now=now)

    answer = admin.get(at(f"jobs/{pair.job.pk}/"))

    assert [words for words, _ in answer.context["events"]] == [
        "Archived",
        "Unlinked",
        "Cost codes put back",
        "Cost codes carried over",
        "Linked",
    ]
    assert [one.project for one in answer.context["links"]] == [pair.project]


def test_the_page_of_a_link_tells_what_became_of_each_effect(
    acme: Cast, pair: Pair, admin: Client, now: datetime
) -> None:
    link(pair.job, pair.project, by=acme.admin, now=now)
    pair.project.cost_codes.filter(full_code="03-100").update(is_in_use=True)
    do(Action.UNLINK, pair.job, by=acme.admin, now=now)

    answer = admin.get(at(f"links/{Link.objects.get().pk}/"))
    page = answer.content.decode()

    assert [field.label for field in answer.context["compared"] if field.differs] == ["Number"]
    assert ("Added", "03-100", "Concrete") in [one[:3] for one in answer.context["effects"]]
    assert ("Renamed", "03-200", "Steel → Rebar") in [one[:3] for one in answer.context["effects"]]
    assert "It is in use on the project, so it stays" in page
    assert "Put back" in page
    assert ">Ended</span>" in page


@pytest.mark.parametrize("path", ["jobs/{job}/", "links/{link}/", "plans/{plan}/"])
def test_many_codes_cost_as_many_queries_as_few(
    site: Site, acme: Cast, admin: Client, now: datetime, path: str
) -> None:
    def linked(number: str, codes: int) -> dict[str, int]:
        pair = site.pair(number)
        for code in range(codes):
            factories.make_job_cost_code(pair.job, f"50-{code:03}", "L")
            factories.make_job_sub_job(pair.job, f"{code}")
        batch = link(pair.job, pair.project, by=acme.admin, now=now)
        row = batch.plan.rows.get()
        return {"job": pair.job.pk, "link": row.link_id or 0, "plan": batch.plan_id}

    few, many = linked("1", 1), linked("2", 30)
    admin.get(at("projects/"))

    assert queries_of(admin, at(path.format(**few))) == queries_of(admin, at(path.format(**many)))


def test_a_reader_sees_the_pages_without_the_buttons(
    acme: Cast, pair: Pair, reader: Client, now: datetime
) -> None:
    link(pair.job, pair.project, by=acme.admin, now=now)

    job = reader.get(at(f"jobs/{pair.job.pk}/")).content.decode()
    one = reader.get(at(f"links/{Link.objects.get().pk}/")).content.decode()

    assert ">Unlink</button>" not in job + one
    assert "Linking takes Admin" in job
    assert "Unlinking takes Admin" in one


def test_every_act_that_is_kept_has_its_words() -> None:
    held = {f"{action}.hold" for action in Action}

    assert held <= set(EVENTS)
