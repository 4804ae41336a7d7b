"""A go-live's large steps: a plan of 1,500 links drafted, applied, undone; a lane out and back."""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.setting import clock, names, start

ROWS, CODES, THERE = 1_500, 30, 10


def main(_: int) -> list[dict[str, str]]:
    start()
    from tieback.plans.services import apply, draft, draft_undo

    by, decisions = made_company()
    rows = []
    plan, drafted = both(lambda: draft(decisions=decisions, title="Go-live", by=by, now=clock()))
    how = f"{plan.rows.count():,} links, {CODES} cost codes each, {THERE} of them there already"
    rows.append(row(f"Preview of a plan of {ROWS:,} rows", "< 5 s", drafted, how))
    batch, applied = both(lambda: apply(plan=plan, by=by, clock=clock))
    done = f"{plan.rows.filter(state='applied').count():,} rows, each in a transaction of its own"
    rows.append(row("Applying it, SQLite", "< 60 s", applied, done))
    inverse, shown = both(lambda: draft_undo(batch=batch, by=by, now=clock()))
    rows.append(row("Preview of its undo", "< 5 s", shown, "what returns, what cannot"))
    _, undone = both(lambda: apply(plan=inverse, by=by, clock=clock))
    back = f"{inverse.rows.filter(state='applied').count():,} links ended, everything put back"
    rows.append(row("Undoing it, SQLite", "< 60 s", undone, back))
    return rows + sheets(by)


def made_company() -> tuple[Any, list[Any]]:
    """An operator and a decision to link for each of so many fresh pairs of the lane Safe."""
    from tieback.access.actors import operator
    from tieback.access.models import Company
    from tieback.connections.models import Connection
    from tieback.plans.decisions import Action, Decision
    from tieback.portfolio.models import Project, ProjectCostCode, StandardCostCodeList
    from tieback.proposing.models import Candidate
    from tieback.staging.models import Job, JobCostCode

    at = datetime(2026, 1, 1, tzinfo=UTC)
    company = Company.objects.create(name="Bench", slug="bench", created_at=at)
    erp = Connection.objects.create(company=company, name="E", connector="csvfile", created_at=at)
    erp_list = StandardCostCodeList.objects.create(company=company, name="ERP", is_erp=True)
    seen = {"company": company, "connection": erp, "first_seen_at": at, "changed_at": at}
    every = list(names(ROWS, 7))
    jobs = Job.objects.bulk_create(
        Job(**seen, external_id=number, number=number, name=name.upper(), state_changed_at=at)
        for number, name, _ in every
    )
    projects = Project.objects.bulk_create(
        Project(company=company, number=f"P{number}", name=name, cost_code_list=erp_list)
        for number, name, _ in every
    )
    JobCostCode.objects.bulk_create(
        JobCostCode(
            **seen,
            job=job,
            external_id=f"{job.pk}|{code}",
            full_code=f"{code // 3:02}-{code % 3 + 1}00",
            name=f"Code {code}",
            cost_type="LMESO"[code % 5],
        )
        for job in jobs
        for code in range(CODES)
    )
    ProjectCostCode.objects.bulk_create(
        ProjectCostCode(
            project=project,
            code=f"{code}",
            full_code=f"{code // 3:02}-{code % 3 + 1}00",
            name=f"Own {code}",
        )
        for project in projects
        for code in range(THERE)
    )
    Candidate.objects.bulk_create(
        Candidate(
            company=company,
            job=job,
            project=project,
            rank=1,
            is_proposed=True,
            score=9.0,
            probability=0.999,
            lane="Safe",
            sentence="Same number. Name 99 % alike.",
            model_version="1",
            proposed_at=at,
        )
        for job, project in zip(jobs, projects, strict=True)
    )
    pairs = zip(jobs, projects, strict=True)
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in pairs]
    return operator(company), decisions


def sheets(by: Any) -> list[dict[str, str]]:
    """The lane out as a workbook, decided, read and checked again."""
    import openpyxl

    from tieback.access.models import Company
    from tieback.plans.roundtrip.checking import check
    from tieback.plans.roundtrip.reading import read_sheet
    from tieback.plans.roundtrip.rows import rows_of_jobs
    from tieback.plans.roundtrip.writing import written
    from tieback.staging.models import Job

    company = Company.objects.get()
    jobs = list(Job.objects.filter(company=company).order_by("number"))
    file, out = both(lambda: written(rows_of_jobs(company.pk, jobs), "xlsx", title="Safe"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lane.xlsx")
        path.write_bytes(file)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        column = next(cell.column for cell in sheet[1] if cell.value == "Decision")
        for at in range(2, sheet.max_row + 1):
            sheet.cell(at, column).value = "link"
        book.save(path)
        checked, back = both(lambda: check(read_sheet(path, name="lane.xlsx"), actor=by))
    assert len(checked.decisions) == ROWS
    return [
        row(f"XLSX export of {ROWS:,} rows", "< 3 s", out, f"{len(file) // 1024:,} KB"),
        row("Reading and checking it", "< 3 s", back, f"{len(checked.decisions):,} decisions"),
    ]


def both(act: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What the act returns, its seconds by the clock, and those of the processor."""
    began, used = time.perf_counter(), time.process_time()
    found = act()
    return found, (time.perf_counter() - began, time.process_time() - used)


def row(what: str, target: str, took: tuple[float, float], how: str) -> dict[str, str]:
    measured = f"{took[0]:.1f} s ({took[1]:.1f} s of processor)"
    return {"what": what, "target": target, "measured": measured, "how": how}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
