"""Decisions leave as a file and come back as a diff, then as a plan; and blockers are fixed."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import at
from tests.web.golive.lanes_site import Lanes, make_lanes
from tieback.access.models import Level
from tieback.plans.models import Plan, PlanRow
from tieback.portfolio.models import Project

pytestmark = pytest.mark.django_db
BASE = "/c/acme/go-live/"


@pytest.fixture
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def exported(client: Client, path: str = "lanes/safe/file/json/") -> dict[str, Any]:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == 200
    return dict(json.loads(answer.content))


def uploaded(client: Client, content: bytes, name: str = "back.json") -> Any:
    return client.post(f"{BASE}plans/upload/", {"file": SimpleUploadedFile(name, content)})


def test_a_lane_goes_out_comes_back_and_becomes_a_plan(lanes: Lanes, admin: Client) -> None:
    pairs = [lanes.proposed(f"24-{n}", "Safe") for n in range(3)]
    lanes.proposed("24-9", "Look")
    sheet = exported(admin)
    for row, word in zip(sheet["rows"], ("link", "not a match", "leave"), strict=True):
        row["decision"], row["note"] = word, "asked <Ann>"

    diff = uploaded(admin, json.dumps(sheet).encode())
    assert not Plan.objects.exists()
    page = admin.post(f"{BASE}plans/from-file/", {"sealed": diff.context["sealed"]}, follow=True)

    assert "<strong>2</strong> new" in text(diff)
    assert ">Plan 2 decisions</button>" in text(diff)
    assert "asked &lt;Ann&gt;" in text(page)
    rows = PlanRow.objects.order_by("position").values_list("action", "job", "project", "note")
    assert list(rows) == [
        ("link", pairs[0].job_id, pairs[0].project_id, "asked <Ann>"),
        ("reject", pairs[1].job_id, pairs[1].project_id, "asked <Ann>"),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_lane_and_plan_leave_in_each_kind(lanes: Lanes, admin: Client, kind: str) -> None:
    pair = lanes.proposed("24-1", "Safe")
    admin.post(f"{BASE}plan/", {"lane": "safe", "job": pair.job_id, "action": "link"})
    plan = Plan.objects.get()

    for path in (f"lanes/safe/file/{kind}/", f"plans/{plan.pk}/file/{kind}/"):
        answer = admin.get(f"{BASE}{path}")
        assert answer["Content-Disposition"].endswith(f'.{kind}"')
        assert uploaded(admin, answer.content, f"x.{kind}").context["refused"] == []


def test_a_selection_leaves_alone(lanes: Lanes, admin: Client) -> None:
    first, second = lanes.proposed("24-1", "Safe"), lanes.proposed("25-2", "Safe")

    by_job = exported(admin, f"lanes/safe/file/json/?job={second.job_id}")
    by_words = exported(admin, "lanes/safe/file/json/?q=24")

    assert [row["job_number"] for row in by_job["rows"]] == ["25-2"]
    assert [row["job_number"] for row in by_words["rows"]] == [first.job.number]


@pytest.mark.parametrize("path", ["lanes/none/file/json/", "lanes/safe/file/exe/"])
def test_no_such_lane_and_no_such_kind(lanes: Lanes, admin: Client, path: str) -> None:
    assert admin.get(f"{BASE}{path}").status_code == 404


def test_refused_rows_are_named_and_the_others_can_be_planned(lanes: Lanes, admin: Client) -> None:
    pairs = [lanes.proposed(f"24-{n}", "Safe") for n in range(2)]
    sheet = exported(admin)
    for row in sheet["rows"]:
        row["decision"] = "link"
    Project.objects.filter(pk=pairs[0].project_id).update(name="Renamed since")

    page = uploaded(admin, json.dumps(sheet).encode())

    assert "something about the ERP project or its project changed" in text(page)
    assert ">Plan 1 decision</button>" in text(page)


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.json", b"{"), ("x.xlsx", b"PK\x03\x04"), ("x.csv", b"a,b\n1,2\n"), ("x.exe", b"MZ\0")],
)
def test_a_file_that_is_none_of_ours_is_refused_in_words(
    lanes: Lanes, admin: Client, name: str, content: bytes
) -> None:
    page = uploaded(admin, content, name)

    assert page.status_code == 422
    assert 'role="alert"' in text(page)


def test_without_a_file_one_is_asked_for(lanes: Lanes, admin: Client) -> None:
    assert "No file was chosen." in text(admin.post(f"{BASE}plans/upload/"))


def test_links_of_a_file_are_planned_by_an_admin(lanes: Lanes, sign_in: SignIn) -> None:
    lanes.proposed("24-1", "Safe")
    standard = sign_in(Level.STANDARD)
    sheet = exported(standard)
    sheet["rows"][0]["decision"] = "link"

    page = uploaded(standard, json.dumps(sheet).encode())
    planned = standard.post(f"{BASE}plans/from-file/", {"sealed": page.context["sealed"]})

    assert "planning them takes Admin" in text(page)
    assert planned.status_code == 403
    assert not Plan.objects.exists()


def test_a_diff_is_planned_only_by_whom_it_was_shown_to_and_as_shown(
    lanes: Lanes, admin: Client, acme: Cast
) -> None:
    lanes.proposed("24-1", "Safe")
    other = factories.make_user()
    factories.make_membership(acme.company, other, level=Level.ADMIN)
    thief = Client()
    thief.force_login(other)
    sealed = uploaded(admin, json.dumps(exported(admin)).encode()).context["sealed"]

    for client, what in [(thief, sealed), (admin, sealed[:-1] + "x"), (admin, "")]:
        answer = client.post(f"{BASE}plans/from-file/", {"sealed": what})
        assert answer.status_code == 400
    assert not Plan.objects.exists()


def test_causes_are_listed_and_what_can_be_fixed_is_planned_for_all(
    lanes: Lanes, admin: Client
) -> None:
    off = [lanes.proposed(f"24-{n}", project={"is_erp_integrated": False}) for n in range(2)]
    both = lanes.proposed("24-5", project={"is_erp_integrated": False, "is_active": False})
    lanes.proposed("24-6", project={"is_active": False})
    lanes.proposed("24-7")

    page = admin.get(f"{BASE}fixes/")
    plan_page = admin.post(f"{BASE}fixes/plan/", {"fix": ["switch_on"]}, follow=True)
    done = admin.post(at(f"plans/{Plan.objects.get().pk}/apply/"), follow=True)

    assert "The ERP-integrated setting of 3 projects is off." in text(page)
    assert [(t.count, t.words) for t in plan_page.context["totals"]] == [(3, "settings changed")]
    assert "3 of 3 done" in text(done)
    integrated = Project.objects.filter(is_erp_integrated=False)
    assert not integrated.filter(pk__in=[one.project_id for one in (*off, both)]).exists()
    assert not Project.objects.get(pk=both.project_id).is_active


def test_nothing_chosen_fixes_nothing(lanes: Lanes, admin: Client) -> None:
    lanes.proposed("24-1", project={"is_erp_integrated": False})

    page = admin.post(f"{BASE}fixes/plan/", {"fix": ["nonsense"]}, follow=True)

    assert "Nothing that was chosen blocks" in text(page)
    assert not Plan.objects.exists()
