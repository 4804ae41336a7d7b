"""The page of a plan with many rows: its sum, its rows, who may do what with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Pair, Site, at, make_site
from tieback.access.models import Level
from tieback.linking.models import Link
from tieback.plans.approving import set_approval_above
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Batch, Plan
from tieback.plans.services import apply, draft
from tieback.portfolio.models import Project

pytestmark = pytest.mark.django_db
BASE = "/c/acme/go-live/"
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def site(acme: Cast) -> Site:
    return make_site(acme)


@pytest.fixture
def standard(sign_in: SignIn) -> Client:
    return sign_in(Level.STANDARD)


def pairs(site: Site, count: int) -> list[Pair]:
    return [site.pair(f"24-{n}", f"Clinic {n}") for n in range(count)]


def plan_of(site: Site, found: list[Pair], now: datetime | None = None) -> Plan:
    return draft(
        decisions=[Decision(Action.LINK, one.job.pk, one.project.pk) for one in found],
        title="Link them",
        by=site.cast.admin,
        now=now or timezone.now(),
    )


def second_admin(site: Site) -> Client:
    user = factories.make_user(name="Second Admin")
    factories.make_membership(site.cast.company, user, level=Level.ADMIN)
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_sum_of_all_rows_stands_above_them(site: Site, admin: Client) -> None:
    found = pairs(site, 3)
    Project.objects.filter(pk=found[2].project.pk).update(is_active=False)
    plan = plan_of(site, found)

    page = admin.get(at(f"plans/{plan.pk}/"))

    shown = text(page)
    assert {(t.count, t.words) for t in page.context["totals"]} == {
        (2, "cost codes added"),
        (2, "cost codes adopted"),
        (2, "cost codes renamed"),
        (2, "cost codes kept"),
        (6, "cost types put on codes"),
        (2, "new cost types"),
        (2, "fields that differ, left alone"),
    }
    assert "<strong>0</strong> calls to a remote system" in shown
    assert plan.content_hash in shown
    assert "of which <strong>1</strong> are held back already" in shown
    assert "is inactive." in shown
    assert ">Link 2</button>" in shown


def test_rows_are_filtered_by_state_and_words(site: Site, admin: Client) -> None:
    found = pairs(site, 3)
    Project.objects.filter(pk=found[0].project.pk).update(is_active=False)
    plan = plan_of(site, found)

    def jobs(query: str) -> list[int]:
        page = admin.get(at(f"plans/{plan.pk}/{query}"))
        return [row.job_id for row in page.context["page"]]

    assert jobs("?state=held") == [found[0].job.pk]
    assert jobs("?q=p-24-2 clinic") == [found[2].job.pk]
    assert jobs("?state=nonsense") == [one.job.pk for one in found]


def test_a_page_takes_as_many_queries_for_thirty_rows_as_for_three(
    site: Site, admin: Client
) -> None:
    found = pairs(site, 30)
    counts = []
    for some in (found[:3], found):
        plan = plan_of(site, some)
        admin.get(at(f"plans/{plan.pk}/"))
        with CaptureQueriesContext(connection) as seen:
            admin.get(at(f"plans/{plan.pk}/"))
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_every_effect_of_a_row_opens_below_it_or_on_a_page(site: Site, admin: Client) -> None:
    plan = plan_of(site, pairs(site, 2))
    address = f"{BASE}plans/{plan.pk}/rows/1/"

    part, page = admin.get(address, headers=SCRIPT), admin.get(address)

    assert "03-100" in text(part)
    assert "<h1>" not in text(part)
    assert "<h1>Link 24-1 CLINIC 1</h1>" in text(page)
    assert admin.get(f"{BASE}plans/{plan.pk}/rows/9/").status_code == 404


def test_a_large_plan_is_approved_by_a_second_admin_before_it_is_applied(
    site: Site, admin: Client, now: datetime
) -> None:
    set_approval_above(company=site.cast.company, rows=1, by=site.cast.admin, now=now)
    plan, second = plan_of(site, pairs(site, 2)), second_admin(site)

    own = text(admin.get(at(f"plans/{plan.pk}/")))
    refused = admin.post(at(f"plans/{plan.pk}/apply/"), follow=True)
    self_approved = admin.post(f"{BASE}plans/{plan.pk}/approve/", follow=True)
    others = text(second.get(at(f"plans/{plan.pk}/")))
    approved = text(second.post(f"{BASE}plans/{plan.pk}/approve/", follow=True))
    done = text(admin.post(at(f"plans/{plan.pk}/apply/"), follow=True))

    assert ">Link 2</button>" not in own
    assert ">Approve</button>" not in own
    assert "a second Admin has to approve it first" in text(refused)
    assert "cannot approve it as well" in text(self_approved)
    assert ">Approve</button>" in others
    assert "Approved by Second Admin" in approved
    assert ">Link 2</button>" in approved
    assert "2 of 2 done" in done


def test_a_discarded_plan_can_only_be_read(site: Site, admin: Client) -> None:
    plan = plan_of(site, pairs(site, 2))

    page = text(admin.post(f"{BASE}plans/{plan.pk}/discard/", follow=True))
    applied = text(admin.post(at(f"plans/{plan.pk}/apply/"), follow=True))

    assert "It can be read, and never applied." in page
    assert ">Link 2</button>" not in page
    assert "was discarded" in applied
    assert not Link.objects.exists()


def test_one_row_of_a_batch_is_taken_back_after_a_look(site: Site, admin: Client) -> None:
    found = pairs(site, 2)
    plan = plan_of(site, found)
    admin.post(at(f"plans/{plan.pk}/apply/"))

    undo = admin.post(f"{BASE}plans/{plan.pk}/rows/1/undo/", follow=True)
    assert "Preview: nothing is done yet" in text(undo)
    admin.post(at(f"plans/{Plan.objects.latest('pk').pk}/apply/"))

    assert [link.job for link in Link.objects.filter(unlinked_at=None)] == [found[0].job]


def test_the_list_holds_plans_of_many_rows_and_those_of_one_on_demand(
    site: Site, admin: Client
) -> None:
    found = pairs(site, 3)
    many, one = plan_of(site, found[:2]), plan_of(site, found[2:])
    applied = plan_of(site, found[:2])
    apply(plan=applied, by=site.cast.admin, clock=timezone.now)
    dropped = plan_of(site, found[:2])
    admin.post(f"{BASE}plans/{dropped.pk}/discard/")

    def plans(query: str = "") -> list[int]:
        return [plan.pk for plan in admin.get(f"{BASE}plans/{query}").context["page"]]

    assert plans() == [many.pk]
    assert plans("?singles=1") == [one.pk, many.pk]
    assert plans("?show=applied") == [applied.pk]
    assert plans("?show=discarded") == [dropped.pk]
    assert plans("?show=approval") == []
    assert plans("?show=nonsense") == [many.pk]


def test_everything_since_a_time_on_ones_own_clock_is_shown_first(
    site: Site, admin: Client
) -> None:
    found, at_ten = pairs(site, 2), timezone.now() - timedelta(hours=3)
    for one, moment in zip(found, (at_ten, at_ten + timedelta(hours=1)), strict=True):
        plan = plan_of(site, [one])
        apply(plan=plan, by=site.cast.admin, clock=lambda m=moment: m)
    local = at_ten + timedelta(minutes=30) - timedelta(hours=5)

    page = admin.post(
        f"{BASE}plans/undo-since/",
        {"since": local.strftime("%Y-%m-%dT%H:%M:%S"), "offset": "300"},
        follow=True,
    )

    undo = Plan.objects.latest("pk")
    assert page.redirect_chain[-1][0] == at(f"plans/{undo.pk}/")
    assert [row.job for row in undo.rows.all()] == [found[1].job]
    assert Link.objects.filter(unlinked_at=None).count() == 2


def test_everything_from_a_batch_on_is_shown_first(site: Site, admin: Client) -> None:
    found = pairs(site, 3)
    for one in found:
        apply(plan=plan_of(site, [one]), by=site.cast.admin, clock=timezone.now)
    second = Batch.objects.order_by("pk")[1]

    admin.post(f"{BASE}plans/undo-since/", {"batch": str(second.pk)})

    undo = Plan.objects.latest("pk")
    assert [row.job for row in undo.rows.all()] == [found[2].job, found[1].job]


@pytest.mark.parametrize(
    "asked",
    [
        *({}, {"since": ""}, {"since": "yesterday"}, {"since": "9999-12-31T23:59:59"}),
        *(
            {"since": "2026-03-02T10:15", "offset": "9" * 30},
            {"since": "0001-01-01", "offset": "x"},
        ),
    ],
)
def test_a_time_that_is_none_is_asked_for_again(
    site: Site, admin: Client, asked: dict[str, str]
) -> None:
    page = admin.post(f"{BASE}plans/undo-since/", asked, follow=True)

    assert "Enter a day and a time that has passed" in text(page)
    assert not Plan.objects.exists()


def test_a_time_since_which_nothing_was_done_leaves_no_plan_behind(
    site: Site, admin: Client
) -> None:
    page = admin.post(f"{BASE}plans/undo-since/", {"since": "2026-03-02T10:15"}, follow=True)

    assert "Nothing was done since 2026-03-02 10:15 UTC that still holds." in text(page)
    assert not Plan.objects.filter(discarded_at=None).exists()


@pytest.mark.parametrize(
    ("asked", "said", "above"),
    [
        ("100", "Plans with more than 100 rows need", 100),
        ("", "No plan needs", None),
        ("0", "is no size", None),
        ("many", "is no number of rows", None),
        ("-5", "is no number of rows", None),
    ],
)
def test_an_admin_sets_the_size_above_which_two_are_needed(
    site: Site, admin: Client, asked: str, said: str, above: int | None
) -> None:
    page = admin.post(f"{BASE}plans/approval/", {"rows": asked}, follow=True)

    assert said in text(page)
    assert page.context["approval_above"] == above


def test_each_door_asks_for_its_level(site: Site, reader: Client, standard: Client) -> None:
    plan = plan_of(site, pairs(site, 2))
    posts = ["discard/", "approve/", "rows/0/undo/"]

    assert {reader.post(f"{BASE}plans/{plan.pk}/{door}").status_code for door in posts} == {403}
    assert reader.get(f"{BASE}plans/{plan.pk}/file/json/").status_code == 403
    assert reader.post(f"{BASE}plans/undo-since/").status_code == 403
    assert reader.post(f"{BASE}plans/from-file/").status_code == 403
    assert reader.get(f"{BASE}plans/upload/").status_code == 403
    for door in ("plans/", "fixes/", f"plans/{plan.pk}/rows/0/"):
        assert reader.get(f"{BASE}{door}").status_code == 200
    for door in ("plans/approval/", "fixes/plan/", f"plans/{plan.pk}/approve/"):
        assert standard.post(f"{BASE}{door}").status_code == 403


def test_plans_of_another_company_do_not_exist_here(
    rival_site: Site, site: Site, admin: Client
) -> None:
    plan = plan_of(rival_site, [rival_site.pair(), rival_site.pair("24-9", "Nine")])

    for door in ("discard/", "approve/", "rows/0/undo/"):
        assert admin.post(f"{BASE}plans/{plan.pk}/{door}").status_code == 404
    for door in ("rows/0/", "file/json/"):
        assert admin.get(f"{BASE}plans/{plan.pk}/{door}").status_code == 404
    batch = apply(plan=plan, by=rival_site.cast.admin, clock=timezone.now)
    assert admin.post(f"{BASE}plans/undo-since/", {"batch": str(batch.pk)}).status_code == 404


@pytest.fixture
def rival_site(rival: Cast) -> Site:
    return make_site(rival)


def test_another_door_that_meets_a_plan_without_its_approval_says_so(
    site: Site, admin: Client, now: datetime
) -> None:
    for _ in range(3):
        site.job(is_active=False)
    admin.post(at("projects/archive-inactive/"))
    admin.post(at(f"plans/{Plan.objects.get().pk}/apply/"))
    set_approval_above(company=site.cast.company, rows=1, by=site.cast.admin, now=now)

    page = admin.post(at(f"batches/{Batch.objects.get().pk}/undo/"), follow=True)

    assert "a second Admin has to approve it before it is applied" in text(page)
    assert set(Batch.objects.values_list("plan__title", flat=True)) == {
        "Archive all inactive ERP projects"
    }


def test_a_batch_that_also_linked_is_shown_before_any_of_it_is_taken_back(
    site: Site, admin: Client
) -> None:
    first, second = pairs(site, 2)
    decisions = [
        Decision(Action.REJECT, first.job.pk, first.project.pk),
        Decision(Action.LINK, second.job.pk, second.project.pk),
    ]
    plan = draft(decisions=decisions, title="Mixed", by=site.cast.admin, now=timezone.now())
    batch = apply(plan=plan, by=site.cast.admin, clock=timezone.now)

    page = admin.post(at(f"batches/{batch.pk}/undo/"), follow=True)

    assert "Nothing is done yet" in text(page)
    assert Link.objects.filter(unlinked_at=None).exists()
