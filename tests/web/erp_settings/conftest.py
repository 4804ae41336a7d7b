"""Files as a browser sends them, into a data folder of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.conftest import Cast
from tieback.connections.folders import own_folder
from tieback.connections.models import Connection

JOBS = "Job No,Job Name,Status\n24-1,Clinic,Active\n24-2,Bridge,Active\n"
MakeConnection = Callable[..., Connection]


def sent(content: str | bytes = JOBS, name: str = "jobs.csv") -> SimpleUploadedFile:
    """A chosen file."""
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TIEBACK_HOME for one test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("TIEBACK_HOME", str(folder))
    return folder


@pytest.fixture
def files_of(acme: Cast) -> MakeConnection:
    """A connection of Acme whose own folder holds the given files, by resource."""

    def files_of(name: str = "Sage", **contents: str) -> Connection:
        connection = factories.make_connection(acme.company, name=name)
        folder = own_folder(connection)
        folder.mkdir(parents=True)
        for resource, content in (contents or {"job": JOBS}).items():
            (folder / f"{resource}.csv").write_text(content)
        connection.settings = {"folder": str(folder)}
        connection.save()
        return connection

    return files_of
