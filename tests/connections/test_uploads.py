"""Uploaded files: in place whole or not at all, and never where their name would put them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import factories
from tests.conftest import Cast
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.connections.folders import own_folder
from tieback.connections.models import Connection
from tieback.connections.uploads import Upload, add_with_files, store
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource

JOBS = b"Job No,Job Name\n24-1,Clinic\n"


def upload(name: str = "jobs.csv", content: bytes = JOBS, resource: str = "job") -> Upload:
    return Upload(Resource(resource), name, [content])


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def connection(acme: Cast, data_home: Path, now: datetime) -> Connection:
    """A connection that has its file of jobs."""
    made = factories.make_connection(acme.company, name="Sage")
    return store(connection=made, uploads=[upload()], by=acme.admin, now=now)


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/cron.d/jobs.csv",
        "/etc/jobs.csv",
        "C:\\x\\jobs.CSV",
        "..\\..\\jobs.txt.csv",
        "a\0b.csv",
    ],
)
def test_a_file_lies_under_its_resource_whatever_it_is_called(
    acme: Cast, data_home: Path, now: datetime, name: str
) -> None:
    connection = factories.make_connection(acme.company)

    store(connection=connection, uploads=[upload(name)], by=acme.admin, now=now)

    at = f"files/{acme.company.pk}/{connection.pk}/job.csv"
    assert files_below(data_home) == {at: JOBS}


def test_the_connection_reads_its_own_folder_from_then_on(connection: Connection) -> None:
    connection.refresh_from_db()

    assert connection.settings["folder"] == str(own_folder(connection))


def test_files_chosen_by_name_in_the_folder_before_are_forgotten(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    old = {"folder": "/srv/erp", "files": {"job": "JC.csv"}, "date_order": "DMY"}
    connection = factories.make_connection(acme.company, settings=old)

    changed = store(connection=connection, uploads=[upload()], by=acme.admin, now=now)

    assert changed.settings == {"folder": str(own_folder(connection)), "date_order": "DMY"}


def test_a_new_file_takes_the_place_of_one_of_another_kind(
    acme: Cast, connection: Connection, now: datetime
) -> None:
    workbook = b"PK\x03\x04 and so on"

    store(connection=connection, uploads=[upload("Jobs.XLSX", workbook)], by=acme.admin, now=now)

    assert files_below(own_folder(connection)) == {"job.xlsx": workbook}


def test_files_that_are_not_sent_again_stay(
    acme: Cast, connection: Connection, now: datetime
) -> None:
    codes = upload("codes.csv", b"Job,Code\n", "cost_code")

    store(connection=connection, uploads=[codes], by=acme.admin, now=now)

    assert files_below(own_folder(connection)) == {"cost_code.csv": b"Job,Code\n", "job.csv": JOBS}


def test_an_upload_is_audited_with_its_name_size_and_digest(connection: Connection) -> None:
    event = AuditEvent.objects.get(action="connection.upload")

    assert event.target_id == str(connection.pk)
    assert event.after == {
        "resource": "job",
        "file": "jobs.csv",
        "bytes": len(JOBS),
        "sha256": "e711044f8d8bbfe31bdd11b31edc3e7f8e760c878cd1c7d24b1273e8e569382c",
    }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("jobs.exe", JOBS, "“jobs.exe” is of a kind that cannot be read."),
        ("jobs", JOBS, "“jobs” is of a kind that cannot be read."),
        ("jobs.csv", b"", "“jobs.csv” is empty."),
        (
            "jobs.csv",
            b"PK\x03\x04",
            "“jobs.csv” is an Excel workbook, though its name ends in .csv.",
        ),
        ("jobs.xlsx", JOBS, "“jobs.xlsx” is no Excel workbook, though its name ends in .xlsx."),
        (
            "jobs.xlsx",
            b"\xd0\xcf\x11\xe0\xa1",
            "“jobs.xlsx” is an old Excel workbook, though its name ends in .xlsx.",
        ),
        ("jobs.csv", b"%PDF-1.7", "“jobs.csv” is a PDF, though its name ends in .csv."),
        ("<b>.pdf", JOBS, "“<b>.pdf” is of a kind that cannot be read."),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_and_the_old_one_stays(
    acme: Cast,
    connection: Connection,
    data_home: Path,
    now: datetime,
    name: str,
    content: bytes,
    reason: str,
) -> None:
    before = files_below(data_home)

    with pytest.raises(ConfigError) as refused:
        store(connection=connection, uploads=[upload(name, content)], by=acme.admin, now=now)

    assert refused.value.message == reason
    assert files_below(data_home) == before


def test_a_file_over_the_limit_is_refused_while_it_comes_in(
    acme: Cast,
    connection: Connection,
    data_home: Path,
    now: datetime,
    settings: Settings,
) -> None:
    settings.UPLOAD_LIMIT = 2**20
    before = files_below(data_home)
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 2**18

    with pytest.raises(ConfigError, match="over 1 MB"):
        store(
            connection=connection,
            uploads=[Upload(Resource.JOB, "jobs.csv", endless())],
            by=acme.admin,
            now=now,
        )

    assert len(taken) == 5
    assert files_below(data_home) == before


def test_a_connection_that_breaks_off_leaves_the_old_file(
    acme: Cast, connection: Connection, data_home: Path, now: datetime
) -> None:
    before = files_below(data_home)

    def cut_off() -> Iterator[bytes]:
        yield JOBS
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store(
            connection=connection,
            uploads=[Upload(Resource.JOB, "jobs.csv", cut_off())],
            by=acme.admin,
            now=now,
        )

    assert files_below(data_home) == before


def test_one_refused_file_keeps_the_others_out_too(
    acme: Cast, connection: Connection, data_home: Path, now: datetime
) -> None:
    before = files_below(data_home)
    good, bad = upload(content=b"Job No\n1\n"), upload("codes.doc", b"x", "cost_code")

    with pytest.raises(ConfigError):
        store(connection=connection, uploads=[good, bad], by=acme.admin, now=now)

    assert files_below(data_home) == before


def test_the_file_of_jobs_has_to_come_first(acme: Cast, data_home: Path, now: datetime) -> None:
    connection = factories.make_connection(acme.company)
    codes = upload("codes.csv", b"Job,Code\n", "cost_code")

    with pytest.raises(ConfigError, match="The file of jobs is missing"):
        store(connection=connection, uploads=[codes], by=acme.admin, now=now)

    assert files_below(data_home) == {}


def test_no_file_at_all_is_refused(acme: Cast, data_home: Path, now: datetime) -> None:
    connection = factories.make_connection(acme.company)

    with pytest.raises(ConfigError, match="No file was chosen"):
        store(connection=connection, uploads=[], by=acme.admin, now=now)


def test_a_refused_upload_leaves_no_connection_behind(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    codes = upload("codes.csv", b"Job,Code\n", "cost_code")

    with pytest.raises(ConfigError):
        add_with_files(
            by=acme.admin, now=now, name="Sage", connector="csvfile", settings={}, uploads=[codes]
        )

    assert not Connection.objects.exists()
    assert not AuditEvent.objects.exists()
    assert files_below(data_home) == {}


def test_uploading_takes_admin(acme: Cast, data_home: Path, now: datetime) -> None:
    connection = factories.make_connection(acme.company)

    with pytest.raises(NotAllowedError):
        store(connection=connection, uploads=[upload()], by=acme.standard, now=now)

    assert files_below(data_home) == {}


def test_another_companys_connection_takes_no_file(
    acme: Cast, rival: Cast, data_home: Path, now: datetime
) -> None:
    connection = factories.make_connection(rival.company)

    with pytest.raises(NotOfCompanyError):
        store(connection=connection, uploads=[upload()], by=acme.admin, now=now)

    assert files_below(data_home) == {}


def test_only_the_owner_of_the_installation_may_read_the_files(connection: Connection) -> None:
    folder = own_folder(connection)

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "job.csv").stat().st_mode & 0o077 == 0
