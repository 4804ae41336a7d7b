"""`tieback project` and `tieback codes`: a company's own portfolio from a shell."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.cli.conftest import Run
from tests.cli.test_help import documented
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project, StandardCostCode, StandardCostCodeList

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Writes a CSV file and returns its path."""

    def bring(*rows: list[str], name: str = "own.csv") -> str:
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return str(tmp_path / name)

    return bring


def test_a_project_is_added_with_what_was_said(tieback: Run, acme: Cast) -> None:
    erp = factories.make_erp_list(acme.company)

    answer = tieback(
        *("project", "add", "24-101", "Clinic", "--city", "Troy", "--value", "1250000"),
        *("--start", "2026-03-02", "--state", "NY"),
    )

    project = Project.objects.get()
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout == f"Added 24-101 Clinic to Acme Builders, as '#{project.pk}'.\n"
    assert (project.city, project.state_code, str(project.value)) == ("Troy", "NY", "1250000.00")
    assert project.cost_code_list == erp
    event = AuditEvent.objects.get()
    assert (event.action, event.door) == ("project.create", "command line")


def test_a_project_that_cannot_be_is_refused_with_its_fields(tieback: Run, acme: Cast) -> None:
    answer = tieback("project", "add", "1", "", "--value", "lots", "--end", "2026-02-30")

    assert (answer.exit_code, answer.stdout) == (1, "")
    for words in ("Name: It is empty.", "Value: “lots”", "End: “2026-02-30” is a day"):
        assert words in answer.stderr
    assert not Project.objects.exists()


def test_a_project_is_changed_and_its_field_emptied(tieback: Run, acme: Cast) -> None:
    factories.make_project(acme.company, number="1", name="Clinic", city="Troy")

    answer = tieback("project", "change", "1", "--name", "Hospital", "--city", "")

    project = Project.objects.get()
    assert (answer.exit_code, answer.stdout) == (0, "Changed 1 Hospital.\n")
    assert (project.name, project.city) == ("Hospital", "")


def test_a_change_of_nothing_is_refused(tieback: Run, acme: Cast) -> None:
    factories.make_project(acme.company, number="1")

    assert tieback("project", "change", "1").exit_code == 1


def test_projects_are_imported_and_the_counts_said(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Number", "Name"], ["1", "Clinic"], ["2", "Pier"])

    first, again = tieback("project", "import", path), tieback("project", "import", path)

    assert (first.exit_code, first.stdout) == (
        0,
        "own.csv: 2 added, 0 changed, 0 unchanged, 0 refused.\n",
    )
    assert again.stdout == "own.csv: 0 added, 0 changed, 2 unchanged, 0 refused.\n"
    assert Project.objects.count() == 2


def test_a_dry_run_says_the_same_and_changes_nothing(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Number", "Name"], ["1", "Clinic"], ["2", ""])

    answer = tieback("project", "import", path, "--dry-run", "--json")

    document = json.loads(answer.stdout)
    assert (answer.exit_code, document["is_dry_run"]) == (1, True)
    assert document["counts"] == {"added": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert not Project.objects.exists()
    assert not AuditEvent.objects.exists()
    assert (set(document), set(document["refused"][0])) == documented()["project import"]


def test_refused_rows_are_told_and_the_rest_is_done(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Number", "Name", "Value"], ["1", "Clinic", "lots"], ["2", "Pier", "5"])

    answer = tieback("project", "import", path)

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Row 2: Column “Value”: “lots” is not an amount in digits.\n")
    assert [one.name for one in Project.objects.all()] == ["Pier"]


def test_columns_dates_and_amounts_can_be_said(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Nr", "Was", "Wert", "Ab"], ["1", "Clinic", "1.234,5", "3.4.2026"])
    columns = ("number=Nr", "name=Was", "value=Wert", "start_date=Ab")

    answer = tieback(
        *("project", "import", path, "--dates", "DMY", "--decimal-comma"),
        *(word for pair in columns for word in ("--column", pair)),
    )

    project = Project.objects.get()
    assert answer.exit_code == 0, answer.stderr
    assert (str(project.value), str(project.start_date)) == ("1234.50", "2026-04-03")


def test_a_wrong_column_is_a_wrong_call(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Number", "Name"], ["1", "A"])

    assert tieback("project", "import", path, "--column", "colour=Red").exit_code == 2


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "own.pdf"])
def test_what_is_no_file_is_refused_in_words(
    tieback: Run, acme: Cast, tmp_path: Path, name: str
) -> None:
    (tmp_path / "own.pdf").write_bytes(b"%PDF-1.7\n")

    answer = tieback("project", "import", str(tmp_path / name))

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "Tieback met an error" not in answer.stderr
    assert answer.stderr


def test_codes_are_imported_onto_a_new_erp_list(tieback: Run, acme: Cast, bring: Any) -> None:
    waiting = factories.make_project(acme.company)
    path = bring(["Code", "Name", "Parent"], ["03", "Concrete", ""], ["03-100", "Forms", "03"])

    answer = tieback("codes", "import", path, "--list", "CSI", "--erp")

    waiting.refresh_from_db()
    assert answer.exit_code == 0, answer.stderr
    listed = StandardCostCodeList.objects.get()
    assert (listed.name, listed.is_erp, listed.codes.count()) == ("CSI", True, 2)
    assert waiting.cost_code_list == listed
    assert json.loads(tieback("codes", "lists", "--json").stdout) == {
        "lists": [{"id": listed.pk, "name": "CSI", "is_erp": True, "codes": 2, "projects": 1}]
    }


def test_without_a_name_the_erp_list_is_meant(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Code", "Name"], ["03", "Concrete"])
    refused = tieback("codes", "import", path)
    listed = factories.make_erp_list(acme.company)

    answer = tieback("codes", "import", path)

    assert (refused.exit_code, answer.exit_code) == (1, 0)
    assert "--list NAME" in refused.stderr
    assert [code.list for code in StandardCostCode.objects.all()] == [listed]


def test_a_dry_run_makes_no_list(tieback: Run, acme: Cast, bring: Any) -> None:
    path = bring(["Code", "Name"], ["03", "Concrete"])

    answer = tieback("codes", "import", path, "--list", "CSI", "--erp", "--dry-run")

    assert (answer.exit_code, answer.stdout) == (
        0,
        "own.csv: 1 added, 0 changed, 0 unchanged, 0 refused.\n",
    )
    assert not StandardCostCodeList.objects.exists()


def test_a_refused_naming_takes_the_codes_back(tieback: Run, acme: Cast, bring: Any) -> None:
    old = factories.make_erp_list(acme.company, name="Old")
    factories.make_project(acme.company, name="Pier", cost_code_list=old, origin_id="x")
    path = bring(["Code", "Name"], ["03", "Concrete"])

    answer = tieback("codes", "import", path, "--list", "CSI", "--erp")

    assert answer.exit_code == 1
    assert "“Old” has to stay the ERP list" in answer.stderr
    assert [one.name for one in StandardCostCodeList.objects.all()] == ["Old"]
    assert not StandardCostCode.objects.exists()


def test_a_list_is_named_later(tieback: Run, acme: Cast) -> None:
    listed = factories.make_list(acme.company, name="CSI")

    answers = [tieback("codes", "erp", name) for name in ("csi", "nothing")]

    listed.refresh_from_db()
    assert [answer.exit_code for answer in answers] == [0, 1]
    assert listed.is_erp


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_each_command_takes_admin(tieback: Run, acme: Cast, bring: Any, level: Level) -> None:
    factories.make_project(acme.company, number="1", name="Ours")
    factories.make_list(acme.company, name="Ours")
    projects = bring(["Number", "Name"], ["1", "Theirs"])
    codes = bring(["Code", "Name"], ["03", "A"], name="codes.csv")
    calls = (
        ("project", "add", "2", "Theirs"),
        ("project", "change", "1", "--name", "Theirs"),
        ("project", "import", projects),
        ("codes", "import", codes, "--list", "Ours"),
        ("codes", "erp", "Ours"),
    )

    answers = [tieback(*call, "--as", acme.users[level].email) for call in calls]

    assert [(answer.exit_code, answer.stdout) for answer in answers] == [(1, "")] * len(calls)
    assert [one.name for one in Project.objects.all()] == ["Ours"]
    assert not StandardCostCode.objects.exists()
    assert {event.action for event in AuditEvent.objects.all()} == {"access.refused"}
