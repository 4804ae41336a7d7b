import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import erp_files, factories
from tests.cli.conftest import Run
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.connections.models import Connection, SyncRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def erp(acme: Cast, tmp_path: Path) -> Connection:
    erp_files.write(tmp_path, "jobs.csv", erp_files.JOBS, erp_files.job_rows(["A-1", "A-2"]))
    return erp_files.erp_of(acme.company, tmp_path)


def test_pull_stages_what_the_erp_has_and_counts_it(tieback: Run, erp: Connection) -> None:
    first = tieback("pull", "--json")
    second = tieback("pull", "--json")

    counts = [json.loads(answer.stdout)["run"]["counts"]["job"] for answer in (first, second)]
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [(one["read"], one["added"], one["unchanged"]) for one in counts] == [
        (2, 2, 0),
        (0, 0, 2),
    ]


def test_refused_rows_are_listed_briefly_and_the_pull_is_done(
    tieback: Run, erp: Connection, tmp_path: Path
) -> None:
    broken = [["", f"Nameless {n}", "Active", "", "1"] for n in range(15)]
    erp_files.write(tmp_path, "jobs.csv", erp_files.JOBS, [*erp_files.job_rows(["A-1"]), *broken])

    answer = tieback("pull")
    document = json.loads(tieback("pull", "--json").stdout)

    assert answer.exit_code == 0
    assert answer.stderr.count("job\tjobs.csv\t") == 10
    assert (
        "15 open issues. 5 more are not shown here. All of them: tieback issues --connection "
        in (answer.stderr)
    )
    assert (document["open_issues"], len(document["issues"])) == (15, 10)


def test_a_pull_that_fails_exits_with_1_and_says_what_to_mend(
    tieback: Run, erp: Connection, tmp_path: Path
) -> None:
    (tmp_path / "jobs.csv").unlink()

    answer = tieback("pull")

    assert answer.exit_code == 1
    assert answer.stderr.splitlines()[-1].startswith("Failed: There is no jobs file in ")
    assert SyncRun.objects.get().status == "failed"


def test_a_second_pull_at_the_same_time_is_refused_by_name(tieback: Run, erp: Connection) -> None:
    now = datetime.now(UTC)
    factories.make_run(
        erp, status="running", started_by="Ann", started_at=now, heartbeat_at=now, finished_at=None
    )

    answer = tieback("pull")

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Ann started a refresh of ")


def test_pulling_takes_standard(tieback: Run, acme: Cast, erp: Connection) -> None:
    reader = tieback("pull", "--as", acme.users[Level.READ_ONLY].email)
    standard = tieback("pull", "--as", acme.users[Level.STANDARD].email)

    assert (reader.exit_code, standard.exit_code) == (1, 0)
    assert SyncRun.objects.get().started_by == acme.users[Level.STANDARD].name


def test_one_of_several_connections_has_to_be_named(
    tieback: Run, acme: Cast, erp: Connection
) -> None:
    other = factories.make_connection(acme.company, name="Other books")

    unnamed = tieback("pull")
    unknown = tieback("pull", "nothing")
    named = tieback("pull", erp.name)

    assert (unnamed.exit_code, unknown.exit_code, named.exit_code) == (1, 1, 0)
    assert f"“{other.name}”" in unnamed.stderr
    assert f"“{other.name}”" in unknown.stderr


def test_without_a_connection_the_way_to_one_is_told(tieback: Run, acme: Cast) -> None:
    answer = tieback("pull")

    assert answer.exit_code == 1
    assert "tieback connection add NAME" in answer.stderr
