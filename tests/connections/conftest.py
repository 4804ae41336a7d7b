"""A data folder of the test's own, so that files of one test are never met by another."""

from pathlib import Path

import pytest


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TIEBACK_HOME for one test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("TIEBACK_HOME", str(folder))
    return folder
