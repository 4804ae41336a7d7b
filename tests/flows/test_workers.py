"""Several workers as processes of their own, one killed for real in the middle of its work."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.installation import Installation, installation
from tests.erp_files import COST_CODES, JOBS, job_rows, write

# They have a database of their own; this has them run in the PostgreSQL pass too.
pytestmark = pytest.mark.django_db

NUMBERS = [f"{number:06}" for number in range(8_000)]
# Two connections to the same folder, one of them with a schedule whose time came a second ago.
SET_UP = """
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from tieback.access.actors import operator
from tests.factories import make_company, make_connection
from tieback.sync.models import Kind
from tieback.sync.schedules import every_minutes, set_schedule
call_command("migrate", verbosity=0)
by, now = operator(pier := make_company(slug="pier", name="Pier")), timezone.now()
settings = {{"folder": {folder!r}}}
erps = [make_connection(pier, name=name, settings=settings) for name in ("Killed", "Clean")]
set_schedule(
    kind=Kind.PULL, fields=every_minutes(10_080), by=by,
    now=now - timedelta(minutes=10_080, seconds=1), connection=erps[0],
)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


@contextmanager
def worker(site: Installation) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [*site.command, "worker", "--lease", "4"],
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def until(there: Callable[[], Any], *, seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := there():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def staged(site: Installation, name: str) -> dict[str, Any]:
    """What is staged of a connection, without what differs between any two."""
    tables = site.dump()
    (erp,) = [row["id"] for row in tables["connection"] if row["name"] == name]
    jobs = {row["id"]: row for row in tables["job"] if row["connection_id"] == erp}
    codes = [row for row in tables["jobcostcode"] if row["job_id"] in jobs]
    return {
        "jobs": sorted((j["number"], j["name"], j["state"], j["digest"]) for j in jobs.values()),
        "codes": sorted((jobs[c["job_id"]]["number"], c["full_code"]) for c in codes),
        "issues": sorted(
            (issue["row"], issue["column"])
            for issue in tables["syncissue"]
            if issue["connection_id"] == erp and issue["resolved_at"] is None
        ),
    }


def test_what_a_killed_worker_had_in_hand_is_done_by_another_to_the_same_end(
    site: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "erp"
    folder.mkdir()
    rows = job_rows(NUMBERS)
    rows[7][4] = "a lot"
    write(folder, "jobs.csv", JOBS, rows)
    write(folder, "cost_codes.csv", COST_CODES, [["000001", "03-100", "Concrete", "L"]])
    site.python(SET_UP.format(folder=str(folder)))

    with worker(site) as first, worker(site) as second:
        by_pid = {first.pid: first, second.pid: second}

        def in_the_middle() -> int | None:
            count = site.count("job")
            owners = [row["leased_by"] for row in site.rows("task") if row["leased_by"]]
            return int(owners[0].split(":")[1]) if owners and 0 < count < len(rows) // 2 else None

        holder = until(in_the_middle)
        os.kill(holder, signal.SIGKILL)
        by_pid[holder].wait(timeout=10)
        at_death = site.count("job")
        (task,) = until(lambda: [row for row in site.rows("task") if row["settled_at"]])
        (seen,) = [row for row in site.rows("workerseen") if f":{holder}:" not in row["name"]]

    assert 0 < at_death < len(rows) - 1
    # One task for all that two schedulers did, started once by each.
    assert (task["state"], task["starts"], task["wanted_by_id"]) == ("done", 2, None)
    assert seen["name"].split(":")[1] in {str(pid) for pid in by_pid}
    runs = site.rows("syncrun")
    assert [run["status"] for run in runs] == ["interrupted", "with_issues"]
    assert "another has taken the work over" in runs[0]["problem"]
    assert task["run_id"] == runs[1]["id"]
    assert site.tieback("pull", "Clean").returncode == 0
    assert staged(site, "Killed") == staged(site, "Clean")
    assert len(staged(site, "Killed")["jobs"]) == len(rows) - 1
    assert site.tieback("audit", "verify").returncode == 0


def test_a_worker_that_is_told_to_stop_hands_its_work_over_at_once(
    site: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "erp"
    folder.mkdir()
    write(folder, "jobs.csv", JOBS, job_rows(NUMBERS))
    site.python(SET_UP.format(folder=str(folder)))
    with worker(site) as process:
        until(lambda: site.count("job"))

        process.terminate()
        process.communicate(timeout=20)

    assert process.returncode == 0
    (task,) = site.rows("task")
    assert (task["state"], task["leased_by"], task["starts"]) == ("waiting", "", 0)
    assert site.rows("workerseen") == []
    with worker(site):
        until(lambda: site.rows("task")[0]["state"] == "done")
    assert site.count("job") == len(NUMBERS)
