"""Ids that stand in a file more than once: which rows agree, and which are all refused."""

from collections.abc import Callable, Iterator

from tieback.connectors.csvfile.cell_error import CellError

# (id, row, digest) of each record in a file, in its order.
Entries = Callable[[], Iterator[tuple[str, int, str]]]
_NAMED_AT_MOST = 5


class Repeats:
    """What one reading of a file has to know beforehand about the ids that repeat.

    Holds every id while it looks, and afterwards only those that repeat.
    """

    def __init__(self, ids: Iterator[str], entries: Entries) -> None:
        repeated = _repeated(ids)
        self._places: dict[str, list[tuple[int, str]]] = {one: [] for one in repeated}
        if repeated:
            for external_id, row, digest in entries():
                if external_id in repeated:
                    self._places[external_id].append((row, digest))

    def __contains__(self, external_id: str) -> bool:
        return external_id in self._places

    def __bool__(self) -> bool:
        return bool(self._places)

    def is_first(self, external_id: str, row: int) -> bool:
        """Whether this is the row that stands for all that say the same."""
        return self._places[external_id][0][0] == row

    def refusal(self, external_id: str, row: int) -> CellError | None:
        """Why a row whose id repeats is refused, None where all its rows say the same."""
        places = self._places[external_id]
        if len({digest for _, digest in places}) == 1:
            return None
        others = list(dict.fromkeys(str(other) for other, _ in places if other != row))
        named = ", ".join(others[:_NAMED_AT_MOST])
        if len(others) > _NAMED_AT_MOST:
            named += f" and {len(others) - _NAMED_AT_MOST:,} more"
        return CellError(
            f"“{external_id}” stands also in row {named}, with something else beside it, "
            "so nobody can tell which one counts.",
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
