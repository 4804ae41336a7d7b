"""What the tests of imports share: a file as a person would bring it."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tieback.connectors.csvfile.fields import Field
from tieback.connectors.csvfile.listing import Listing
from tieback.portfolio.fields import CODE_FILE_FIELDS, PROJECT_FILE_FIELDS

Bring = Callable[..., Listing]


def _bring(folder: Path, fields: Sequence[Field], name: str) -> Bring:
    def bring(*rows: Sequence[str]) -> Listing:
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return Listing(folder / name, fields)

    return bring


@pytest.fixture
def projects_file(tmp_path: Path) -> Bring:
    """Writes projects.csv, the header first, and opens it."""
    return _bring(tmp_path, PROJECT_FILE_FIELDS, "projects.csv")


@pytest.fixture
def codes_file(tmp_path: Path) -> Bring:
    """Writes codes.csv, the header first, and opens it."""
    return _bring(tmp_path, CODE_FILE_FIELDS, "codes.csv")
