"""`tieback project`: add, change and import the portfolio's projects."""

from typing import Annotated

import typer
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options, pick
from tieback.cli.bringing import (
    Columns,
    DateOrder,
    Dates,
    DecimalComma,
    File,
    bring,
    listing_of,
    notation_of,
)
from tieback.cli.refusal import Refusal
from tieback.cli.scope import open_scope
from tieback.cli.screen import say
from tieback.portfolio.fields import PROJECT_FILE_FIELDS
from tieback.portfolio.project_imports import import_projects, read_projects
from tieback.portfolio.projects import change_project, create_project

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Add, change and import the portfolio's projects.",
)


def _field(flag: str, metavar: str, help_: str = "") -> typer.models.OptionInfo:
    info: typer.models.OptionInfo = typer.Option(flag, metavar=metavar, help=help_)
    return info


Customer = Annotated[str | None, _field("--customer", "NAME", "For whom it is built.")]
Address = Annotated[str | None, _field("--address", "TEXT", "Street and house.")]
City = Annotated[str | None, _field("--city", "TEXT", "City.")]
State = Annotated[str | None, _field("--state", "CODE", "State, as in NY.")]
Zip = Annotated[str | None, _field("--zip", "CODE", "Postal code.")]
Country = Annotated[str | None, _field("--country", "TEXT", "Country.")]
Start = Annotated[str | None, _field("--start", "DATE", "First day, as in 2026-03-24.")]
End = Annotated[str | None, _field("--end", "DATE", "Last day, as in 2027-12-31.")]
Value = Annotated[str | None, _field("--value", "AMOUNT", "As in 1250000.00.")]
Stage = Annotated[str | None, _field("--stage", "TEXT", "Where it stands, in your own words.")]


@app.command()
def add(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help='May be "".')],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    customer: Customer = None,
    address: Address = None,
    city: City = None,
    state: State = None,
    zip_: Zip = None,
    country: Country = None,
    start: Start = None,
    end: End = None,
    value: Value = None,
    stage: Stage = None,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Add a project, ERP-integrated and on the ERP list where there is one."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="add a project")
    said = _said(
        number=number,
        name=name,
        customer=customer,
        address=address,
        city=city,
        state_code=state,
        zip=zip_,
        country=country,
        start_date=start,
        end_date=end,
        value=value,
        stage=stage,
    )
    made = create_project(company=scope.company, said=said, by=scope.actor, now=timezone.now())
    say(f"Added {made} to {scope.company}, as '#{made.pk}'.")


@app.command()
def change(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Number, or '#' and our id.")],
    number: Annotated[str | None, _field("--number", "NUMBER", "Another number.")] = None,
    name: Annotated[str | None, _field("--name", "NAME", "Another name.")] = None,
    customer: Customer = None,
    address: Address = None,
    city: City = None,
    state: State = None,
    zip_: Zip = None,
    country: Country = None,
    start: Start = None,
    end: End = None,
    value: Value = None,
    stage: Stage = None,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Change what is said of a project; an option that is "" empties its field."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="change a project")
    said = _said(
        number=number,
        name=name,
        customer=customer,
        address=address,
        city=city,
        state_code=state,
        zip=zip_,
        country=country,
        start_date=start,
        end_date=end,
        value=value,
        stage=stage,
    )
    if not said:
        raise Refusal("Nothing to change was given.", mend="Name a field, as in --name NAME.")
    changed = change_project(
        project=pick.project(scope.company, project),
        said=said,
        by=scope.actor,
        now=timezone.now(),
    )
    say(f"Changed {changed}.")


@app.command("import")
def import_(
    file: File,
    column: Columns = None,
    dates: Dates = DateOrder.MDY,
    decimal_comma: DecimalComma = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Add and change projects by a file: a row is the project that has its number.

    Where no project has the number, a new one is added. A blank cell leaves what is there. Rows
    that cannot be read without guessing are refused and left out; then the exit code is 1.
    """
    scope = open_scope(company, as_, level=Level.ADMIN, act="import projects")
    listing = listing_of(file, PROJECT_FILE_FIELDS, column, notation_of(dates, decimal_comma))
    bring(
        lambda: read_projects(company=scope.company, listing=listing),
        lambda seen: import_projects(
            company=scope.company, listing=listing, by=scope.actor, now=timezone.now(), seen=seen
        ),
        dry_run=dry_run,
        yes=yes,
        json=json,
    )


def _said(**fields: str | None) -> dict[str, object]:
    """What was given: an option that was not is not said."""
    return {name: value for name, value in fields.items() if value is not None}
