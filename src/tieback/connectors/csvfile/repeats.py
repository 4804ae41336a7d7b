"""Ids that stand in a file more than once: which rows agree, and which are all refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tieback.connectors.csvfile.cell_error import CellError

# (id, row, digest) of each record in a file, in its order.
Entries = Callable[[], Iterator[tuple[str, int, str]]]
_NAMED_AT_MOST = 5


@dataclass(slots=True)
class _Places:
    """Where one id stands: no more of it than a message can name, however often it stands."""

    digest: str
    is_contradicted: bool = False
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int, digest: str) -> None:
        self.is_contradicted |= digest != self.digest
        self.count += 1
        if len(self.rows) <= _NAMED_AT_MOST:
            self.rows.append(row)

    def others(self, row: int) -> str:
        """The other rows, as a message names them."""
        named = [other for other in self.rows if other != row][:_NAMED_AT_MOST]
        rest = self.count - 1 - len(named)
        listed = ", ".join(map(str, named))
        return f"{listed} and {rest:,} more" if rest > 0 else listed


class Repeats:
    """What one reading of a file has to know beforehand about the ids that repeat.

    Holds every id while it looks, and afterwards only those that repeat.
    """

    def __init__(self, ids: Iterator[str], entries: Entries) -> None:
        repeated = _repeated(ids)
        self._places: dict[str, _Places] = {}
        if repeated:
            for external_id, row, digest in entries():
                if external_id in repeated:
                    self._places.setdefault(external_id, _Places(digest)).add(row, digest)

    def __contains__(self, external_id: str) -> bool:
        return external_id in self._places

    def is_first(self, external_id: str, row: int) -> bool:
        """Whether this is the row that stands for all that say the same."""
        return self._places[external_id].rows[0] == row

    def refusal(self, external_id: str, row: int) -> CellError | None:
        """Why a row whose id repeats is refused, None where all its rows say the same."""
        places = self._places[external_id]
        if not places.is_contradicted:
            return None
        return CellError(
            f"“{external_id}” stands also in row {places.others(row)}, with something else "
            "beside it, so nobody can tell which one counts.",
            "Keep one of the rows; or, if they are different records, choose the column of "
            "the ERP's own id in the settings.",
        )


def _repeated(ids: Iterator[str]) -> set[str]:
    seen: set[str] = set()
    repeated: set[str] = set()
    for external_id in ids:
        if external_id in seen:
            repeated.add(external_id)
        else:
            seen.add(external_id)
    return repeated
