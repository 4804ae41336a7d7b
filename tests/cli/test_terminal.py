"""At a terminal: a person is shown what will happen, asked, and obeyed."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.installation import Installation, installation

READY = """
import django
django.setup()
from tests import factories
from tieback.access.models import Company
company = Company.objects.get()
books = factories.make_connection(company, name="Books")
factories.make_job(books, number="J-1", name="North Pier")
wanted = company.cost_code_lists.get(is_erp=True)
factories.make_project(company, number="P-1", name="North Pier", cost_code_list=wanted)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


def at_terminal(site: Installation, *words: str, answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Call `tieback` at a terminal; type each answer when its question shows. (code, all said)"""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*site.command, *words],
        env={**site.environment, "TERM": "xterm-256color", "COLUMNS": "160"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = ""
    waiting = list(answers)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                said += os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:
                break
        if waiting and waiting[0][0] in said:
            os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
    os.close(ours)
    return process.wait(timeout=20), said


def test_init_asks_for_what_was_not_given(site: Installation) -> None:
    code, said = at_terminal(
        site,
        "init",
        answers=[
            ("The company's name: ", "Pier Works"),
            ("The first admin's e-mail: ", "ann@pier.example"),
            ("Their name: ", "Ann"),
            ("have one made up): ", "a long enough secret"),
            ("Repeat for confirmation: ", "a long enough secret"),
        ],
    )

    assert code == 0, said
    assert "a long enough secret" not in said
    (user,) = site.read("user", "list")["users"]
    assert (user["email"], user["name"], user["level"]) == ("ann@pier.example", "Ann", "admin")


def test_a_link_is_shown_and_made_only_after_a_yes(site: Installation) -> None:
    site.tieback("init", "--company", "Pier Works", "--email", "ann@pier.example")
    site.python(READY)
    before = site.dump()
    question = "Link J-1 North Pier to P-1 North Pier? [y/N]: "

    refused, shown = at_terminal(site, "link", "J-1", "P-1", answers=[(question, "n")])
    between = site.dump()
    made, _ = at_terminal(site, "link", "J-1", "P-1", answers=[(question, "y")])

    assert (refused, made) == (1, 0)
    assert "Nothing was changed." in shown
    assert between == before
    assert [link["unlinked_at"] for link in site.dump()["link"]] == [None]


def test_yes_asks_nothing(site: Installation) -> None:
    site.tieback("init", "--company", "Pier Works", "--email", "ann@pier.example")
    site.python(READY)

    code, said = at_terminal(site, "archive", "J-1", "--yes", answers=[])

    assert (code, "Done: Archive J-1 North Pier." in said, "[y/N]" in said) == (0, True, False)
