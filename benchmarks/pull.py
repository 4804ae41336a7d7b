"""Pull jobs from CSV: first, again unchanged, again with every row looked at; and peak memory."""

import json
import sys
from pathlib import Path

from benchmarks.measure import peak_mb
from benchmarks.setting import clock, start, timed, write_jobs


def main(count: int) -> list[dict[str, str]]:
    start()
    from tieback.access.actors import operator
    from tieback.access.models import Company
    from tieback.connections.services import add_connection
    from tieback.home import home
    from tieback.staging.models import Job
    from tieback.staging.pull import pull

    folder = home() / "erp"
    folder.mkdir()
    write_jobs(folder, count)
    company = Company.objects.create(name="Bench", slug="bench", created_at=clock())
    by = operator(company)
    erp = add_connection(
        by=by, now=clock(), name="ERP", connector="csvfile", settings={"folder": str(folder)}
    )

    first = timed(lambda: pull(connection=erp, by=by, clock=clock))
    assert Job.objects.count() == count
    untouched = timed(lambda: pull(connection=erp, by=by, clock=clock))
    touch_one_row(folder / "jobs.csv")
    looked_at = timed(lambda: pull(connection=erp, by=by, clock=clock))
    peak = peak_mb()
    return [
        {
            "what": f"Pull of {count:,} jobs from CSV, SQLite",
            "target": "> 5,000 rows/s",
            "measured": f"{count / first:,.0f} rows/s",
            "how": f"{first:.1f} s, file to staged rows with search index, in batches of 1,000",
        },
        {
            "what": "The same again, nothing changed",
            "target": "≥ 4× faster",
            "measured": f"{first / untouched:,.0f}×",
            "how": f"{untouched:.2f} s: the file's digest is the same, so nothing is read",
        },
        {
            "what": "The same again, one row changed",
            "target": "≥ 4× faster",
            "measured": f"{first / looked_at:,.1f}×",
            "how": f"{looked_at:.2f} s: every row read and compared by its digest",
        },
        {
            "what": "Peak memory of the three",
            "target": "< 300 MB",
            "measured": f"{peak:.0f} MB",
            "how": "ru_maxrss of the process",
        },
    ]


def touch_one_row(path: Path) -> None:
    """Change the last job's name."""
    lines = path.read_text().splitlines()
    lines[-1] = lines[-1].replace("NEW YORK", "ALBANY")
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
