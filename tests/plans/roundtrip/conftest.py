"""Sheets of decisions: exported by us, changed by a person, sent back."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import factories
from tests.plans.conftest import Yard
from tieback.access.actors import Actor
from tieback.plans.roundtrip.checking import Checked, check
from tieback.plans.roundtrip.columns import COLUMNS, SHEET
from tieback.plans.roundtrip.reading import read_sheet
from tieback.plans.roundtrip.rows import rows_of_jobs
from tieback.plans.roundtrip.writing import written
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Change = Callable[[list[dict[str, Any]]], object]
AT = {column.name: at for at, column in enumerate(COLUMNS)}


@dataclass
class Desk:
    """Exports the jobs of a lane, lets the test change the rows, and has the file checked."""

    yard: Yard
    folder: Path
    pairs: list[tuple[Job, Project]]

    def exported(self, kind: str, jobs: list[Job] | None = None) -> bytes:
        if jobs is None:
            jobs = [Job.objects.get(pk=job.pk) for job, _ in self.pairs]
        return written(rows_of_jobs(self.yard.cast.company.pk, jobs), kind, title="Safe")

    def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in json.loads(self.exported("json"))["rows"]]

    def returned(self, change: Change, kind: str = "json", by: Actor | None = None) -> Checked:
        rows = self.rows()
        change(rows)
        return self.checked(getattr(self, f"_{kind}")(rows), kind, by)

    def checked(self, content: bytes, kind: str, by: Actor | None = None) -> Checked:
        path = self.folder / f"returned.{kind}"
        path.write_bytes(content)
        return check(read_sheet(path, name=path.name), actor=by or self.yard.cast.admin)

    def workbook(self, change: Callable[[Any], object]) -> bytes:
        """The exported workbook as a person saves it after changing the sheet."""
        book = openpyxl.load_workbook(BytesIO(self.exported("xlsx")))
        change(book[SHEET])
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    def _json(self, rows: list[dict[str, Any]]) -> bytes:
        return json.dumps({"rows": rows}).encode()

    def _csv(self, rows: list[dict[str, Any]]) -> bytes:
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(column.header for column in COLUMNS)
        writer.writerows([row.get(column.name) for column in COLUMNS] for row in rows)
        return text.getvalue().encode()

    def _xlsx(self, rows: list[dict[str, Any]]) -> bytes:
        def put(sheet: Any) -> None:
            sheet.delete_rows(2, len(self.pairs))
            for row in rows:
                sheet.append([row.get(column.name) for column in COLUMNS])

        return self.workbook(put)


@pytest.fixture
def desk(yard: Yard, tmp_path: Path) -> Desk:
    pairs = yard.pairs(3)
    for job, project in pairs:
        factories.make_candidate(job, project, lane="Safe", probability=0.9912)
    return Desk(yard, tmp_path, pairs)
