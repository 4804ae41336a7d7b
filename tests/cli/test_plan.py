"""Decisions in files, from a shell: out, checked, applied, approved, taken back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.linking.models import Link
from tieback.plans.approving import set_approval_above
from tieback.plans.models import Batch, Plan
from tieback.portfolio.models import Project
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairs(acme: Cast, site: Site) -> list[tuple[Job, Project]]:
    """Three pairs in the lane Safe."""
    made = []
    for n in range(3):
        job = factories.make_job(site.connection, number=f"24-{n}", name=f"Clinic {n}")
        factories.make_job_cost_code(job, "01", "L")
        project = factories.make_project(
            acme.company, number=f"P-{n}", cost_code_list=site.project.cost_code_list
        )
        factories.make_candidate(job, project, lane="Safe")
        made.append((job, project))
    factories.make_proposal(acme.company, seen_until=timezone.now())
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "safe.json"


def decided(tieback: Run, file: Path, **words: str) -> Path:
    """The exported lane with words put in by the job's number; all others are links."""
    assert tieback("plan", "export", "--lane", "safe", str(file), "--force").exit_code == 0
    said = json.loads(file.read_text())
    for row in said["rows"]:
        row["decision"] = words.get(row["job_number"], "link")
    file.write_text(json.dumps(said))
    return file


def answer(called: Any) -> dict[str, Any]:
    return dict(json.loads(called.stdout))


def test_the_same_lane_gives_the_same_bytes(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    first = tieback("plan", "export", "--lane", "safe", str(file))
    content = file.read_bytes()
    refused = tieback("plan", "export", "--lane", "safe", str(file))
    again = tieback("plan", "export", "--lane", "safe", str(file), "--force")

    assert (first.exit_code, first.stdout) == (0, f"3 rows in {file}.\n")
    assert (refused.exit_code, again.exit_code) == (1, 0)
    assert "is there already." in refused.stderr
    assert file.read_bytes() == content


def test_check_says_what_is_decided_and_changes_nothing(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    decided(tieback, file, **{"24-2": "leave"})

    told = tieback("plan", "check", str(file))
    said = answer(tieback("plan", "check", str(file), "--json"))

    assert told.exit_code == 0
    assert "2 new, 0 changed, 0 as before, 1 left, 0 refused." in told.stdout
    assert "1 cost type created" in told.stdout
    assert [row["action"] for row in said["rows"]] == ["link", "link", None]
    assert [row["state"] for row in said["previews"]] == ["preview"] * 2
    assert not Plan.objects.exists()


def test_check_ends_with_one_for_blocked_and_for_refused_rows(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    decided(tieback, file)
    Project.objects.filter(pk=pairs[0][1].pk).update(is_active=False)
    blocked = tieback("plan", "check", str(file))
    Project.objects.filter(pk=pairs[1][1].pk).update(name="Renamed")
    refused = tieback("plan", "check", str(file))

    assert (blocked.exit_code, refused.exit_code) == (1, 1)
    assert "is inactive." in blocked.stderr
    assert "changed since the export." in refused.stderr


def test_apply_does_what_the_file_says_and_a_second_time_nothing(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    decided(tieback, file, **{"24-1": "archive"})

    dry = tieback("plan", "apply", str(file), "--dry-run")
    assert (dry.exit_code, Plan.objects.count()) == (0, 0)
    done = answer(tieback("plan", "apply", str(file), "--json"))
    again = tieback("plan", "apply", str(file))

    assert [row["state"] for row in done["rows"]] == ["applied"] * 3
    assert {link.job for link in Link.objects.all()} == {pairs[0][0], pairs[2][0]}
    assert Job.objects.get(pk=pairs[1][0].pk).state == "archived"
    assert again.exit_code == 1
    assert "3 rows of safe.json are refused; nothing was done." in again.stderr
    assert Batch.objects.count() == 1


def test_a_file_with_one_tampered_row_does_nothing_at_all(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    decided(tieback, file)
    said = json.loads(file.read_text())
    said["rows"][1]["key"] = said["rows"][0]["key"]
    file.write_text(json.dumps(said))

    called = tieback("plan", "apply", str(file))

    assert called.exit_code == 1
    assert not Plan.objects.exists()


def test_a_large_plan_waits_for_a_second_admin_who_has_a_name(
    tieback: Run, acme: Cast, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    now = timezone.now()
    set_approval_above(company=acme.company, rows=2, by=acme.admin, now=now)
    decided(tieback, file)

    waits = tieback("plan", "apply", str(file))
    plan = Plan.objects.get()
    operators = tieback("plan", "approve", str(plan.pk))
    approved = tieback("plan", "approve", str(plan.pk), "--as", acme.users[Level.ADMIN].email)
    done = tieback("plan", "apply", str(plan.pk))
    listed = answer(tieback("plan", "list", "--show", "applied", "--json"))["plans"]

    assert waits.exit_code == 1
    assert f"Plan {plan.pk} has so many rows" in waits.stderr
    assert f"tieback plan approve {plan.pk} --as EMAIL" in waits.stderr
    assert "has to come from a person" in operators.stderr
    assert "is approved by Admin of Acme Builders." in approved.stdout
    assert done.stdout == "3 of 3 done.\n"
    assert [(one["id"], one["state"], one["done"]) for one in listed] == [(plan.pk, "applied", 3)]


def test_a_plan_leaves_as_a_file_and_is_discarded(
    tieback: Run, acme: Cast, pairs: list[tuple[Job, Project]], file: Path, tmp_path: Path
) -> None:
    set_approval_above(company=acme.company, rows=1, by=acme.admin, now=timezone.now())
    tieback("plan", "apply", str(decided(tieback, file)))
    plan = Plan.objects.get()

    out = tieback("plan", "export", "--plan", str(plan.pk), str(tmp_path / "plan.csv"))
    seen = answer(tieback("plan", "check", str(tmp_path / "plan.csv"), "--json"))
    gone = tieback("plan", "discard", str(plan.pk))

    assert (out.exit_code, gone.exit_code) == (0, 0)
    assert seen["counts"]["as before"] == 3
    assert answer(tieback("plan", "list", "--json"))["total"] == 0


def test_undo_takes_back_a_plan_a_row_or_all_since_a_time(
    tieback: Run, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    before = timezone.now() - timedelta(minutes=1)
    tieback("plan", "apply", str(decided(tieback, file)))
    plan = str(Plan.objects.get().pk)

    dry = tieback("plan", "undo", plan, "--dry-run")
    of_dry = Plan.objects.count()
    row = tieback("plan", "undo", plan, "--row", "2")
    left = set(Link.objects.filter(unlinked_at=None).values_list("job__number", flat=True))
    rest = tieback("plan", "undo", "--since", before.isoformat())
    nothing = tieback("plan", "undo", "--since", before.isoformat())

    assert (dry.exit_code, of_dry, row.exit_code, rest.exit_code) == (0, 1, 0, 0)
    assert left == {"24-0", "24-2"}
    assert not Link.objects.filter(unlinked_at=None).exists()
    assert nothing.exit_code == 1
    assert "nothing to undo" in nothing.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "x.json"], "Export what?"),
        (["export", "x.json", "--plan", "1", "--lane", "safe"], "Export what?"),
        (["export", "x.pdf", "--lane", "safe"], "is of no kind that holds decisions"),
        (["export", "x.json", "--lane", "nowhere"], "There is no lane “nowhere”"),
        (["export", "x.json", "--plan", "999"], "There is no plan 999."),
        (["check", "nowhere.json"], "There is no file nowhere.json."),
        (["apply", "999"], "There is no plan 999."),
        (["undo"], "Undo what?"),
        (["undo", "--since", "yesterday"], "“yesterday” is no time."),
        (["approve", "999"], "There is no plan 999."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(
    tieback: Run, site: Site, words: list[str], said: str
) -> None:
    called = tieback("plan", *words)

    assert called.exit_code == 1
    assert said in called.stderr


def test_each_verb_takes_its_level(
    tieback: Run, acme: Cast, pairs: list[tuple[Job, Project]], file: Path
) -> None:
    decided(tieback, file)
    reader, standard = acme.users[Level.READ_ONLY].email, acme.users[Level.STANDARD].email

    assert tieback("plan", "list", "--as", reader).exit_code == 0
    for words in (["check", str(file)], ["apply", str(file)], ["undo", "1"], ["discard", "1"]):
        assert "you need Standard" in tieback("plan", *words, "--as", reader).stderr
    assert "you need Admin" in tieback("plan", "apply", str(file), "--as", standard).stderr
    assert not Plan.objects.exists()
