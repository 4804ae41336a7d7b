import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.audit.models import AuditEvent, AuditHead
from tieback.plans.models import Batch, Plan, PlanRow

pytestmark = pytest.mark.django_db


def tamper() -> None:
    """Change an event as somebody with the database in hand would."""
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_UPDATE")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_no_change")
        cursor.execute(f"UPDATE {table} SET actor_name = 'Nobody' WHERE seq = 1")


def finding(tieback: Run, about: str) -> dict[str, Any]:
    document = json.loads(tieback("doctor", "--json").stdout)
    (found,) = [one for one in document["findings"] if one["about"] == about]
    return dict(found)


def test_audit_verify_proves_every_company_s_chain(
    tieback: Run, acme: Cast, rival: Cast, site: Site
) -> None:
    tieback("archive", "J-100", "--company", "acme")

    answer = tieback("audit", "verify")

    assert answer.exit_code == 0
    assert answer.stdout == (
        "Acme Builders: whole, 2 events.\nRival Contractors: whole, 0 events.\n"
    )


def test_audit_verify_exits_with_1_and_names_the_break(tieback: Run, site: Site) -> None:
    tieback("archive", "J-100")
    tamper()

    plain, document = tieback("audit", "verify"), tieback("audit", "verify", "--json")

    assert (plain.exit_code, document.exit_code) == (1, 1)
    assert "acme\t1\twas changed after it was written\n" in plain.stderr
    assert json.loads(document.stdout) == {
        "companies": [
            {
                "company": "acme",
                "events": 2,
                "is_whole": False,
                "breaks": [{"seq": 1, "reason": "was changed after it was written"}],
            }
        ]
    }


def test_audit_verify_sees_that_the_last_event_was_cut_off(tieback: Run, site: Site) -> None:
    tieback("archive", "J-100")
    AuditHead.objects.update(seq=3)

    assert tieback("audit", "verify").exit_code == 1


def test_audit_list_filters_by_action_and_person(tieback: Run, acme: Cast, site: Site) -> None:
    tieback("archive", "J-100", "--as", "standard@acme.example")
    tieback("restore", "J-100")

    def actions(*words: str) -> list[str]:
        document = json.loads(tieback("audit", "list", "--json", *words).stdout)
        return [event["action"] for event in document["events"]]

    assert actions() == ["job.restore", "batch.apply", "job.archive", "batch.apply"]
    assert actions("--action", "job.restore") == ["job.restore"]
    assert actions("--who", "Standard of Acme Builders") == ["job.archive", "batch.apply"]


def test_the_doctor_finds_a_well_installation_well(
    tieback: Run, site: Site, home: Path, built_assets: None
) -> None:
    answer = tieback("doctor", "--json")

    document = json.loads(answer.stdout)
    assert (answer.exit_code, document["is_well"]) == (0, True)
    assert [one["about"] for one in document["findings"]] == [
        "data folder",
        "disk space",
        "style sheets",
        "database",
        "search",
        "tables",
        "companies",
        "runs",
        "plans",
        "workers",
        "tasks",
        "outbox",
        "remotes",
        "audit trail",
        "clock",
    ]


@pytest.fixture
def built_assets(tmp_path: Path, settings: Any) -> None:
    """A package whose style sheets were built."""
    vendor = tmp_path / "assets" / "tieback" / "vendor"
    vendor.mkdir(parents=True)
    (vendor / "tabler.min.css").touch()
    settings.STATICFILES_DIRS = [tmp_path / "assets"]


def test_the_doctor_sees_that_the_style_sheets_were_not_built(
    tieback: Run, site: Site, tmp_path: Path, settings: Any
) -> None:
    settings.STATICFILES_DIRS = [tmp_path / "empty"]

    found = finding(tieback, "style sheets")

    assert (found["is_ok"], "make assets" in found["mend"]) == (False, True)


def test_the_doctor_sees_a_folder_that_others_can_read(
    tieback: Run, site: Site, home: Path
) -> None:
    home.mkdir(mode=0o755)
    home.chmod(0o755)

    answer, found = tieback("doctor"), finding(tieback, "data folder")

    assert answer.exit_code == 1
    assert (found["is_ok"], found["mend"]) == (False, f"chmod 700 '{home}'")


def test_the_doctor_sees_a_run_whose_process_died(tieback: Run, site: Site) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    factories.make_run(site.connection, status="running", heartbeat_at=long_ago, finished_at=None)

    found = finding(tieback, "runs")

    assert (found["is_ok"], "“Books”" in found["found"]) == (False, True)


def test_the_doctor_sees_a_plan_that_stopped_half_way(tieback: Run, acme: Cast, site: Site) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    plan = Plan.objects.create(
        company=acme.company, created_at=at, created_by_name="Ann", content_hash="", title="Spring"
    )
    PlanRow.objects.create(plan=plan, position=0, action="archive", job=site.job, row_hash="")
    Batch.objects.create(company=acme.company, plan=plan, applied_at=at, applied_by_name="Ann")

    found = finding(tieback, "plans")

    assert (found["is_ok"], found["found"]) == (False, "stopped before the last row: “Spring”")


def test_the_doctor_sees_a_broken_audit_trail(tieback: Run, site: Site) -> None:
    tieback("archive", "J-100")
    tamper()

    found = finding(tieback, "audit trail")

    assert (found["is_ok"], "Acme Builders: event 1" in found["found"]) == (False, True)


def test_the_doctor_sees_a_clock_that_runs_behind(tieback: Run, acme: Cast, site: Site) -> None:
    tieback("archive", "J-100")
    later = AuditEvent.objects.order_by("seq").last()
    assert later is not None
    later.pk, later.seq, later.hash = None, 99, "x"
    later.at = datetime.now(UTC) + timedelta(days=1)
    later.save(force_insert=True)

    assert finding(tieback, "clock")["is_ok"] is False


def test_the_doctor_sees_that_there_is_no_company(tieback: Run, db: None) -> None:
    assert finding(tieback, "companies")["is_ok"] is False
