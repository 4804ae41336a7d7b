"""`tieback match`: two files in, pairs out, nothing set up."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.matching.lists import rows

Run = Callable[..., Any]
LANES = ("Safe", "Look", "Twins", "Only in ERP", "Only in portfolio")


def written(path: Path, given: list[dict[str, object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(given[0]))
        out.writeheader()
        out.writerows(given)
    return path


@pytest.fixture
def lists(tmp_path: Path) -> tuple[str, str]:
    jobs = [{**row, "id": f"J{row['id']}", "name": str(row["name"]).upper()} for row in rows()]
    projects = [{**row, "id": f"P{row['id']}"} for row in rows()[:40]]
    return (
        str(written(tmp_path / "jobs.csv", jobs)),
        str(written(tmp_path / "projects.csv", projects)),
    )


def pairs(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_job_gets_its_project(tieback: Run, lists: tuple[str, str], tmp_path: Path) -> None:
    answer = tieback("match", *lists, "-o", str(tmp_path / "pairs.csv"))

    found = pairs(tmp_path / "pairs.csv")
    assert answer.exit_code == 0
    assert {(row["job_id"], row["project_id"]) for row in found} == {
        (f"J{row['id']}", f"P{row['id']}") for row in rows()[:40]
    }
    assert list(found[0]) == ["job_id", "project_id", "probability", "margin", "lane", "sentence"]
    assert "8 Only in ERP, 0 Only in portfolio" in answer.stdout


def test_the_same_as_json(tieback: Run, lists: tuple[str, str], tmp_path: Path) -> None:
    answer = tieback("match", *lists, "-o", str(tmp_path / "pairs.csv"), "--json")

    said = json.loads(answer.stdout)
    assert tuple(said["counts"]) == LANES
    assert len(said["matches"]) == len(pairs(tmp_path / "pairs.csv")) == 40
    assert said["only_in_erp"] == [f"J{row['id']}" for row in rows()[40:]]


def test_a_workbook_is_read_as_text_is(
    tieback: Run, lists: tuple[str, str], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for line in csv.reader(Path(lists[0]).read_text("utf-8").splitlines()):
        book.active.append(line)
    book.save(tmp_path / "jobs.xlsx")

    tieback("match", *lists, "-o", str(tmp_path / "one.csv"))
    tieback("match", str(tmp_path / "jobs.xlsx"), lists[1], "-o", str(tmp_path / "other.csv"))

    assert (tmp_path / "one.csv").read_text() == (tmp_path / "other.csv").read_text()


def test_columns_may_be_missing(tieback: Run, tmp_path: Path) -> None:
    names = [{"id": row["id"], "name": row["name"]} for row in rows()]
    path = str(written(tmp_path / "names.csv", names))

    answer = tieback("match", path, path, "-o", str(tmp_path / "pairs.csv"))

    assert answer.exit_code == 0
    assert all(row["job_id"] == row["project_id"] for row in pairs(tmp_path / "pairs.csv"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "There is no file"),
        ("list.parquet", "PAR1", "cannot be read"),
        ("list.feather", "ARROW1", "are not read here"),
        ("list.csv", "id,name,Name\nA,B,C\n", "has the column “name” more than once"),
        ("list.csv", "name\nHarbor\n", "has no column “id”"),
        ("list.csv", "id,name\n,Harbor\n", "row 2: the id is empty"),
        ("list.csv", "id,name\n7,Harbor\n7,Pier\n", "row 3: the id 7 stands in row 2 too"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(
    tieback: Run, lists: tuple[str, str], tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)

    answer = tieback("match", str(tmp_path / name), lists[1], "-o", str(tmp_path / "pairs.csv"))

    assert answer.exit_code == 1
    assert said in answer.stderr
    assert not (tmp_path / "pairs.csv").exists()


@pytest.mark.parametrize("name", ["jobs.csv", "nowhere/pairs.csv", "pairs.parquet", ""])
def test_pairs_are_not_written_where_they_do_harm(
    tieback: Run, lists: tuple[str, str], tmp_path: Path, name: str
) -> None:
    before = Path(lists[0]).read_text()

    answer = tieback("match", *lists, "-o", str(tmp_path / name))

    assert answer.exit_code == 1
    assert Path(lists[0]).read_text() == before


def test_an_id_that_is_a_formula_does_not_run_in_a_spreadsheet(
    tieback: Run, tmp_path: Path
) -> None:
    path = str(written(tmp_path / "a.csv", [{**row, "id": f"=1+{row['id']}"} for row in rows()]))

    tieback("match", path, path, "-o", str(tmp_path / "pairs.csv"))

    assert all(row["job_id"].startswith("'=1+") for row in pairs(tmp_path / "pairs.csv"))


def test_neither_django_nor_a_data_folder_is_needed(lists: tuple[str, str], tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv = ['tieback', 'match', *sys.argv[1:]]\n"
        "from tieback.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print('django.db' in sys.modules)\n"
    )
    home = tmp_path / "no such folder"
    pairs_file = str(tmp_path / "pairs.csv")

    done = subprocess.run(
        [sys.executable, "-c", script, *lists, "-o", pairs_file],
        env={"TIEBACK_HOME": str(home), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.endswith("False\n")
    assert not home.exists()
