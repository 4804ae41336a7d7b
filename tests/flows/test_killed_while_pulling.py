"""kill -9 before every single statement of a pull; then start again."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cast
from tests.erp_files import COST_CODES, JOBS, erp_of, job_rows, write
from tests.kill import killed_at
from tieback.audit.chain import breaks
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.staging.models import Job, JobCostCode
from tieback.staging.pull import pull

pytestmark = pytest.mark.django_db(transaction=True)


def staged(erp: Connection) -> dict[str, Any]:
    return {
        "jobs": sorted(
            Job.objects.filter(connection=erp).values_list("number", "name", "state", "digest")
        ),
        "codes": sorted(
            JobCostCode.objects.filter(connection=erp).values_list("job__number", "full_code")
        ),
        "issues": sorted(
            SyncIssue.objects.filter(connection=erp, resolved_at=None).values_list("row", "column")
        ),
    }


def test_a_pull_that_dies_anywhere_loses_nothing_and_repeats_nothing(
    acme: Cast, now: datetime, tmp_path: Path
) -> None:
    # More than one batch of jobs, with one row refused, and a cost code.
    rows = job_rows([f"{number:05}" for number in range(1_050)])
    rows[7][4] = "a lot"
    write(tmp_path, "jobs.csv", JOBS, rows)
    write(tmp_path, "cost_codes.csv", COST_CODES, [["00001", "03-100", "Concrete", "L"]])
    clean = erp_of(acme.company, tmp_path)
    by = acme.standard
    pull(connection=clean, by=by, clock=lambda: now)
    expected = staged(clean)
    assert len(expected["jobs"]) == 1_049
    later = now + timedelta(minutes=5)

    for step in count(1):
        erp = erp_of(acme.company, tmp_path)
        was_killed = killed_at(step, lambda e=erp: pull(connection=e, by=by, clock=lambda: now))
        pull(connection=erp, by=by, clock=lambda: later)

        assert staged(erp) == expected, f"killed before statement {step}"
        running = SyncRun.objects.filter(connection=erp, status=SyncRun.Status.RUNNING)
        assert not running.exists()
        if not was_killed:
            break

    assert step > 20
    assert list(breaks(acme.company)) == []
