"""A company of one's own, from nothing to a link, with no demo and no test's shortcut."""

import csv
from pathlib import Path

import pytest

from tests import erp_files
from tests.cli.installation import Installation, installation

pytestmark = pytest.mark.django_db


def done(site: Installation, *words: str) -> str:
    answer = site.tieback(*words)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def write(path: Path, *rows: list[str]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def erp(folder: Path) -> str:
    folder.mkdir()
    erp_files.write(folder, "jobs.csv", erp_files.JOBS, erp_files.job_rows(["24-001", "24-002"]))
    codes = [["24-001", "03-100", "Forms", "L"], ["24-001", "05-200", "Joists", "M"]]
    erp_files.write(folder, "cost_codes.csv", erp_files.COST_CODES, codes)
    return str(folder)


@pytest.mark.parametrize("is_list_first", [False, True], ids=["projects first", "list first"])
@pytest.mark.parametrize("own_list", [(), ("--list", "Our codes", "--erp")], ids=["given", "own"])
def test_from_nothing_to_a_link(
    tmp_path: Path, is_list_first: bool, own_list: tuple[str, ...]
) -> None:
    projects = write(
        tmp_path / "projects.csv",
        ["Project Number", "Project Name", "City"],
        ["P-1", "North Pier Repairs", "Troy"],
        ["P-2", "Library Roof", ""],
    )
    codes = write(
        tmp_path / "codes.csv",
        ["Cost Code", "Description", "Parent"],
        ["03-100", "Forms", "03"],
        ["03", "Concrete", ""],
    )
    brought = [
        ("project", "import", projects),
        ("codes", "import", codes, *own_list),
    ]
    with installation(tmp_path) as site:
        done(site, "init", "--company", "Pier Works", "--email", "ann@pier.example")
        done(site, "connection", "add", "Books", "--folder", erp(tmp_path / "erp"))
        done(site, "pull")
        for words in brought[::-1] if is_list_first else brought:
            done(site, *words)
        done(site, "project", "add", "P-3", "Depot")
        before = site.dump()

        eligible = site.read("projects", "--eligible-for", "24-001")["projects"]
        done(site, "link", "24-001", "P-1")
        linked = site.dump()
        done(site, "unlink", "24-001")
        after = site.dump()
        done(site, "project", "import", projects)
        (proof,) = site.read("audit", "verify")["companies"]

    assert {(one["number"], one["is_eligible"]) for one in eligible} == {
        ("P-1", True),
        ("P-2", True),
        ("P-3", True),
    }
    assert [code["full_code"] for code in linked["projectcostcode"]] == ["03-100", "05-200"]
    for table in ("project", "projectcostcode", "standardcostcode", "standardcostcodelist"):
        assert after[table] == before[table]
    assert proof["is_whole"]
