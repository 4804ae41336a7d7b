"""`tieback codes`: the company's standard cost code lists."""

from typing import Annotated

import typer
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from tieback.access.models import Company, Level
from tieback.cli import options
from tieback.cli.bringing import Columns, File, bring, listing_of
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import document, note, say, table
from tieback.connectors.csvfile.listing import Notation
from tieback.portfolio.code_imports import import_codes, read_codes
from tieback.portfolio.fields import CODE_FILE_FIELDS
from tieback.portfolio.importing import Import
from tieback.portfolio.lists import create_list, name_erp_list
from tieback.portfolio.models import StandardCostCode, StandardCostCodeList
from tieback.portfolio.selectors import erp_list

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Standard cost code lists and their codes."
)


@app.command()
def lists(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List the company's cost code lists."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the cost code lists")
    # One at a time: joined, every code would be counted once per project.
    codes = dict(_lists(scope.company).annotate(n=Count("codes")).values_list("pk", "n"))
    used = dict(_lists(scope.company).annotate(n=Count("projects")).values_list("pk", "n"))
    listed = list(_lists(scope.company))
    if json:
        shapes = [
            {
                "id": one.pk,
                "name": one.name,
                "is_erp": one.is_erp,
                "codes": codes[one.pk],
                "projects": used[one.pk],
            }
            for one in listed
        ]
        document({"lists": shapes})
        return
    rows = [(one.name, one.is_erp, codes[one.pk], used[one.pk]) for one in listed]
    table(["Name", "ERP list", "Codes", "Projects"], rows, numbers=["Codes", "Projects"])


@app.command("import")
def import_(
    file: File,
    list_: Annotated[
        str,
        typer.Option(
            "--list",
            metavar="NAME",
            help="Which list; a new name adds one. Otherwise the ERP list.",
        ),
    ] = "",
    erp: Annotated[bool, typer.Option("--erp", help="Make it the ERP list as well.")] = False,
    column: Columns = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Add and change the codes of a list by a file: a row is the code with its full code.

    Rows that cannot be read without guessing are refused and left out; then the exit code is 1.
    """
    scope = open_scope(company, as_, level=Level.ADMIN, act="import standard cost codes")
    listing = listing_of(file, CODE_FILE_FIELDS, column, Notation())
    there = _list(scope.company, list_)
    name = list_.strip()
    looked_at = there or StandardCostCodeList(company=scope.company, name=name)

    @transaction.atomic
    def perform(seen: str) -> Import[StandardCostCode]:
        now = timezone.now()
        made = there or create_list(company=scope.company, name=name, by=scope.actor, now=now)
        done = import_codes(
            cost_code_list=made, listing=listing, by=scope.actor, now=now, seen=seen
        )
        if erp:
            _name_erp(scope, made)
        return done

    bring(
        lambda: read_codes(cost_code_list=looked_at, listing=listing),
        perform,
        dry_run=dry_run,
        yes=yes,
        json=json,
    )


@app.command("erp")
def name_erp(
    list_: Annotated[str, typer.Argument(metavar="NAME", help="Which list.")],
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Make a list the company's one ERP list; projects that can follow it do."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="name the ERP list")
    found = _list(scope.company, list_)
    if found is None:
        raise Refusal(f"There is no list “{list_}”.", mend="“tieback codes lists” shows them.")
    _name_erp(scope, found)
    say(f"“{found}” is the ERP list of {scope.company}.")


def _lists(company: Company) -> QuerySet[StandardCostCodeList]:
    return StandardCostCodeList.objects.filter(company=company)


def _list(company: Company, name: str) -> StandardCostCodeList | None:
    """The list called so, None where there is none; the ERP list where no name is given."""
    if name.strip():
        return _lists(company).filter(name__iexact=name.strip()).first()
    if found := erp_list(company.pk):
        return found
    raise Refusal(
        f"{company} has not named its ERP list yet.",
        mend="Say which list with --list NAME, and --erp to make it the ERP list.",
    )


def _name_erp(scope: Scope, cost_code_list: StandardCostCodeList) -> None:
    named = name_erp_list(cost_code_list=cost_code_list, by=scope.actor, now=timezone.now())
    if named.taken_on:
        note(f"{named.taken_on:,} projects take their codes from it now.")
    if named.left_behind:
        note(f"{named.left_behind:,} projects keep the list before it, and cannot be linked.")
