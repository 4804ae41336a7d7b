"""An installation's first day, from a shell: every step a process of its own."""

import csv
import json
import subprocess
from pathlib import Path

import pytest

from tests import erp_files
from tests.cli.installation import Installation, installation

# Each test makes its own installation; the mark has it run on every database of the suite.
pytestmark = pytest.mark.django_db

PROJECTS = """
import django
django.setup()
from tests import factories
from tieback.access.models import Company
company = Company.objects.get()
for number, name in (("P-1", "North Pier Repairs"), ("P-2", "Library Roof")):
    factories.make_project(
        company, number=number, name=name, cost_code_list=company.cost_code_lists.get(is_erp=True)
    )
"""


def write_erp(folder: Path) -> None:
    folder.mkdir()
    jobs = [
        *erp_files.job_rows(["24-001", "24-002"]),
        ["23-009", "Old Depot", "Inactive", "Owner", "5.00"],
        ["23-010", "Older Depot", "Closed", "Owner", "5.00"],
    ]
    erp_files.write(folder, "jobs.csv", erp_files.JOBS, jobs)
    codes = [["24-001", "01-100", "Site", "L"], ["24-001", "02-200", "Piles", "M"]]
    erp_files.write(folder, "cost_codes.csv", erp_files.COST_CODES, codes)


def done(site: Installation, *words: str, typed: str = "") -> str:
    """Call `tieback`, expect it done, and return its answer."""
    answer = site.tieback(*words, typed=typed)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def states(site: Installation) -> dict[str, str]:
    return {job["number"]: job["state"] for job in site.dump()["job"]}


def test_an_installation_s_first_day(tmp_path: Path) -> None:
    write_erp(tmp_path / "erp")
    with installation(tmp_path) as site:
        init = ("init", "--company", "Pier Works", "--email", "ann@pier.example")
        assert "Password: " in done(site, *init)
        done(
            site, "user", "add", "rae@pier.example", "--password-stdin", typed="rae comes by sea\n"
        )
        done(site, "connection", "add", "Books", "--folder", str(tmp_path / "erp"))
        site.python(PROJECTS)

        done(site, "pull")
        listed = site.read("jobs", "--inactive")["jobs"]
        assert [job["number"] for job in listed] == ["23-009", "23-010", "24-001", "24-002"]

        before = site.dump()
        preview = site.read("link", "24-001", "P-1", "--dry-run")
        assert [row["state"] for row in preview["rows"]] == ["preview"]
        assert site.dump() == before

        done(site, "link", "24-001", "P-1")
        linked = site.dump()
        assert [code["full_code"] for code in linked["projectcostcode"]] == ["01-100", "02-200"]
        assert linked["project"][0]["origin_code"] == "24-001"
        taken = site.tieback("link", "24-002", "P-1")
        assert (taken.returncode, taken.stdout) == (1, "")
        assert "P-1 North Pier Repairs is linked to 24-001 Job 24-001 already" in taken.stderr

        done(site, "unlink", "24-001")
        after = site.dump()
        for table in ("project", "projectcostcode", "costtype", "costtypeassignment"):
            assert after[table] == before[table]

        done(site, "archive", "--all-inactive")
        assert states(site) == {
            "24-001": "ready",
            "24-002": "ready",
            "23-009": "archived",
            "23-010": "archived",
        }
        refused = site.tieback("restore", "23-009", "--as", "rae@pier.example")
        assert (refused.returncode, states(site)["23-009"]) == (1, "archived")

        (proof,) = site.read("audit", "verify")["companies"]
        assert (proof["is_whole"], proof["breaks"]) == (True, [])
        actions = [event["action"] for event in site.read("audit", "list")["events"]]
        assert actions[0] == "access.refused"
        assert {"company.create", "member.add", "connection.add", "link.create", "link.end"} <= set(
            actions
        )


def test_ten_broken_rows_are_each_told_with_row_and_column(tmp_path: Path) -> None:
    folder = tmp_path / "erp"
    folder.mkdir()
    broken = [
        ["", "No number", "Active", "", "1"],
        ["B-2", "", "Active", "", "1"],
        ["B-3", "Amount in words", "Active", "", "a lot"],
        ["B-4", "Status unknown", "Perhaps", "", "1"],
        ["A-1", "Doubled", "Active", "", "1"],
    ]
    rows = [*erp_files.job_rows(["A-1", "A-2"]), *broken]
    erp_files.write(folder, "jobs.csv", erp_files.JOBS, rows)
    with installation(tmp_path) as site:
        done(site, "init", "--company", "Pier Works", "--email", "ann@pier.example")
        done(site, "connection", "add", "Books", "--folder", str(folder))

        answer = site.tieback("pull")
        issues = site.read("issues")["issues"]

    assert answer.returncode == 0, answer.stderr
    assert "Traceback" not in answer.stderr
    assert {issue["source"] for issue in issues} == {"jobs.csv"}
    assert {4, 5, 6, 7} <= {issue["row"] for issue in issues}
    assert all(issue["message"] and issue["mend"] for issue in issues)


def test_two_commands_prepare_a_new_database_at_once(tmp_path: Path) -> None:

    with installation(tmp_path) as site:
        both = [
            subprocess.Popen(
                [*site.command, "init", "--company", f"Firm {n}", "--email", f"a@firm{n}.example"],
                env=site.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for n in range(3)
        ]
        said = [process.communicate(timeout=120) for process in both]

        assert [process.returncode for process in both] == [0, 0, 0], said
        assert {row["slug"] for row in site.dump()["company"]} == {"firm-0", "firm-1", "firm-2"}


def test_a_name_from_a_file_steers_no_terminal_and_no_json(tmp_path: Path) -> None:
    folder = tmp_path / "erp"
    folder.mkdir()
    with (folder / "jobs.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [erp_files.JOBS, ["N-1", "[red]Pier[/] \u202egnp \x1b[2J", "Active", "Owner", "1"]]
        )
    with installation(tmp_path) as site:
        done(site, "init", "--company", "Pier Works", "--email", "ann@pier.example")
        done(site, "connection", "add", "Books", "--folder", str(folder))

        answers = [site.tieback("pull"), site.tieback("jobs"), site.tieback("jobs", "--json")]

    said = "".join(answer.stdout + answer.stderr for answer in answers)
    assert not {"\x1b", "\u202e"} & set(said)
    assert isinstance(json.loads(answers[2].stdout), dict)


@pytest.mark.sqlite
def test_a_data_folder_that_cannot_be_used_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with installation(tmp_path) as site:
        jobs, doctor = site.tieback("jobs"), site.tieback("doctor", "--json")

    assert (jobs.returncode, doctor.returncode) == (1, 1)
    assert jobs.stderr.startswith("The data folder cannot be used: ")
    assert "Traceback" not in jobs.stderr + doctor.stderr
    (found,) = json.loads(doctor.stdout)["findings"]
    assert (found["about"], found["is_ok"]) == ("set-up", False)
