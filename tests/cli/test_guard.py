from pathlib import Path

import pytest
import typer

from tests.cli.conftest import Run, Site
from tieback.cli.guard import guarded, show_traceback
from tieback.cli.refusal import Refusal


def fail() -> None:
    raise ZeroDivisionError("three by nothing\x1b[2J")


def refuse() -> None:
    raise Refusal("The door is shut.", mend="Knock.")


def test_a_refusal_exits_with_1_and_says_reason_and_mend(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as left:
        guarded(refuse, "door")()

    said = capsys.readouterr()
    assert left.value.exit_code == 1
    assert (said.out, said.err) == ("", "The door is shut.\nKnock.\n")


def test_an_unforeseen_error_is_one_line_and_its_details_are_in_the_log(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as left:
        guarded(fail, "jobs")()

    said = capsys.readouterr()
    log = (home / "tieback.log").read_text()
    assert left.value.exit_code == 1
    assert said.out == ""
    assert said.err == (
        "Tieback met an error of its own (ZeroDivisionError: three by nothing\\x1b[2J).\n"
        f"Details are in {home / 'tieback.log'}. “tieback --debug jobs …” shows it here.\n"
    )
    assert "ERROR tieback jobs\nTraceback (most recent call last):\n" in log


def test_debug_shows_the_traceback(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_traceback(True)
    try:
        with pytest.raises(typer.Exit):
            guarded(fail, "jobs")()
    finally:
        show_traceback(False)

    assert "Traceback (most recent call last):" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("nothing-like-it",),
        ("jobs", "--filter", "blue"),
        ("jobs", "--limit", "many"),
        ("link", "J-1"),
        ("user", "add", "a@b.example", "--level", "king"),
        ("user",),
        (),
    ],
)
def test_a_wrong_call_exits_with_2(tieback: Run, words: tuple[str, ...]) -> None:
    answer = tieback(*words)

    assert answer.exit_code == 2
    assert "Traceback" not in answer.output


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["", " ", "-", "%", "'; DROP TABLE x; --", "#", "#0", "٣"])
def test_odd_words_for_a_job_are_refused_in_words(tieback: Run, site: Site, word: str) -> None:
    answer = tieback("archive", "--dry-run", "--", word or " ")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "error of its own" not in answer.stderr
