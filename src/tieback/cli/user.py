"""`tieback user`: people and their levels."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from django.utils import timezone

from tieback.access.models import Level, Membership
from tieback.cli import options
from tieback.cli.membership import add_person, change_level, set_password
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import document, note, say, table

app = typer.Typer(add_completion=False, no_args_is_help=True, help="People and their levels.")


class LevelWord(StrEnum):
    """The levels as they are typed."""

    NONE = "none"
    READ_ONLY = "read-only"
    STANDARD = "standard"
    ADMIN = "admin"

    @property
    def level(self) -> Level:
        return Level[self.name]


Email = Annotated[str, typer.Argument(metavar="EMAIL")]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from standard input; otherwise one is made up."
    ),
]


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(metavar="NAME", help="As others will see it.")] = "",
    level: Annotated[LevelWord, typer.Option(help="What they may do.")] = LevelWord.READ_ONLY,
    approver: Annotated[
        bool, typer.Option("--approver", help="May accept what is sent to the ERP.")
    ] = False,
    password_stdin: PasswordStdin = False,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Let a person into the company."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="add a person")
    added = add_person(
        by=scope.actor,
        now=timezone.now(),
        email=email,
        name=name,
        level=level.level,
        is_approver=approver,
        password=password_from_stdin() if password_stdin else "",
    )
    say(f"Added {added.membership.user.email} to {scope.company} with {level.level.label}.")
    if added.password:
        say_password(added.password)
    elif not added.is_new_user:
        note("They have a password from another company, and keep it.")


@app.command("list")
def list_(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List the company's people."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="see who is in the company")
    members = Membership.objects.filter(company=scope.company).select_related("user")
    listed = list(members.order_by("user__email"))
    if json:
        document({"users": [_shape(member) for member in listed]})
        return
    headers = ["E-mail", "Name", "Level", "Approver", "Active"]
    table(headers, [_row(member) for member in listed])


@app.command()
def level(
    email: Email,
    level: Annotated[LevelWord, typer.Argument(metavar="LEVEL", help="What they may do.")],
    approver: Annotated[
        bool | None,
        typer.Option("--approver/--no-approver", help="May accept what is sent to the ERP."),
    ] = None,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Change what a person may do; none takes everything away."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="change a person's level")
    changed = change_level(
        by=scope.actor,
        now=timezone.now(),
        membership=_member(scope, email),
        level=level.level,
        is_approver=approver,
    )
    say(f"{changed.user.email} has {changed.get_level_display()} in {scope.company}.")


@app.command()
def password(
    email: Email,
    password_stdin: PasswordStdin = False,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Give a person another password."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="set a person's password")
    made_up = set_password(
        by=scope.actor,
        now=timezone.now(),
        membership=_member(scope, email),
        password=password_from_stdin() if password_stdin else "",
    )
    say(f"{email} has another password.")
    if made_up:
        say_password(made_up)


def password_from_stdin() -> str:
    """The first line of standard input; refuses an empty one."""
    typed = sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise Refusal("No password came from standard input.", mend="Pipe it in, on one line.")
    return typed


def say_password(made_up: str) -> None:
    """Print a password that was made up: the only time that it can be read."""
    say(f"Password: {made_up}")
    note("It is shown this once and kept nowhere.")


def _member(scope: Scope, email: str) -> Membership:
    members = Membership.objects.filter(company=scope.company).select_related("user", "company")
    if found := members.filter(user__email__iexact=email).first():
        return found
    raise Refusal(
        f"Nobody in {scope.company} has the e-mail “{email}”.",
        mend="“tieback user list” shows who is there.",
    )


def _shape(member: Membership) -> dict[str, object]:
    return {
        "email": member.user.email,
        "name": member.user.name,
        "level": LevelWord[Level(member.level).name],
        "is_accounting_approver": member.is_accounting_approver,
        "is_active": member.user.is_active,
    }


def _row(member: Membership) -> tuple[object, ...]:
    user = member.user
    label = member.get_level_display()
    return user.email, user.name, label, member.is_accounting_approver, user.is_active
