"""What the command line's tests share: a caller, and a company with something to decide."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import factories
from tests.conftest import Cast
from tieback.cli import app
from tieback.connections.models import Connection
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Run = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tieback(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls `tieback` with words; the answer has exit_code, stdout and stderr."""
    monkeypatch.delenv("TIEBACK_COMPANY", raising=False)
    runner = CliRunner()

    def run(*words: str, typed: str = "") -> Any:
        return runner.invoke(app, list(words), input=typed)

    return run


@dataclass(frozen=True)
class Site:
    """One connection of Acme, a job with two cost codes, and a project that it may be linked to."""

    connection: Connection
    job: Job
    project: Project


@pytest.fixture
def site(acme: Cast) -> Site:
    connection = factories.make_connection(acme.company, name="Books")
    job = factories.make_job(connection, number="J-100", name="North Pier", external_id="erp-100")
    factories.make_job_cost_code(job, "01", "L")
    factories.make_job_cost_code(job, "02")
    project = factories.make_project(
        acme.company,
        number="P-100",
        name="North Pier Repairs",
        cost_code_list=factories.make_erp_list(acme.company),
    )
    return Site(connection, job, project)
