"""Pull: what the ERP says is staged, each refusal is an issue, nothing is lost or doubled."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.conftest import Cast
from tests.erp_files import COST_CODES, JOBS, erp_of, job_rows, write
from tests.stories import link
from tieback.access.actors import NotAllowedError
from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.connections.services import BusyError, start_run
from tieback.staging.models import Job, JobCostCode
from tieback.staging.pull import pull

pytestmark = pytest.mark.django_db


@pytest.fixture
def erp(acme: Cast, tmp_path: Path) -> Connection:
    write(tmp_path, "jobs.csv", JOBS, job_rows(["1", "2", "3"]))
    return erp_of(acme.company, tmp_path)


def run(erp: Connection, acme: Cast, now: datetime) -> SyncRun:
    return pull(connection=erp, by=acme.standard, clock=lambda: now)


def counts(done: SyncRun, resource: str = "job") -> dict[str, int]:
    return {name: number for name, number in done.counts[resource].items() if number}


def test_jobs_are_staged_as_the_erp_says_them(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    write(tmp_path, "jobs.csv", JOBS, [["24-1003", "PIER 4 REHAB", "Closed", "", "$1,250,000.50"]])

    done = run(erp, acme, now)

    job = Job.objects.get()
    assert (job.number, job.name, job.is_active, job.customer) == (
        "24-1003",
        "PIER 4 REHAB",
        False,
        "",
    )
    assert str(job.contract_value) == "1250000.50"
    assert job.raw["Contract Amount"] == "$1,250,000.50"
    assert (job.state, job.first_seen_at) == (Job.State.READY, now)
    assert (done.status, done.finished_at) == (SyncRun.Status.DONE, now)
    assert AuditEvent.objects.latest("seq").action == "sync_run.finish"


def test_a_second_pull_touches_only_what_changed(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    rows = job_rows(["1", "2", "3", "4"])
    rows[1][1] = "Renamed"
    write(tmp_path, "jobs.csv", JOBS, rows)

    done = run(erp, acme, now + timedelta(hours=1))

    assert counts(done) == {"read": 4, "added": 1, "changed": 1, "unchanged": 2}
    changed = Job.objects.get(number="2")
    assert (changed.name, changed.first_seen_at) == ("Renamed", now)
    assert changed.changed_at == now + timedelta(hours=1)
    assert "renamed" in changed.search_text


def test_a_pull_of_untouched_files_reads_nothing(
    acme: Cast, erp: Connection, now: datetime
) -> None:
    run(erp, acme, now)

    done = run(erp, acme, now)

    assert counts(done) == {"unchanged": 3}


def test_a_job_that_the_erp_drops_is_orphaned_and_ready_again_when_it_is_back(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    write(tmp_path, "jobs.csv", JOBS, job_rows(["1", "2"]))

    dropped = run(erp, acme, now)
    assert counts(dropped) == {"read": 2, "unchanged": 2, "orphaned": 1}
    assert Job.objects.get(number="3").state == Job.State.ORPHANED

    write(tmp_path, "jobs.csv", JOBS, job_rows(["1", "2", "3"]))
    back = run(erp, acme, now)
    assert counts(back) == {"read": 3, "unchanged": 2, "returned": 1}
    job = Job.objects.get(number="3")
    assert (job.state, job.missing_since) == (Job.State.READY, None)


def test_a_linked_or_archived_job_keeps_its_state_when_the_erp_drops_it(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    project = factories.make_project(
        acme.company, cost_code_list=factories.make_erp_list(acme.company)
    )
    link(Job.objects.get(number="1"), project, by=acme.admin, now=now)
    Job.objects.filter(number="2").update(state=Job.State.ARCHIVED)
    write(tmp_path, "jobs.csv", JOBS, job_rows(["3"]))

    run(erp, acme, now)

    assert dict(Job.objects.values_list("number", "state")) == {
        "1": "linked",
        "2": "archived",
        "3": "ready",
    }
    assert Job.objects.filter(missing_since=now).count() == 2


def test_a_refused_row_is_an_issue_and_does_not_make_its_job_look_gone(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    rows = job_rows(["1", "2", "3"])
    rows[1][4] = "one million"
    write(tmp_path, "jobs.csv", JOBS, rows)

    done = run(erp, acme, now)

    assert done.status == SyncRun.Status.WITH_ISSUES
    assert counts(done) == {"read": 3, "unchanged": 2, "refused": 1}
    issue = SyncIssue.objects.get()
    assert (issue.source, issue.row, issue.column) == ("jobs.csv", 3, "Contract Amount")
    assert "one million" in issue.message
    assert issue.mend
    assert set(Job.objects.values_list("state", flat=True)) == {"ready"}


def test_the_same_trouble_again_is_the_same_issue_and_mending_it_resolves_it(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    broken = job_rows(["1", "2"])
    broken[0][1] = ""
    write(tmp_path, "jobs.csv", JOBS, broken)
    run(erp, acme, now)
    write(tmp_path, "jobs.csv", JOBS, [*broken, *job_rows(["9"])])
    run(erp, acme, later)
    [issue] = SyncIssue.objects.all()
    assert (issue.first_seen_at, issue.last_seen_at, issue.resolved_at) == (now, later, None)

    write(tmp_path, "jobs.csv", JOBS, job_rows(["1", "2", "9"]))
    run(erp, acme, later)

    [issue] = SyncIssue.objects.all()
    assert issue.resolved_at == later


def test_while_a_row_without_an_id_is_refused_no_job_counts_as_gone(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    broken = job_rows(["1", "2", "3"])
    broken[1][0] = ""
    write(tmp_path, "jobs.csv", JOBS, broken)

    done = run(erp, acme, now)

    assert counts(done) == {"read": 3, "unchanged": 2, "refused": 1}
    assert "none of them counts as gone" in done.problem
    assert Job.objects.get(number="2").state == Job.State.READY


def test_a_file_that_cannot_be_read_fails_the_run_and_orphans_nothing(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    run(erp, acme, now)
    write(tmp_path, "jobs.csv", ["Colour", "Weight"], [["red", "1"]])

    done = run(erp, acme, now)

    assert done.status == SyncRun.Status.FAILED
    assert done.problem
    assert SyncIssue.objects.get().source == "jobs.csv"
    assert set(Job.objects.values_list("state", flat=True)) == {"ready"}


def test_cost_codes_find_their_job_by_number(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    write(
        tmp_path,
        "cost_codes.csv",
        COST_CODES,
        [["1", "03-100", "Concrete", "L"], ["1", "03-100", "Concrete", "M"], ["77", "01", "X", ""]],
    )

    done = run(erp, acme, now)

    assert counts(done, "cost_code") == {"read": 3, "added": 2, "refused": 1}
    assert sorted(JobCostCode.objects.values_list("job__number", "full_code", "cost_type")) == [
        ("1", "03-100", "L"),
        ("1", "03-100", "M"),
    ]
    assert "“77”" in SyncIssue.objects.get().message


def test_a_cost_code_refused_for_its_job_is_taken_once_the_job_is_there(
    acme: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    write(tmp_path, "cost_codes.csv", COST_CODES, [["77", "01", "X", ""]])
    run(erp, acme, now)
    write(tmp_path, "jobs.csv", JOBS, job_rows(["77"]))

    done = run(erp, acme, now)

    assert counts(done, "cost_code") == {"read": 1, "added": 1}
    assert not SyncIssue.objects.filter(resolved_at=None).exists()


def test_one_run_at_a_time_and_a_silent_one_is_closed(
    acme: Cast, erp: Connection, now: datetime
) -> None:
    dead = start_run(connection=erp, by=acme.standard, now=now)
    with pytest.raises(BusyError, match="Standard of Acme Builders"):
        run(erp, acme, now + timedelta(seconds=50))

    done = run(erp, acme, now + timedelta(seconds=70))

    dead.refresh_from_db()
    assert (dead.status, done.status) == (SyncRun.Status.INTERRUPTED, SyncRun.Status.DONE)


def test_a_pull_that_a_person_stops_says_so_and_the_next_one_need_not_wait(
    acme: Cast, erp: Connection, now: datetime
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(connection=erp, by=acme.standard, clock=lambda: now, progress=stop)

    stopped = SyncRun.objects.get()
    assert (stopped.status, stopped.counts["job"]["added"]) == (SyncRun.Status.INTERRUPTED, 3)
    assert run(erp, acme, now).status == SyncRun.Status.DONE


def test_refreshing_takes_standard(acme: Cast, erp: Connection, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        pull(connection=erp, by=acme.reader, clock=lambda: now)


def test_ids_that_two_companies_share_do_not_meet(
    acme: Cast, rival: Cast, erp: Connection, tmp_path: Path, now: datetime
) -> None:
    theirs = erp_of(rival.company, tmp_path)
    run(erp, acme, now)
    pull(connection=theirs, by=rival.admin, clock=lambda: now)

    assert Job.objects.filter(company=acme.company).count() == 3
    assert Job.objects.filter(company=rival.company).count() == 3
