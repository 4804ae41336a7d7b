"""Drawing and judging a sample on the screens."""

import re
from datetime import datetime

import pytest
from django.db import connection as database
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Cast
from tests.review.conftest import Site, make_site, site
from tests.web.conftest import SignIn
from tests.web.test_safety import ATTACK, Inline
from tieback.access.models import Level
from tieback.plans.models import Plan
from tieback.review.models import Sample, SampleRow
from tieback.review.samples import draw

__all__ = ["site"]
BASE = "/c/acme/go-live"


@pytest.fixture
def plan(site: Site, now: datetime) -> Plan:
    return site.plan(6, now)


@pytest.fixture
def drawn(plan: Plan, acme: Cast, now: datetime) -> Sample:
    return draw(plan=plan, size=3, by=acme.admin, now=now)


def judge(client: Client, sample: Sample, position: int, verdict: str, **headers: str) -> str:
    answer = client.post(
        f"{BASE}/samples/{sample.pk}/rows/{position}/",
        {"verdict": verdict},
        headers=headers,  # type: ignore[arg-type]
        follow=True,
    )
    return answer.content.decode()


def test_a_sample_is_drawn_from_a_plans_page(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in(Level.STANDARD)

    before = client.get(f"{BASE}/plans/{plan.pk}/samples/").content.decode()
    answer = client.post(f"{BASE}/plans/{plan.pk}/samples/", {"size": "4"})

    sample = Sample.objects.get()
    assert "Draw so many of the 6 rows" in before
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/samples/{sample.pk}/")
    assert sample.rows.count() == 4


@pytest.mark.parametrize("size", ["0", "7", "-1", "", "many", "1e3", "٣", "9" * 30])
def test_a_size_that_cannot_be_is_refused_in_words(sign_in: SignIn, plan: Plan, size: str) -> None:
    answer = sign_in(Level.STANDARD).post(
        f"{BASE}/plans/{plan.pk}/samples/", {"size": size}, follow=True
    )

    assert "Ask for 1 to 6." in answer.content.decode()
    assert not Sample.objects.exists()


def test_the_part_for_a_plans_page_is_no_whole_page(admin: Client, drawn: Sample) -> None:
    address = f"{BASE}/plans/{drawn.plan_id}/samples/"

    part = admin.get(
        address, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    ).content.decode()
    page = admin.get(address).content.decode()

    assert ("<html" in part, "<html" in page) == (False, True)
    said = "3 of 3 rows are still to be judged"
    assert said in part
    assert said in page


def test_judging_goes_from_row_to_row_to_the_conclusion(admin: Client, drawn: Sample) -> None:
    address = f"{BASE}/samples/{drawn.pk}/"

    first = admin.get(address).content.decode()
    second = judge(admin, drawn, 1, "right")
    third = judge(admin, drawn, 2, "right")
    done = judge(admin, drawn, 3, "right")

    assert "Row 1 of 3: is this the same project?" in first
    assert "Row 2 of 3: is this the same project?" in second
    assert "Row 3 of 3: is this the same project?" in third
    assert "is this the same project?" not in done
    assert "0 of 3 wrong: at most 2 of the 6 (33.4 %) are wrong, with 95 % confidence." in done


def test_a_script_gets_the_next_row_alone_and_what_to_say_aloud(
    admin: Client, drawn: Sample
) -> None:
    part = judge(admin, drawn, 1, "unsure", **{"HX-Request": "true"})

    assert "<html" not in part
    assert 'data-says="Row 1: cannot say. Now row 2 of 3, ' in part


def test_a_row_can_be_looked_at_again(admin: Client, drawn: Sample) -> None:
    judge(admin, drawn, 1, "wrong")

    again = admin.get(f"{BASE}/samples/{drawn.pk}/?row=1").content.decode()
    judge(admin, drawn, 1, "right")

    assert "Admin of Acme Builders said “wrong”" in again
    assert drawn.rows.get(position=1).verdict == "right"


@pytest.mark.parametrize("row", ["0", "99", "-1", "x", "9" * 30, "٣", ATTACK])
def test_a_row_that_is_not_there_is_the_next_one(admin: Client, drawn: Sample, row: str) -> None:
    page = admin.get(f"{BASE}/samples/{drawn.pk}/", {"row": row}).content.decode()

    assert "Row 1 of 3: is this the same project?" in page


def test_what_is_no_verdict_is_refused(admin: Client, drawn: Sample) -> None:
    answers = [
        admin.post(f"{BASE}/samples/{drawn.pk}/rows/1/", {"verdict": verdict}).status_code
        for verdict in ("", "maybe", ATTACK, "RIGHT")
    ]
    missing = admin.post(f"{BASE}/samples/{drawn.pk}/rows/4/", {"verdict": "right"})

    assert (answers, missing.status_code) == ([400, 400, 400, 400], 404)
    assert not SampleRow.objects.exclude(verdict="").exists()


def test_the_engines_opinion_is_not_shown_to_whom_judges(admin: Client, drawn: Sample) -> None:
    page = admin.get(f"{BASE}/samples/{drawn.pk}/").content.decode()

    assert "robab" not in page


def test_readers_see_and_do_not_judge(sign_in: SignIn, drawn: Sample) -> None:
    reader, nobody = sign_in(Level.READ_ONLY), sign_in(Level.NONE)
    address = f"{BASE}/samples/{drawn.pk}/"

    page = reader.get(address).content.decode()

    assert "Judging takes Standard" in page
    assert 'name="verdict"' not in page
    assert reader.post(f"{address}rows/1/", {"verdict": "right"}).status_code == 403
    assert reader.post(f"{BASE}/plans/{drawn.plan_id}/samples/", {"size": "1"}).status_code == 403
    assert nobody.get(address).status_code == 403
    assert nobody.get(f"{BASE}/plans/{drawn.plan_id}/samples/").status_code == 403


def test_another_companys_samples_are_not_there(
    admin: Client, rival: Cast, now: datetime, acme: Cast
) -> None:
    plan = make_site(rival).plan(2, now)
    theirs = draw(plan=plan, size=1, by=rival.admin, now=now)

    answers = [
        admin.get(f"{BASE}/samples/{theirs.pk}/").status_code,
        admin.post(f"{BASE}/samples/{theirs.pk}/rows/1/", {"verdict": "right"}).status_code,
        admin.get(f"{BASE}/plans/{plan.pk}/samples/").status_code,
        admin.post(f"{BASE}/plans/{plan.pk}/samples/", {"size": "1"}).status_code,
    ]

    assert answers == [404, 404, 404, 404]
    assert theirs.rows.get().verdict == ""


def test_hostile_text_is_shown_as_text(
    admin: Client, plan: Plan, acme: Cast, now: datetime
) -> None:
    job = plan.rows.all()[0].job
    job.name = job.address = ATTACK
    job.save()
    Plan.objects.update(title=ATTACK)
    sample = draw(plan=plan, size=6, by=acme.admin, now=now)
    position = sample.rows.get(job=job).position

    pages = [
        admin.get(f"{BASE}/samples/{sample.pk}/?row={position}").content.decode(),
        admin.get(f"{BASE}/plans/{plan.pk}/samples/").content.decode(),
    ]

    assert all("&lt;script&gt;alert(1)" in page for page in pages)
    assert not any("<script>alert" in page for page in pages)
    assert [Inline(page).found for page in pages] == [[], []]


def test_a_page_costs_the_same_for_few_rows_and_for_many(
    admin: Client, site: Site, acme: Cast, now: datetime
) -> None:
    def queries(sample: Sample) -> int:
        with CaptureQueriesContext(database) as caught:
            admin.get(f"{BASE}/samples/{sample.pk}/")
        return len(caught)

    plan = site.plan(12, now)
    few = draw(plan=plan, size=2, by=acme.admin, now=now)
    many = draw(plan=plan, size=12, by=acme.admin, now=now)
    queries(few)

    assert queries(many) == queries(few)


def test_the_parts_for_other_pages_ask_for_themselves_and_work_without_scripts(
    admin: Client, drawn: Sample, acme: Cast
) -> None:
    job = drawn.rows.all()[0].job
    context = {"plan": drawn.plan, "job": job, "company": acme.company}

    of_plan = render_to_string("golive/sample_of_plan.html", context)
    beside = render_to_string("golive/team_beside.html", context)

    for part in (of_plan, beside):
        links = re.findall(r'(?:hx-get|href)="([^"]+)"', part)
        assert [admin.get(link, follow=True).status_code for link in links] == [200] * len(links)
        assert len(links) >= 2
