"""`tieback plan`: decisions for many rows, in files that can live in Git, and as plans."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options
from tieback.cli.decide import apply_drafted, decide
from tieback.cli.plan_shapes import checked_shape, plan_shape, show_checked, show_plans
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import document, note, say
from tieback.plans.approving import approve as approve_plan
from tieback.plans.approving import discard as discard_plan
from tieback.plans.decisions import Decision
from tieback.plans.models import Batch, Plan
from tieback.plans.previews import previews
from tieback.plans.roundtrip.checking import Checked
from tieback.plans.roundtrip.checking import check as check_sheet
from tieback.plans.roundtrip.columns import MOST_ROWS
from tieback.plans.roundtrip.reading import read_sheet
from tieback.plans.roundtrip.rows import SheetRow, rows_of_jobs, rows_of_plan
from tieback.plans.roundtrip.writing import KINDS, written
from tieback.plans.selectors import Show, plans
from tieback.plans.undoing import inverse_of, inverse_of_row, inverse_since, title_since
from tieback.proposing.lanes import Lane, jobs_in

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Decisions for many rows, as plans and files."
)

Number = Annotated[int, typer.Argument(metavar="PLAN", min=1, help="The plan's number.")]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="Its ending says what it is: .json, .csv or .xlsx.")
]
_LANES = ", ".join(lane for lane in Lane if lane != Lane.ONLY_PORTFOLIO)


@app.command("list")
def list_(
    show: Annotated[Show, typer.Option("--show", help="Which plans.")] = Show.WAITING,
    every: Annotated[bool, typer.Option("--all", help="Plans of one row too.")] = False,
    limit: options.Limit = 50,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """List plans, the latest first."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the plans")
    found = plans(scope.company, show, singles=every)
    total = found.count()
    listed = list(found[:limit] if limit else found)
    if json:
        document({"total": total, "plans": [plan_shape(one) for one in listed]})
    else:
        show_plans(listed, total)


@app.command()
def export(
    file: File,
    plan: Annotated[
        int, typer.Option("--plan", metavar="PLAN", min=0, help="The plan's number.")
    ] = 0,
    lane: Annotated[
        str, typer.Option("--lane", metavar="LANE", help=f"Or the rows of a lane: {_LANES}.")
    ] = "",
    search: options.Search = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Write the decisions of a plan, or the rows of a lane, to a file.

    The same decisions give the same bytes in .json and .csv, so that versions can be compared.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="export decisions")
    kind = _kind(file)
    if bool(plan) == bool(lane):
        raise Refusal("Export what?", mend=f"Say --plan PLAN, or --lane with one of {_LANES}.")
    if file.exists() and not force:
        raise Refusal(f"{file} is there already.", mend="Say --force, or another name.")
    title, rows = _of_plan(scope, plan) if plan else _of_lane(scope, lane, search)
    try:
        file.write_bytes(written(rows, kind, title=title))
    except OSError as problem:
        raise Refusal(f"{file} could not be written: {problem.strerror}.") from None
    say(f"{len(rows):,} rows in {file}.")


@app.command()
def check(
    file: File, company: options.Company = "", as_: options.As = "", json: options.Json = False
) -> None:
    """Say what a file decides and what stands in the way; changes nothing.

    Ends with 1 where a row is refused or a decision cannot be done now.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="read decisions from a file")
    checked = _checked(file, scope)
    seen = previews(decisions=checked.decisions, actor=scope.actor)
    if json:
        document(checked_shape(checked, seen))
    else:
        show_checked(checked, seen)
    if checked.refused or any(one.reasons for one in seen):
        raise typer.Exit(1)


@app.command()
def apply(
    what: Annotated[
        str, typer.Argument(metavar="FILE|PLAN", help="A file of decisions, or a plan's number.")
    ],
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Do what a file decides, or what a plan shows. A second time does nothing more.

    A file with a refused row is refused as a whole. A plan that was stopped goes on.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="apply a plan")
    if what.isascii() and what.isdigit():
        plan = _plan(scope, int(what))
        if dry_run:
            raise Refusal(
                "A plan is a dry run already.", mend="Its rows are on its page, and in an export."
            )
        apply_drafted(plan, scope.actor, json=json)
        return
    file = Path(what)
    checked = _checked(file, scope)
    if checked.refused:
        show_checked(checked, [])
        raise Refusal(
            f"{len(checked.refused):,} rows of {file.name} are refused; nothing was done.",
            mend="Mend them, or take them out, and check the file again.",
        )
    if not checked.decisions:
        note("The file decides nothing.")
    title = f"From {file.name}: {len(checked.decisions):,} decisions"
    decide(scope, checked.decisions, title=title, dry_run=dry_run, yes=yes, json=json)


@app.command()
def approve(plan: Number, company: options.Company = "", as_: options.As = "") -> None:
    """Approve a large plan as a second Admin; --as says who you are."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="approve a plan")
    done = approve_plan(plan=_plan(scope, plan), by=scope.actor, now=timezone.now())
    say(f"Plan {done.pk}, “{done}”, is approved by {done.approved_by_name}.")


@app.command()
def discard(plan: Number, company: options.Company = "", as_: options.As = "") -> None:
    """Take a plan that was never applied off the list."""
    scope = open_scope(company, as_, level=Level.STANDARD, act="discard a plan")
    done = discard_plan(plan=_plan(scope, plan), by=scope.actor, now=timezone.now())
    say(f"Plan {done.pk}, “{done}”, is discarded.")


@app.command()
def undo(
    plan: Annotated[
        int, typer.Argument(metavar="[PLAN]", min=0, help="The number of an applied plan.")
    ] = 0,
    row: Annotated[
        int, typer.Option("--row", metavar="N", min=0, help="Only its N-th row, counted from 1.")
    ] = 0,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="TIME",
            help="Everything since, such as 2026-03-02T10:15; in UTC unless it says otherwise.",
        ),
    ] = "",
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Take back a plan, one row of it, or everything since a time.

    Draws up a plan of what returns to its old value and what cannot, and applies that.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="undo what was done")
    if bool(plan) == bool(since):
        raise Refusal("Undo what?", mend="Name a plan's number, or --since TIME.")
    decisions, title, undoes = _taken_back(scope, plan, row, since)
    if not decisions:
        raise Refusal("Nothing of that was done, so there is nothing to undo.")
    decide(scope, decisions, title=title, dry_run=dry_run, yes=yes, json=json, undoes=undoes)


def _taken_back(
    scope: Scope, number: int, row: int, since: str
) -> tuple[list[Decision], str, Batch | None]:
    if since:
        at = _time(since)
        return inverse_since(scope.company, at), title_since(at), None
    plan = _plan(scope, number)
    batch = Batch.objects.filter(plan=plan).first()
    if batch is None:
        raise Refusal(f"Plan {plan.pk} was never applied.", mend="“tieback plan discard” drops it.")
    if not row:
        return inverse_of(batch), f"Undo: {plan}", batch
    found = plan.rows.filter(position=row - 1).first()
    if found is None:
        raise Refusal(f"Plan {plan.pk} has no row {row}.", mend=f"It has {plan.rows.count():,}.")
    return inverse_of_row(found), f"Undo: {found}", batch


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            f"“{text}” is no time.",
            mend="Write it so: 2026-03-02T10:15, or 2026-03-02T10:15+01:00.",
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _plan(scope: Scope, number: int) -> Plan:
    found = Plan.objects.filter(company=scope.company, pk=number).first()
    if found is None:
        raise Refusal(f"There is no plan {number}.", mend="“tieback plan list” shows them.")
    return found


def _kind(file: Path) -> str:
    kind = file.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise Refusal(
            f"{file} is of no kind that holds decisions.",
            mend="Let its name end in .json, .csv or .xlsx.",
        )
    return kind


def _checked(file: Path, scope: Scope) -> Checked:
    if not file.is_file():
        raise Refusal(f"There is no file {file}.", mend="Correct the name, or put it there.")
    _kind(file)
    return check_sheet(read_sheet(file, name=file.name), actor=scope.actor)


def _of_plan(scope: Scope, number: int) -> tuple[str, list[SheetRow]]:
    plan = _plan(scope, number)
    return plan.title, rows_of_plan(plan)


def _of_lane(scope: Scope, lane: str, search: str) -> tuple[str, list[SheetRow]]:
    if lane not in set(Lane) or lane == Lane.ONLY_PORTFOLIO:
        raise Refusal(f"There is no lane “{lane}” of ERP projects.", mend=f"Choose: {_LANES}.")
    jobs = jobs_in(scope.company, Lane(lane), query=search)
    listed = list(jobs.defer("raw", "search_text").order_by("number", "pk")[:MOST_ROWS])
    return f"{scope.company.name}: {Lane(lane).label}", rows_of_jobs(scope.company.pk, listed)
