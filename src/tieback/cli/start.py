"""Bring Django up for a command, and keep its log out of the terminal."""

import logging
import os
from pathlib import Path

import django
from django.apps import apps

from tieback.cli.refusal import Refusal
from tieback.home import home

LOG = "tieback.log"


def start_django() -> None:
    """Set Django up once; raises `Refusal` when the folder or a setting does not allow it."""
    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieback.settings")
    try:
        django.setup()
    except OSError as problem:
        raise Refusal(
            f"The data folder cannot be used: {problem.strerror or problem} ({problem.filename}).",
            mend="Give this account the right to write there, or set TIEBACK_HOME to another "
            "folder.",
        ) from problem
    except ValueError as problem:
        raise Refusal(
            f"A setting cannot be read: {problem}",
            mend="Check the TIEBACK_… variables of the environment; docs/operate.md lists them.",
        ) from problem
    log_to_file()


def is_started() -> bool:
    """Whether models may be imported."""
    return apps.ready


def log_file() -> Path:
    return home() / LOG


def log_to_file() -> None:
    """Send what is logged to the log file: the terminal is for answers."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if handler.name == "stderr":
            root.removeHandler(handler)
            root.addHandler(_file_handler())


def _file_handler() -> logging.Handler:
    handler = logging.FileHandler(log_file(), delay=True, encoding="utf-8")
    handler.name = "file"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler
