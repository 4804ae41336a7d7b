"""`tieback projects`: the portfolio's projects, and which of them a job may be linked to."""

from typing import Annotated

import typer

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import document, note, table
from tieback.cli.shapes import project_shape
from tieback.linking.models import Link
from tieback.linking.selectors import Choice, choices
from tieback.portfolio.models import Project
from tieback.portfolio.selectors import projects as company_projects
from tieback.staging.models import Job

app = typer.Typer(add_completion=False)


@app.command()
def projects(
    search: options.Search = "",
    eligible_for: Annotated[
        str,
        typer.Option(
            metavar="JOB",
            help="The best 20 to link this job to, eligible ones first, with what blocks the rest.",
        ),
    ] = "",
    limit: options.Limit = 50,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """List the portfolio's projects."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see projects")
    if eligible_for:
        _choices(scope, pick.job(scope.company, eligible_for), search, json)
        return
    found = company_projects(scope.company, query=search)
    total = found.count()
    ordered = found.select_related("cost_code_list").order_by("number", "pk")
    listed = list(ordered[:limit] if limit else ordered)
    linked = _jobs_of(listed)
    if json:
        shapes = [project_shape(project, linked.get(project.pk), None) for project in listed]
        document({"total": total, "projects": shapes})
        return
    _show(listed, linked)
    more = "; --limit 0 shows all" if len(listed) < total else ""
    note(f"{len(listed):,} of {total:,} projects{more}.")


def _jobs_of(listed: list[Project]) -> dict[int, Job]:
    links = Link.objects.filter(project__in=[one.pk for one in listed], unlinked_at=None)
    return {link.project_id: link.job for link in links.select_related("job")}


def _choices(scope: Scope, job: Job, search: str, json: bool) -> None:
    found = choices(job=job, actor=scope.actor, query=search)
    if json:
        linked = _jobs_of([choice.project for choice in found])
        shapes = [
            project_shape(choice.project, linked.get(choice.project.pk), choice.blockers)
            for choice in found
        ]
        document({"total": len(found), "projects": shapes})
        return
    table(["Id", "Number", "Name", "City", "Can be linked"], [_choice(choice) for choice in found])
    note(f"For {job}: {sum(choice.is_eligible for choice in found)} of {len(found)} shown.")


def _choice(choice: Choice) -> tuple[object, ...]:
    why = " ".join(blocker.sentence for blocker in choice.blockers) or "yes"
    project = choice.project
    return f"#{project.pk}", project.number, project.name, project.city, why


def _show(listed: list[Project], linked: dict[int, Job]) -> None:
    headers = ["Id", "Number", "Name", "Customer", "City", "Stage", "Active", "Value", "Job"]
    rows = [
        (
            f"#{project.pk}",
            project.number,
            project.name,
            project.customer,
            project.city,
            project.stage,
            project.is_active,
            project.value,
            linked.get(project.pk),
        )
        for project in listed
    ]
    table(headers, rows, numbers=["Value"])
