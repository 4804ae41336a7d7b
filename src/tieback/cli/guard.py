"""The one way out of every command: done, refused with the reason, or our own mistake."""

import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from typing import Any

import typer

from tieback.cli.refusal import Refusal
from tieback.cli.screen import complain
from tieback.cli.start import is_started, log_file

_with_traceback: ContextVar[bool] = ContextVar("with_traceback", default=False)


def show_traceback(wanted: bool) -> None:
    """Whether an unforeseen error is to be shown in full."""
    _with_traceback.set(wanted)


def guarded(command: Callable[..., Any], path: str) -> Callable[..., Any]:
    """`command`, whose every refusal ends in exit code 1 and a sentence on the error stream."""

    @wraps(command)
    def run(*args: Any, **named: Any) -> Any:
        try:
            return command(*args, **named)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except Exception as problem:
            refusal = problem if isinstance(problem, Refusal) else _refusal(problem, path)
            if refusal is None:
                _own_mistake(problem, path)
            else:
                complain(refusal.message, refusal.mend)
            raise typer.Exit(1) from problem

    return run


def _refusal(problem: Exception, path: str) -> Refusal | None:
    """The refusal that a service or the database meant, None for what nobody foresaw."""
    if not is_started():
        return None
    found: Refusal | None = import_module("tieback.cli.refusals").refusal_of(problem, path)
    return found


def _own_mistake(problem: Exception, path: str) -> None:
    kept = _keep(problem, path)
    complain(
        f"Tieback met an error of its own ({type(problem).__name__}: {str(problem)[:200]}).",
        f"{kept} “tieback --debug {path} …” shows it here.",
    )
    if _with_traceback.get():
        traceback.print_exception(problem)


def _keep(problem: Exception, path: str) -> str:
    """Write the traceback to the log file; says where, or why not."""
    try:
        with log_file().open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} ERROR tieback {path}\n")
            log.writelines(traceback.format_exception(problem))
    except OSError as unwritable:
        return f"The log file could not be written ({unwritable.strerror})."
    return f"Details are in {log_file()}."
