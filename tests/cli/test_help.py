import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import factories
from tests.cli.conftest import Run, Site
from tests.cli.manual import PAGE, page
from tieback.cli.root import COMMANDS, load

# Django's models and the screens' server take most of a second; help must not wait for them.
HELP = """
import sys
from tieback.cli import main
sys.argv = ["tieback", "--help"]
try:
    main()
finally:
    heavy = {"django.db.models", "granian", "openpyxl", "tieback.models", "tieback.settings"}
    print("loaded:", *sorted(heavy & set(sys.modules)))
"""


def test_help_names_every_command_without_loading_django(tmp_path: Path) -> None:
    home = tmp_path / "home"

    answer = subprocess.run(
        [sys.executable, "-c", HELP],
        env={"TIEBACK_HOME": str(home), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(COMMANDS) <= set(re.findall(r"│ ([\w-]+) ", answer.stdout))
    assert answer.stdout.splitlines()[-1] == "loaded:"
    assert not home.exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_tieback_says_what_the_command_s_own_help_begins_with(name: str) -> None:
    assert (load(name).help or "").startswith(COMMANDS[name].help)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(tieback: Run, name: str) -> None:
    answer = tieback(name, "--help")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert f" {name} " in answer.stdout


def test_the_manual_is_what_the_help_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m tests.cli.manual"


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Command → keys of its document and of each item, as the manual's table has them."""
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \| ([^|]*) \|$", PAGE.read_text("utf-8"), re.M)
    found = {}
    for commands, document, items in rows:
        plain = re.sub(r"\([^)]*\)", "", items)
        keys = (set(re.findall(r"`(\w+)`", document)), set(re.findall(r"`(\w+)`", plain)))
        for command in re.findall(r"`([^`]+)`", commands):
            found[command] = keys
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "words", "listed"),
    [
        ("jobs", ("jobs",), "jobs"),
        ("projects", ("projects",), "projects"),
        ("link", ("link", "J-100", "P-100"), "rows"),
        ("link", ("link", "J-100", "P-100", "--dry-run"), "rows"),
        ("archive", ("archive", "J-100"), "rows"),
        ("issues", ("issues",), "issues"),
        ("connection list", ("connection", "list"), "connections"),
        ("schedule list", ("schedule", "list"), "schedules"),
        ("user list", ("user", "list"), "users"),
        ("codes lists", ("codes", "lists"), "lists"),
        ("audit list", ("audit", "list"), "events"),
        ("audit verify", ("audit", "verify"), "companies"),
        ("doctor", ("doctor",), "findings"),
    ],
)
def test_the_shapes_of_json_are_the_documented_ones(
    tieback: Run, site: Site, command: str, words: tuple[str, ...], listed: str
) -> None:
    factories.make_issue(factories.make_run(site.connection))
    tieback("pull")

    document = json.loads(tieback(*words, "--json").stdout)

    assert (set(document), set(document[listed][0])) == documented()[command]
