"""Which file is read, and which never is."""

import os
import shutil
from pathlib import Path

import pytest

from tests.connectors import export
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import ConfigError, TransientError
from tieback.connectors.records import Resource

JOBS = "Job #,Name\n1,A\n"


@pytest.mark.parametrize(
    "name",
    ["jobs.csv", "Jobs.CSV", "job_list.txt", "Job List 2026-03-24.csv", "ERP Projects.tsv"],
)
def test_a_file_is_found_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(JOBS)

    assert [job.number for job in export.jobs(export.reader(tmp_path))] == ["1"]


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("CostCodes.csv", Resource.COST_CODE),
        ("Sub-Jobs.csv", Resource.SUB_JOB),
        ("Vendor List.csv", Resource.VENDOR),
        ("suppliers.csv", Resource.VENDOR),
    ],
)
def test_every_resource_has_its_names(name: str, resource: Resource, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x\n")

    assert export.reader(tmp_path).inspect(resource).file == name


@pytest.mark.parametrize("name", ["~$jobs.csv", ".jobs.csv", "notes.csv", "jobs.pdf", "jobs"])
def test_other_files_are_nobodys(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(JOBS)

    with pytest.raises(ConfigError, match="no jobs file"):
        export.reader(tmp_path).check()


def test_two_files_that_fit_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(JOBS)
    (tmp_path / "Job List.csv").write_text(JOBS)

    with pytest.raises(ConfigError, match=r"Job List\.csv and jobs\.csv"):
        export.reader(tmp_path).check()


def test_a_chosen_file_needs_no_telling_name(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(JOBS)
    (tmp_path / "export-17.csv").write_text("Job #,Name\n2,B\n")
    connector = export.reader(tmp_path, files={"job": "export-17.csv"})

    assert [job.number for job in export.jobs(connector)] == ["2"]


@pytest.mark.parametrize(
    "name", ["../jobs.csv", "/etc/passwd", "sub/jobs.csv", "..", "a\\b.csv", "jobs.csv\0"]
)
def test_a_chosen_file_lies_in_the_folder_itself(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not the name of a file"):
        export.reader(tmp_path, files={"job": name}).check()


def test_a_chosen_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"export\.csv is not there"):
        export.reader(tmp_path, files={"job": "export.csv"}).check()


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(JOBS)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "jobs.csv").symlink_to(tmp_path / "secret.csv")

    for read in (export.reader(folder).check, lambda: export.reader(folder).mark(Resource.JOB)):
        with pytest.raises(ConfigError, match="outside"):
            read()


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "2026.csv").write_text(JOBS)
    (tmp_path / "jobs.csv").symlink_to(tmp_path / "2026.csv")

    assert [job.number for job in export.jobs(export.reader(tmp_path))] == ["1"]


def test_a_link_to_itself_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").symlink_to(tmp_path / "jobs.csv")

    with pytest.raises((ConfigError, TransientError), match=r"jobs\.csv"):
        export.reader(tmp_path).check()


def test_a_folder_that_is_itself_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "jobs.csv").write_text(JOBS)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert [job.number for job in export.jobs(export.reader(tmp_path / "link"))] == ["1"]


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").mkdir()

    with pytest.raises(ConfigError, match="is a folder"):
        export.reader(tmp_path).check()


def test_a_pipe_in_place_of_a_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "jobs.csv")

    with pytest.raises(ConfigError, match="not a file"):
        export.reader(tmp_path).check()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="not a folder"):
        export.reader(tmp_path / "file").check()


@pytest.mark.parametrize("name", ["jobs.xls", "jobs.xlsm", "jobs.ods"])
def test_files_of_another_kind_are_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")

    with pytest.raises(ConfigError, match=name):
        export.reader(tmp_path).check()


def test_what_is_not_there_has_no_rows_and_no_mark(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, JOBS)

    assert list(connector.rows(Resource.VENDOR)) == []
    assert connector.mark(Resource.VENDOR) == ""


def test_missing_jobs_are_never_no_jobs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no jobs file"):
        list(export.reader(tmp_path).rows(Resource.JOB))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"folder": ""},
        {"folder": None},
        {"folder": 7},
        {"folder": "relative/path"},
        {"folder": "/tmp/\0"},
        {"folder": "/tmp", "encoding": "utf-7"},
        {"folder": "/tmp", "delimiter": "x"},
        {"folder": "/tmp", "date_order": "YDM"},
        {"folder": "/tmp", "decimal_mark": ";"},
        {"folder": "/tmp", "files": "jobs.csv"},
        {"folder": "/tmp", "files": {"jobs": "jobs.csv"}},
        {"folder": "/tmp", "files": {"job": 7}},
        {"folder": "/tmp", "mapping": {"job": "Name"}},
        {"folder": "/tmp", "mapping": {"job": {"nmae": "Name"}}},
        {"folder": "/tmp", "mapping": {"job": {"name": None}}},
        {"folder": "/tmp", "active_words": "on hold", "inactive_words": "On Hold"},
        {"folder": "/tmp", "active_words": ["a"]},
    ],
)
def test_settings_of_the_wrong_shape_are_refused_with_a_mend(values: dict[str, object]) -> None:
    connector = CsvFileConnector(values)

    for act in (connector.check, lambda: list(connector.rows(Resource.JOB))):
        with pytest.raises(ConfigError) as refusal:
            act()
        assert refusal.value.mend
    assert connector.inspect(Resource.JOB).problems


def test_a_file_that_is_written_to_while_we_read_is_read_again_later(tmp_path: Path) -> None:
    content = "Job #,Name\n" + "".join(f"{number},A\n" for number in range(20_000))
    rows = export.of_jobs(tmp_path, content).rows(Resource.JOB)
    next(rows)
    shutil.copy(tmp_path / "jobs.csv", tmp_path / "new.csv")
    with (tmp_path / "jobs.csv").open("a") as file:
        file.write("20001,B\n")

    with pytest.raises(TransientError, match="written to"):
        list(rows)


def test_the_mark_follows_content_settings_and_name(tmp_path: Path) -> None:
    first = export.of_jobs(tmp_path, JOBS).mark(Resource.JOB)
    ordered = export.reader(tmp_path, date_order="DMY").mark(Resource.JOB)
    mapped = export.reader(tmp_path, mapping={"job": {"name": ""}}).mark(Resource.JOB)
    changed = export.of_jobs(tmp_path, JOBS + "2,B\n").mark(Resource.JOB)

    assert len({first, ordered, mapped, changed}) == 4
    assert export.of_jobs(tmp_path, JOBS).mark(Resource.JOB) == first
