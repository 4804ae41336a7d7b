"""`tieback link`, `unlink`, `archive`, `restore`, `refresh`: a person's decisions on jobs."""

from typing import Annotated

import typer

from tieback.cli import options, pick
from tieback.cli.decide import decide
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import document, say
from tieback.plans.decisions import LEVELS, Action, Decision
from tieback.staging.models import Job
from tieback.staging.selectors import inactive_ready_jobs

app = typer.Typer(add_completion=False)

JobRef = Annotated[
    str, typer.Argument(metavar="JOB", help="Its number, the ERP's id, or '#' and our id.")
]
ProjectRef = Annotated[
    str, typer.Argument(metavar="PROJECT", help="Its number, its ERP id, or '#' and our id.")
]


@app.command()
def link(
    job: JobRef,
    project: ProjectRef,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Link a job to an existing project."""
    scope = _scope(Action.LINK, company, as_)
    found, chosen = pick.job(scope.company, job), pick.project(scope.company, project)
    decision = Decision(Action.LINK, found.pk, chosen.pk)
    title = f"Link {found} to {chosen}"
    decide(scope, [decision], title=title, dry_run=dry_run, yes=yes, json=json)


@app.command()
def unlink(
    job: JobRef,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """End a job's link and put the project back.

    What somebody changed since the link was made stays as it is; the preview says so.
    """
    _one(Action.UNLINK, job, company, as_, dry_run=dry_run, yes=yes, json=json)


@app.command()
def archive(
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="Its number, the ERP's id, or '#' and our id.")
    ] = "",
    all_inactive: Annotated[
        bool, typer.Option("--all-inactive", help="Every inactive job that waits to be imported.")
    ] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Take a job, or all inactive ones, off the list. The ERP is not touched."""
    if bool(job) == all_inactive:
        raise typer.BadParameter("Name one JOB, or say --all-inactive.")
    if job:
        _one(Action.ARCHIVE, job, company, as_, dry_run=dry_run, yes=yes, json=json)
        return
    scope = _scope(Action.ARCHIVE, company, as_)
    found = list(inactive_ready_jobs(scope.company).order_by("number", "pk"))
    if not found:
        _nothing_to_do("No inactive job waits to be imported.", dry_run=dry_run, json=json)
        return
    decisions = [Decision(Action.ARCHIVE, one.pk) for one in found]
    title = f"Archive {len(found):,} inactive jobs"
    decide(scope, decisions, title=title, dry_run=dry_run, yes=yes, json=json)


@app.command()
def restore(
    job: JobRef,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Put an archived job back on the list."""
    _one(Action.RESTORE, job, company, as_, dry_run=dry_run, yes=yes, json=json)


@app.command()
def refresh(
    job: JobRef,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Bring a linked job's cost codes up to date."""
    _one(Action.REFRESH, job, company, as_, dry_run=dry_run, yes=yes, json=json)


def _one(
    action: Action,
    ref: str,
    company: str,
    as_email: str,
    *,
    dry_run: bool,
    yes: bool,
    json: bool,
) -> None:
    scope = _scope(action, company, as_email)
    job: Job = pick.job(scope.company, ref)
    decision = Decision(action, job.pk)
    title = f"{action.label} {job}"
    decide(scope, [decision], title=title, dry_run=dry_run, yes=yes, json=json)


def _scope(action: Action, company: str, as_email: str) -> Scope:
    act = f"{action.label.lower()} an ERP project"
    return open_scope(company, as_email, level=LEVELS[action], act=act)


def _nothing_to_do(sentence: str, *, dry_run: bool, json: bool) -> None:
    if json:
        document({"plan": None, "is_dry_run": dry_run, "rows": []})
    else:
        say(sentence)
