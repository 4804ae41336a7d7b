"""`tieback init`: a database, a company and its first admin."""

from typing import Annotated

import typer
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from tieback.access.actors import operator
from tieback.access.models import Level
from tieback.cli.database import bring_up_to_date
from tieback.cli.membership import add_person, found_company
from tieback.cli.scope import DOOR
from tieback.cli.screen import can_ask, note, say
from tieback.cli.user import PasswordStdin, password_from_stdin, say_password
from tieback.home import home

app = typer.Typer(add_completion=False)


@app.command()
def init(
    company: Annotated[
        str, typer.Option("--company", metavar="NAME", help="The company's name.")
    ] = "",
    slug: Annotated[
        str, typer.Option(metavar="SLUG", help="Its short name in addresses; from the name else.")
    ] = "",
    email: Annotated[str, typer.Option(metavar="EMAIL", help="The first admin's e-mail.")] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="The first admin's name.")] = "",
    currency: Annotated[str, typer.Option(metavar="CODE", help="Three letters.")] = "USD",
    password_stdin: PasswordStdin = False,
) -> None:
    """Prepare the database, a company and its first admin. Asks for what is not given."""
    company = company or _asked("The company's name", "--company")
    email = email or _asked("The first admin's e-mail", "--email")
    name = name or (typer.prompt("Their name", err=True) if can_ask() else "")
    password = _password(email, is_piped=password_stdin)
    bring_up_to_date()
    now = timezone.now()
    with transaction.atomic():
        made = found_company(
            name=company, slug=slug or slugify(company)[:60], currency=currency, now=now
        )
        added = add_person(
            by=operator(made, door=DOOR),
            now=now,
            email=email,
            name=name,
            level=Level.ADMIN,
            is_approver=True,
            password=password,
        )
    say(f"Made {made} (--company {made.slug}) with {added.membership.user.email} as its Admin.")
    if added.password:
        say_password(added.password)
    note(f"Everything is kept in {home()}. Next: tieback connection add, or tieback serve.")


def _asked(question: str, option: str) -> str:
    if not can_ask():
        raise typer.BadParameter("Needed where nobody can be asked.", param_hint=option)
    answer: str = typer.prompt(question, err=True)
    return answer


def _password(email: str, *, is_piped: bool) -> str:
    """Piped in, typed twice, or "" to have one made up."""
    if is_piped:
        return password_from_stdin()
    if not can_ask():
        return ""
    typed: str = typer.prompt(
        "Their password (empty to have one made up)",
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    return typed
