"""`tieback` itself: which commands there are, and where each one lives.

Django and the models take longer to load than most commands run, so `tieback --help` must not need
them: the commands stand here as names, and a command's module is imported when it is called.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from tieback import __version__
from tieback.cli.guard import guarded, show_traceback
from tieback.cli.start import start_django

SETTING_UP = "Setting up"
EVERY_DAY = "Every day"
KEEPING_WATCH = "Keeping watch"


@dataclass(frozen=True, slots=True)
class Entry:
    """One command of `tieback`: its module below `tieback.cli`, and its line in the help."""

    module: str
    help: str
    panel: str
    needs_django: bool = True


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demo", "Load the demo company and say how to log in.", SETTING_UP),
    "init": Entry("init", "Prepare the database, a company and its first admin.", SETTING_UP),
    "serve": Entry("serve", "Serve the screens until you stop it.", SETTING_UP),
    "worker": Entry(
        "work", "Keep schedules, do long work and deliver writes until you stop it.", SETTING_UP
    ),
    "user": Entry("user", "People and their levels.", SETTING_UP),
    "connection": Entry("connection", "Connections to ERPs.", SETTING_UP),
    "schedule": Entry("schedule", "When things are done by themselves.", SETTING_UP),
    "project": Entry("project", "Add, change and import the portfolio's projects.", SETTING_UP),
    "codes": Entry("codes", "Standard cost code lists and their codes.", SETTING_UP),
    "pull": Entry("pull", "Read what the ERP says now.", EVERY_DAY),
    "issues": Entry("issues", "What pulls refused, and how to mend it.", EVERY_DAY),
    "propose": Entry("propose", "Find which project each job may be.", EVERY_DAY),
    "rules": Entry("rules", "The company's own rules of matching.", EVERY_DAY),
    "back-test": Entry(
        "back_test", "Look for the company's links again, as if they were not there.", EVERY_DAY
    ),
    "jobs": Entry("jobs", "List the ERP's projects.", EVERY_DAY),
    "projects": Entry("projects", "List the portfolio's projects.", EVERY_DAY),
    "link": Entry("changes", "Link a job to an existing project.", EVERY_DAY),
    "unlink": Entry("changes", "End a job's link and put the project back.", EVERY_DAY),
    "archive": Entry("changes", "Take a job, or all inactive ones, off the list.", EVERY_DAY),
    "restore": Entry("changes", "Put an archived job back on the list.", EVERY_DAY),
    "match": Entry("match", "Match two lists from files, without a database.", EVERY_DAY, False),
    "refresh": Entry("changes", "Bring a linked job's cost codes up to date.", EVERY_DAY),
    "certificate": Entry("certificate", "Certificates of a go-live.", KEEPING_WATCH),
    "plan": Entry("plan", "Decisions for many rows, as plans and files.", EVERY_DAY),
    "audit": Entry("audit", "The audit trail and its proof.", KEEPING_WATCH),
    "doctor": Entry("doctor", "Look for trouble and say how to mend it.", KEEPING_WATCH, False),
    "sandbox": Entry("sandbox", "Servers to try a connection against.", KEEPING_WATCH, False),
    "version": Entry("version", "Say which version this is.", KEEPING_WATCH, False),
}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and loads only the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if name in COMMANDS:
            self.commands[name] = load(name)
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """The command called `name`, its module imported and every way out of it guarded."""
    entry = COMMANDS[name]
    if entry.needs_django:
        guarded(start_django, name)()
    built = typer.main.get_command(import_module(f"tieback.cli.{entry.module}").app)
    siblings = built.commands if isinstance(built, TyperGroup) else {}
    command = siblings.get(name, built)
    command.name = name
    _guard(command, name)
    return command


def _guard(command: Any, path: str) -> None:
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            _guard(below, f"{path} {name}")
    elif command.callback:
        command.callback = guarded(command.callback, path)


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Ties an ERP's jobs back to the projects of a portfolio, and keeps them tied.",
    epilog="Exit codes: 0 done, 1 refused (the reason is on the error stream), 2 wrong call.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unforeseen error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    show_traceback(debug)


def _not_loaded() -> None:
    raise AssertionError("stands for a command that is loaded when it is called")


for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.help, rich_help_panel=_entry.panel)(_not_loaded)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets its escape, not a failure.
        cast("Any", stream).reconfigure(errors="backslashreplace")
    app()
