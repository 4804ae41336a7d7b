import json
from pathlib import Path

import pytest

from tests import erp_files
from tests.cli.conftest import Run
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "erp"
    path.mkdir()
    erp_files.write(path, "jobs.csv", erp_files.JOBS, erp_files.job_rows(["A-1"]))
    return path


def test_a_connection_is_added_once_something_is_found_there(
    tieback: Run, acme: Cast, folder: Path
) -> None:
    answer = tieback("connection", "add", "Books", "--folder", str(folder))

    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.startswith("Added “Books” to Acme Builders. Found jobs.csv: 1 row")
    assert Connection.objects.get().settings == {"folder": str(folder)}


def test_a_relative_folder_is_kept_in_full(
    tieback: Run, acme: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)

    tieback("connection", "add", "Books", "--folder", "erp")

    assert Connection.objects.get().settings == {"folder": str(folder)}


def test_settings_may_be_nested(tieback: Run, acme: Cast, folder: Path) -> None:
    answer = tieback(
        *("connection", "add", "Books", "--folder", str(folder)),
        *("--set", "date_order=DMY", "--set", "mapping.job.name=Description"),
    )

    assert answer.exit_code == 0, answer.stderr
    assert Connection.objects.get().settings == {
        "folder": str(folder),
        "date_order": "DMY",
        "mapping": {"job": {"name": "Description"}},
    }


@pytest.mark.parametrize("pair", ["nonsense", "=x", "a..b=c"])
def test_a_setting_without_key_or_value_is_a_wrong_call(
    tieback: Run, acme: Cast, pair: str
) -> None:
    assert tieback("connection", "add", "Books", "--set", pair).exit_code == 2


def test_a_folder_with_nothing_to_read_is_refused_and_nothing_is_kept(
    tieback: Run, acme: Cast, tmp_path: Path
) -> None:
    answer = tieback("connection", "add", "Books", "--folder", str(tmp_path / "nowhere"))

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "nowhere" in answer.stderr
    assert Connection.objects.count() == 0


def test_no_check_adds_a_connection_before_its_files_are_there(
    tieback: Run, acme: Cast, tmp_path: Path
) -> None:
    path = str(tmp_path / "later")

    answer = tieback("connection", "add", "Books", "--folder", path, "--no-check")
    checked = tieback("connection", "check", "Books")
    (shown,) = json.loads(tieback("connection", "list", "--json").stdout)["connections"]

    assert (answer.exit_code, checked.exit_code) == (0, 1)
    assert shown["check_problem"].startswith(checked.stderr.splitlines()[0])


def test_a_name_that_is_taken_and_an_unknown_connector_are_refused(
    tieback: Run, acme: Cast, folder: Path
) -> None:
    tieback("connection", "add", "Books", "--folder", str(folder))

    taken = tieback("connection", "add", "Books", "--folder", str(folder))
    unknown = tieback("connection", "add", "More", "--connector", "abacus")

    assert (taken.exit_code, unknown.exit_code) == (1, 1)
    assert "Choose another name." in taken.stderr
    assert "Choose one of: csvfile." in unknown.stderr


def test_adding_takes_admin_and_checking_standard(tieback: Run, acme: Cast, folder: Path) -> None:
    words = ("connection", "add", "Books", "--folder", str(folder), "--as")
    standard, admin = acme.users[Level.STANDARD].email, acme.users[Level.ADMIN].email

    refused, allowed = tieback(*words, standard), tieback(*words, admin)
    checked = tieback("connection", "check", "Books", "--json", "--as", standard)

    assert (refused.exit_code, allowed.exit_code, checked.exit_code) == (1, 0, 0)
    assert json.loads(checked.stdout)["connection"] == "Books"
