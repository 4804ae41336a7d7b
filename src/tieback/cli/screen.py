"""What a command says: data on stdout, everything about it on stderr, nothing that a name can bend.

Names come from ERPs and files. They may hold terminal escapes, bidirectional overrides or rich's
own markup, so every text passes `clean` and no console here reads markup.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

NOT_SAID = "—"
_JOINERS = {"\u200c", "\u200d"}
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: object) -> str:
    """`text` on one line, with everything that could steer a terminal written out as an escape."""
    return "".join(_safe(character) for character in str(text))


def _safe(character: str) -> str:
    if character in "\t\n\r":
        return " "
    # Emoji and several scripts are written with joiners, which steer nothing.
    if character in _JOINERS or unicodedata.category(character) not in _UNSAFE:
        return character
    return f"\\u{ord(character):04x}" if ord(character) > 0xFF else f"\\x{ord(character):02x}"


def cell(value: object) -> str:
    """A value as a table shows it; what nobody said is a dash, never a blank."""
    if value is None or value == "":
        return NOT_SAID
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, date):
        return value.isoformat()[:10]
    return clean(value)


def say(sentence: str) -> None:
    """The answer, in words, on stdout."""
    _out().print(Text(clean(sentence)), soft_wrap=True)


def note(sentence: str) -> None:
    """Something about the answer, on stderr."""
    _err().print(Text(clean(sentence)), soft_wrap=True, style="dim")


def complain(message: str, mend: str = "") -> None:
    """A refusal: the reason, and below it what to do."""
    _err().print(Text(clean(message)), soft_wrap=True, style="red")
    if mend:
        _err().print(Text(clean(mend)), soft_wrap=True)


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Iterable[str] = (),
    on_stderr: bool = False,
) -> None:
    """Rows for a person on a terminal; tab-separated and uncut for whatever reads a pipe."""
    console = _err() if on_stderr else _out()
    if not console.is_terminal:
        lines = ["\t".join(headers), *("\t".join(cell(value) for value in row) for row in rows)]
        console.file.write("".join(f"{line}\n" for line in lines))
        return
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        shown.add_column(header, justify="right" if header in numbers else "left")
    for row in rows:
        shown.add_row(*(Text(cell(value)) for value in row))
    console.print(shown)


def document(content: dict[str, Any]) -> None:
    """One JSON document on stdout; ASCII only, so that it is safe on any terminal."""
    sys.stdout.write(json.dumps(content, indent=2, default=_plain) + "\n")


def can_ask() -> bool:
    """Whether a person sits at both ends, so that a question makes sense."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Bar:
    """A progress bar's handle; does nothing where nobody watches."""

    def __init__(self, progress: Any = None, task: Any = None) -> None:
        self._progress, self._task = progress, task

    def show(self, label: str, done: int, of: int | None = None) -> None:
        """Say what is being done, and how much of it is; `of` corrects the total."""
        if self._progress:
            self._progress.update(self._task, description=clean(label), completed=done, total=of)


@contextmanager
def bar(label: str, *, total: int | None = None) -> Iterator[Bar]:
    """A progress bar on stderr, gone when it is done.

    Silent where stderr is no terminal, and for a single thing, which takes no time.
    """
    console = _err()
    if not console.is_terminal or total == 1:
        yield Bar()
        return
    # Loaded here because most commands never draw one, and it takes a tenth of a second.
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress, progress.add_task(label, total=total))


def _out() -> Console:
    return _console(is_error=False)


def _err() -> Console:
    return _console(is_error=True)


def _console(*, is_error: bool) -> Console:
    # Made anew each time: a test, or a caller, may have put another stream in the place.
    return Console(stderr=is_error, markup=False, highlight=False, emoji=False)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
