import csv
import gzip
import os
import stat
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction

from tieback.access.actors import operator
from tieback.access.models import Company, Level, Membership, User
from tieback.audit.chain import breaks
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.demo import tables
from tieback.demo.load import DemoPullError, load
from tieback.demo.people import LOGIN_FILE
from tieback.linking.eligibility import connector_of, project_blockers, project_facts
from tieback.models import (
    CostTypeAssignment,
    ErpVendor,
    Job,
    JobCostCode,
    JobSubJob,
    Project,
    ProjectCostCode,
    StandardCostCodeList,
    Vendor,
)

pytestmark = pytest.mark.django_db

EVERYTHING: list[type[Any]] = [
    *(Company, User, Membership, Connection, SyncRun, SyncIssue, Job, JobCostCode, JobSubJob),
    *(ErpVendor, StandardCostCodeList, Project, ProjectCostCode, CostTypeAssignment, Vendor),
]


class Stop(BaseException):
    """Ctrl-C, as it reaches the code."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def few_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first rows of each shipped table, for tests that load many times."""
    folder = tmp_path / "data"
    folder.mkdir()
    for packed in tables.DATA.glob("*.csv.gz"):
        lines = gzip.decompress(packed.read_bytes()).splitlines(keepends=True)
        table = list(csv.DictReader(line.decode() for line in lines))
        kept = (
            lines[:1]
            + [
                line
                for line, row in zip(lines[1:], table, strict=True)
                if int(row.get("row", 1)) <= 20
            ][: 60 if "row" in table[0] else 20]
        )
        (folder / packed.name).write_bytes(gzip.compress(b"".join(kept)))
    (folder / "sub_jobs.csv.gz").write_bytes(gzip.compress(b"job,code,name\n"))
    (folder / "standard_codes.csv").write_bytes((tables.DATA / "standard_codes.csv").read_bytes())
    monkeypatch.setattr(tables, "DATA", folder)
    return folder


def everything() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: serializers.serialize("python", model.objects.order_by("pk"))
        for model in EVERYTHING
    }


def what_was_loaded() -> dict[str, Any]:
    """What has to be equal however the load went; no ids, times or counts of runs."""
    return {
        "companies": sorted(Company.objects.values_list("slug", "name")),
        "people": sorted(Membership.objects.values_list("company__slug", "user__email", "level")),
        "connections": list(Connection.objects.values_list("name", "connector")),
        "issues": SyncIssue.objects.count(),
        "jobs": sorted(Job.objects.values_list("external_id", "number", "name", "state")),
        "job codes": sorted(
            JobCostCode.objects.values_list("job__number", "full_code", "cost_type", "name")
        ),
        "projects": sorted(Project.objects.values_list("company__slug", "number", "name")),
        "project codes": sorted(
            ProjectCostCode.objects.values_list("project__name", "full_code", "name")
        ),
        "assignments": CostTypeAssignment.objects.count(),
        "vendors": (ErpVendor.objects.count(), Vendor.objects.count()),
        "last run": SyncRun.objects.order_by("pk").last().status,  # type: ignore[union-attr]
    }


def test_the_demo_company_is_large_real_and_whole(now: datetime, home: Path) -> None:
    access = load(now=now)

    demo = access.company
    assert {
        "jobs": Job.objects.filter(company=demo).count(),
        "inactive": Job.objects.filter(company=demo, is_active=False).count(),
        "projects": Project.objects.filter(company=demo).count(),
        "vendors": ErpVendor.objects.filter(company=demo).count(),
        "issues": SyncIssue.objects.count(),
        "runs": [run.status for run in SyncRun.objects.all()],
    } == {
        "jobs": 1500,
        "inactive": 120,
        "projects": 1400,
        "vendors": 150,
        "issues": 0,
        "runs": ["done"],
    }
    assert JobCostCode.objects.count() > 30_000
    assert JobSubJob.objects.count() > 50
    assert [list(breaks(company)) for company in Company.objects.all()] == [[], []]
    assert_every_kind_of_blocker_can_be_seen(demo)


def test_loading_a_second_time_changes_nothing(few_rows: Path, now: datetime) -> None:
    access = load(now=now)
    before = everything()

    again = load(now=now + timedelta(days=1))

    assert again == access
    assert everything() == before


def assert_every_kind_of_blocker_can_be_seen(demo: Company) -> None:
    projects = list(Project.objects.filter(company=demo).select_related("cost_code_list"))
    facts = project_facts(demo.pk, projects)
    connector = connector_of(Job.objects.select_related("connection").earliest("pk"))
    codes = [[b.code for b in project_blockers(p, connector, facts)] for p in projects]
    kinds = Counter(code for found in codes for code in found)

    assert set(kinds) == {
        *("setting_off", "setting_locked", "list_locked", "other_list"),
        *("inactive", "template", "project_origin"),
    }
    assert sum(1 for found in codes if not found) == 1232


def test_everybody_logs_in_with_the_password_that_is_on_file_and_nobody_else_reads_it(
    few_rows: Path, now: datetime, home: Path
) -> None:
    access = load(now=now)

    path = home / LOGIN_FILE
    text = path.read_text()
    users = {user.email: user for user in User.objects.all()}
    assert access.login_file == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"Password: {access.password}\n" in text
    assert len(access.password) >= 16
    assert set(users) == {person.email for person in access.people}
    assert all(user.check_password(access.password) for user in users.values())
    assert all(person.email in text for person in access.people)


def test_two_installations_never_share_a_password(
    few_rows: Path, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(now=now).password
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "another"))

    second = load(now=now).password

    assert first != second


def test_a_lost_log_in_file_is_written_anew_with_a_password_that_works(
    few_rows: Path, now: datetime, home: Path
) -> None:
    old = load(now=now).password
    (home / LOGIN_FILE).unlink()

    new = load(now=now).password

    user = User.objects.get(email="reader@demo.example")
    assert new != old
    assert user.check_password(new)


def test_a_password_that_somebody_chose_is_left_alone(few_rows: Path, now: datetime) -> None:
    load(now=now)
    user = User.objects.get(email="reader@demo.example")
    user.set_password("their own choice")
    user.save()

    load(now=now)

    user.refresh_from_db()
    assert user.check_password("their own choice")


def test_the_levels_differ_and_the_neighbour_is_another_company(
    few_rows: Path, now: datetime
) -> None:
    load(now=now)

    members = Membership.objects.values_list("company__slug", "user__email", "level")
    assert set(members) == {
        ("demo", "admin@demo.example", Level.ADMIN),
        ("demo", "standard@demo.example", Level.STANDARD),
        ("demo", "reader@demo.example", Level.READ_ONLY),
        ("demo-neighbour", "admin@neighbour.example", Level.ADMIN),
    }
    assert Project.objects.filter(company__slug="demo-neighbour").count() == 3


def test_what_people_have_changed_since_stays(few_rows: Path, now: datetime, home: Path) -> None:
    load(now=now)
    Project.objects.filter(company__slug="demo").update(name="Renamed")
    jobs = home / "demo-erp" / "jobs.csv"
    jobs.write_text(jobs.read_text() + "\n")
    before = (everything(), jobs.read_text())

    load(now=now)

    assert (everything(), jobs.read_text()) == before


def test_progress_is_told_from_the_first_step_to_the_last(few_rows: Path, now: datetime) -> None:
    told: list[tuple[str, int, int]] = []

    load(now=now, progress=lambda *step: told.append(step))

    assert list(dict.fromkeys(what for what, _, _ in told)) == [
        "Setting up people",
        "Filling the portfolio",
        "Reading ERP projects",
        "Reading cost codes",
        "Reading vendors",
    ]
    last = {what: (done, of) for what, done, of in told}
    assert all(done == of for done, of in last.values())


def stopper(at: int) -> Callable[[str, int, int], None]:
    told = 0

    def stop(_what: str, _done: int, _of: int) -> None:
        nonlocal told
        told += 1
        if told == at:
            raise Stop

    return stop


@pytest.mark.parametrize("step", range(1, 8))
def test_a_load_that_was_cut_off_is_finished_by_the_next_as_if_nothing_had_been(
    few_rows: Path, now: datetime, step: int
) -> None:
    whole = what_an_undisturbed_load_makes(now)

    with pytest.raises(Stop):
        load(now=now, progress=stopper(step))
    # Two minutes later a run that says nothing any more counts as ended.
    access = load(now=now + timedelta(minutes=2))

    assert what_was_loaded() == whole
    assert User.objects.get(email="admin@demo.example").check_password(access.password)
    assert list(breaks(access.company)) == []


def test_a_load_that_was_cut_off_again_and_again_is_finished_all_the_same(
    few_rows: Path, now: datetime
) -> None:
    whole = what_an_undisturbed_load_makes(now)

    for minutes, step in enumerate((1, 3, 5, 6), start=1):
        with pytest.raises(Stop):
            load(now=now + timedelta(minutes=2 * minutes), progress=stopper(step))
    load(now=now + timedelta(minutes=20))

    assert what_was_loaded() == whole


def what_an_undisturbed_load_makes(now: datetime) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setenv("TIEBACK_HOME", f"{os.environ['TIEBACK_HOME']}-undisturbed")
        load(now=now)
        loaded = what_was_loaded()
        transaction.set_rollback(True)
    return loaded


def test_files_that_cannot_be_read_are_named(few_rows: Path, now: datetime, home: Path) -> None:
    with pytest.raises(Stop):
        load(now=now, progress=stopper(5))
    SyncRun.objects.all().delete()
    (home / "demo-erp" / "jobs.csv").write_text("nothing,of,use\n1,2,3\n")

    with pytest.raises(DemoPullError, match=r"jobs\.csv"):
        load(now=now + timedelta(minutes=2))


def test_the_audit_trail_names_the_operator(few_rows: Path, now: datetime) -> None:
    company = load(now=now).company

    events = company.audit_events.order_by("seq").values_list("action", "actor_name")
    name = operator(company).name
    assert list(events) == [
        ("company.create", name),
        ("portfolio.load_demo", name),
        ("connection.add", name),
        ("sync_run.finish", name),
    ]
