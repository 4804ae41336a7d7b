"""Which words in a status column mean active, and which mean inactive."""

from tieback.connectors.csvfile.cell_error import CellError, shown
from tieback.connectors.csvfile.values import read_text

_ACTIVE = """
    active, a, open, o, opened, in progress, in process, progress, started, unstarted, not started,
    current, ongoing, on going, awarded, pending, planned, planning, under construction,
    construction, preconstruction, pre construction, approved, released, yes, y, true, t, 1
"""
_INACTIVE = """
    inactive, i, not active, closed, c, close, soft closed, hard closed, final closed, soft close,
    hard close, final close, complete, completed, finished, done, cancelled, canceled, archived,
    lost, terminated, void, no, n, false, f, 0
"""


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))


def words(listed: str) -> frozenset[str]:
    """The words of a list separated by commas, as they are compared: case and spaces do not count.

    A word without any letter or digit is kept as it is.
    """
    parts = (part.strip() for part in listed.split(","))
    return frozenset(_plain(part) or part for part in parts if part)


ACTIVE = words(_ACTIVE)
INACTIVE = words(_INACTIVE)


def read_status(
    cell: object, *, limit: int, active: frozenset[str], inactive: frozenset[str]
) -> tuple[str, bool] | None:
    """The status word and whether it means active, None where the cell is blank.

    The connection's own words go before ours, so that a company may mean its own by "pending".
    Raises `CellError` for a word that nobody explained.
    """
    word = read_text(cell, limit)
    if not word:
        return None
    plain = _plain(word) or word
    for listed, means in ((active, True), (inactive, False), (ACTIVE, True), (INACTIVE, False)):
        if plain in listed:
            return word, means
    raise CellError(
        f"“{shown(word)}” says neither active nor inactive.",
        "Add the word to “More words for active” or “More words for inactive” "
        "in the connection's settings.",
    )
