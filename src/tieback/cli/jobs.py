"""`tieback jobs`: the Projects tab's list."""

from dataclasses import asdict
from typing import Annotated

import typer

from tieback.access.models import Level
from tieback.cli import options
from tieback.cli.scope import open_scope
from tieback.cli.screen import document, note, table
from tieback.cli.shapes import job_shape
from tieback.linking.selectors import active_links
from tieback.portfolio.models import Project
from tieback.staging.models import Job
from tieback.staging.selectors import Filter, job_counts
from tieback.staging.selectors import jobs as staged_jobs

app = typer.Typer(add_completion=False)


@app.command()
def jobs(
    which: Annotated[Filter, typer.Option("--filter", help="Which of them.")] = Filter.READY,
    search: options.Search = "",
    limit: options.Limit = 50,
    inactive: Annotated[
        bool, typer.Option("--inactive", help="Inactive ones too, which “ready” leaves out.")
    ] = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """List the ERP's projects."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see ERP projects")
    found = staged_jobs(scope.company, which, query=search, with_inactive=inactive)
    total = found.count()
    ordered = found.select_related("connection").order_by("number", "pk")
    listed = list(ordered[:limit] if limit else ordered)
    linked = {pk: link.project for pk, link in active_links(listed).items()}
    if json:
        document(
            {
                "filter": which,
                "total": total,
                "counts": asdict(job_counts(scope.company)),
                "jobs": [job_shape(job, linked.get(job.pk)) for job in listed],
            }
        )
        return
    _show(listed, linked, total, which)


def _show(listed: list[Job], linked: dict[int, Project], total: int, which: Filter) -> None:
    headers = ["Id", "Number", "Name", "Customer", "City", "Status", "Value", "Project"]
    rows = [
        (
            f"#{job.pk}",
            job.number,
            job.name,
            job.customer,
            job.city,
            job.status or ("active" if job.is_active else "inactive"),
            job.contract_value,
            linked.get(job.pk),
        )
        for job in listed
    ]
    table(headers, rows, numbers=["Value"])
    more = "; --limit 0 shows all" if len(listed) < total else ""
    note(f"{len(listed):,} of {total:,} under {which.label}{more}.")
