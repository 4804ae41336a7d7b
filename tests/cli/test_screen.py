import json

import pytest

from tests import factories
from tests.cli.conftest import Run, Site
from tieback.cli.screen import cell, clean

NASTY = "\x1b[31mred\x1b]0;owned\x07 \u202egnp.exe\u2066 [bold]b[/bold] [/] :smile: \x9b2J"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\x00b\x7fc\x9bd", "a\\x00b\\x7fc\\x9bd"),
        ("two\r\nlines\tand a tab", "two  lines and a tab"),
        ("\u202eevil\u202c \u2066x\u2069 \u200f", "\\u202eevil\\u202c \\u2066x\\u2069 \\u200f"),
        ("line\u2028sep", "line\\u2028sep"),
        ("family 👨‍👩‍👧 and שלום and 東京", "family 👨‍👩‍👧 and שלום and 東京"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_could_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_what_nobody_said_is_a_dash() -> None:
    assert [cell(value) for value in (None, "", 0, False, "x")] == ["—", "—", "0", "no", "x"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", [("jobs",), ("link", "N-1", "P-100"), ("archive", "N-1"), ("restore", "N-1")]
)
def test_a_hostile_name_steers_nothing(tieback: Run, site: Site, words: tuple[str, ...]) -> None:
    factories.make_job(site.connection, number="N-1", name=NASTY)

    answer = tieback(*words)

    said = answer.stdout + answer.stderr
    assert "[bold]b[/bold] [/] :smile:" in said
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2066"} & set(said)


@pytest.mark.django_db
def test_json_carries_a_hostile_name_whole_but_as_ascii(tieback: Run, site: Site) -> None:
    factories.make_job(site.connection, number="N-1", name=NASTY)

    answer = tieback("jobs", "--json")

    assert answer.stdout.isascii()
    assert "\x1b" not in answer.stdout
    assert json.loads(answer.stdout)["jobs"][1]["name"] == NASTY
