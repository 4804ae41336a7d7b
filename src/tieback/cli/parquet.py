"""A list in a Parquet file, a few thousand records at a time, as the text that CSV would hold."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tieback.cli.refusal import Refusal
from tieback.connectors.csvfile.table import MOST_COLUMNS, BrokenLine, Line

# What a file may declare before anything of it is read. Lists that can be matched are far smaller.
MOST_RECORDS = 5_000_000
_MOST_CHUNK = 1 << 29
# As in a text file, where a cell has at most so many characters.
_LONGEST_CELL = 131_072
_BATCH = 4_096
_FOOTER_STRING, _FOOTER_LIST = 1 << 24, 1 << 18
_EPOCH = date(1970, 1, 1).toordinal()
_DATES = ("start", "end")
_AMOUNTS = ("value",)
_INSTEAD = "Write the column as {}, or save the list as CSV."

_Array = Any  # pyarrow ships no types
_Read = Callable[[_Array], list[str]]


class _BadValueError(Exception):
    """A value that cannot be told as text: which of its batch, and why."""

    def __init__(self, at: int, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.at, self.reason, self.mend = at, reason, mend


class ParquetTable:
    """One file: `headers` are those of `wanted` that it has, in lower case; the rest is not read.

    Raises `Refusal` for what is no Parquet file, or holds another kind of thing in a wanted column.
    """

    def __init__(self, path: Path, wanted: tuple[str, ...]) -> None:
        self.path, self.name = path, path.name
        with self._guard(), self._open() as file:
            names = [name.strip().lower() for name in file.schema_arrow.names]
            self._check_size(file.metadata, names)
            self.headers = tuple(name for name in names if name in wanted)
            fields = [file.schema_arrow.field(names.index(name)) for name in self.headers]
            self._columns = [field.name for field in fields]
            self._read = list(map(self._reader, self.headers, fields))
            self._records = file.metadata.num_rows

    def lines(self) -> Iterator[Line | BrokenLine]:
        """The records, counted from 1; those that say nothing are left out."""
        row = 0
        # A text of a megabyte may stand in every row: each comes once.
        with self._guard(), self._open(self._columns) as file:
            for batch in file.iter_batches(_BATCH, columns=self._columns, use_threads=False):
                yield from self._batch(batch, row)
                row += len(batch)
            if row != self._records:
                raise self._damaged(f"it declares {self._records:,} records and holds {row:,}")

    def _batch(self, batch: _Array, before: int) -> Iterator[Line | BrokenLine]:
        columns = []
        for name, column, read in zip(self.headers, self._columns, self._read, strict=True):
            try:
                columns.append(read(batch.column(batch.schema.names.index(column))))
            except _BadValueError as bad:
                reason = f"the column “{name}” {bad.reason}"
                yield BrokenLine(before + bad.at + 1, reason, bad.mend)
                return
        for row, cells in enumerate(zip(*columns, strict=True), before + 1):
            if any(cells):
                yield Line(row, cells)

    def _open(self, repeating: Sequence[str] = ()) -> Any:
        return parquet.ParquetFile(
            self.path,
            read_dictionary=list(repeating),
            # Pages, not whole columns, are held.
            buffer_size=1 << 20,
            pre_buffer=False,
            page_checksum_verification=True,
            thrift_string_size_limit=_FOOTER_STRING,
            thrift_container_size_limit=_FOOTER_LIST,
        )

    def _check_size(self, footer: Any, names: list[str]) -> None:
        if footer.num_rows > MOST_RECORDS:
            raise Refusal(
                f"{self.name} declares {footer.num_rows:,} records; {MOST_RECORDS:,} can be read.",
                mend="Write a file of those that are to be matched.",
            )
        if len(names) > MOST_COLUMNS:
            raise Refusal(
                f"{self.name} has {len(names):,} columns; {MOST_COLUMNS} can be read.",
                mend="Write a file without those that matching does not use.",
            )
        for group in map(footer.row_group, range(footer.num_row_groups)):
            for column in map(group.column, range(group.num_columns)):
                if column.total_uncompressed_size > _MOST_CHUNK:
                    raise Refusal(
                        f"{self.name}: the column “{column.path_in_schema[:60]}” has "
                        f"{column.total_uncompressed_size >> 20:,} MB in one row group.",
                        mend="Write the file in row groups of 100,000 records.",
                    )

    def _reader(self, name: str, field: Any) -> _Read:
        """How the values of a column become text; raises `Refusal` for those of no fitting kind."""
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        fitting = [*_ALWAYS, *(_DAYS if name in _DATES else _NUMBERS)]
        if name not in (*_DATES, *_AMOUNTS):
            fitting += _SWITCHES
        for fits, read in fitting:
            if fits(kind):
                return read
        meant = "dates" if name in _DATES else "numbers" if name in _AMOUNTS else "text"
        raise Refusal(
            f"{self.name}: the column “{name}” holds {_called(kind)}, not {meant}.",
            mend=_INSTEAD.format(meant),
        )

    def _damaged(self, reason: str) -> Refusal:
        return Refusal(
            f"{self.name} cannot be read: {reason}.",
            mend="Write the file again, or save the list as CSV.",
        )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Broken files make the library fail in many ways; what it says is not for people."""
        try:
            yield
        except OSError as problem:
            if problem.errno is not None:
                raise Refusal(f"{self.name} cannot be read: {problem.strerror}.") from problem
            raise self._damaged("it is cut off, or its parts do not fit together") from problem
        except (pa.ArrowException, ValueError, KeyError, OverflowError) as problem:
            reason = "it is no Parquet file" if not self._is_marked() else "its parts are broken"
            raise self._damaged(f"{reason}, or it is cut off") from problem
        except MemoryError as problem:
            raise self._damaged("it takes more memory than there is") from problem

    def _is_marked(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(4) == b"PAR1"


def _called(kind: Any) -> str:
    """A type as people call it."""
    for fits, words in (
        (pa.types.is_nested, "lists or tables"),
        (pa.types.is_boolean, "yes and no"),
        (_is_number, "numbers"),
        (_is_day, "dates"),
        (pa.types.is_temporal, "times of day"),
    ):
        if fits(kind):
            return words
    return "bytes"


def _is_text(kind: Any) -> bool:
    types = pa.types
    return any(
        fits(kind) for fits in (types.is_string, types.is_large_string, types.is_string_view)
    )


def _is_number(kind: Any) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _is_day(kind: Any) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _nothing(values: _Array) -> list[str]:
    return [""] * len(values)


def _text(values: _Array) -> list[str]:
    """Texts, each made once however often it stands there."""
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    used = pc.unique(values.indices.drop_null())
    texts = values.dictionary.take(used)
    places = dict(zip(used.to_pylist(), range(len(used)), strict=True))
    indices = values.indices.to_pylist()
    too_long = pc.indices_nonzero(pc.greater(pc.binary_length(texts), 4 * _LONGEST_CELL))
    if len(too_long):
        at = indices.index(used[too_long[0].as_py()].as_py())
        reason = f"has a text of more than {_LONGEST_CELL:,} characters."
        raise _BadValueError(at, reason, "Shorten it.")
    read = [_decoded(text, used[at].as_py(), indices) for at, text in enumerate(texts)]
    return ["" if index is None else read[places[index]] for index in indices]


def _decoded(text: Any, code: int, indices: list[int | None]) -> str:
    try:
        found: str = text.as_py() or ""
    except UnicodeDecodeError:
        raise _BadValueError(
            indices.index(code), "has a text that is not UTF-8.", "Write the file again as UTF-8."
        ) from None
    return found


def _whole(values: _Array) -> list[str]:
    return ["" if value is None else str(value) for value in values.to_pylist()]


def _exact(values: _Array) -> list[str]:
    return ["" if value is None else f"{value:f}" for value in values.to_pylist()]


def _float(values: _Array) -> list[str]:
    """Numbers in the fewest digits that mean them: 0.1, and not what a float has beyond."""
    found = values.to_numpy(zero_copy_only=False)
    if (endless := np.flatnonzero(np.isinf(found))).size:
        raise _BadValueError(int(endless[0]), "holds an infinite number.", "Correct the number.")
    return ["" if np.isnan(value) else _shortest(value) for value in found]


def _shortest(value: Any) -> str:
    return f"{value:.0f}" if value == np.rint(value) and abs(value) < 1e15 else str(value)


def _yes_or_no(values: _Array) -> list[str]:
    return ["" if value is None else str(value).lower() for value in values.to_pylist()]


def _day(values: _Array) -> list[str]:
    """Days as 2026-11-23; of a moment, the day it was where its time zone is."""
    if pa.types.is_timestamp(values.type) and values.type.tz:
        values = pc.local_timestamp(values)
    days = pc.floor_temporal(values, unit="day").cast(pa.date32()).cast(pa.int32())
    return [_iso(at, days_since) for at, days_since in enumerate(days.to_pylist())]


def _iso(at: int, days: int | None) -> str:
    if days is None:
        return ""
    if not 0 < days + _EPOCH <= date.max.toordinal():
        raise _BadValueError(at, "holds a date before year 1 or after 9999.", "Correct the date.")
    return date.fromordinal(days + _EPOCH).isoformat()


_Fitting = list[tuple[Callable[[Any], bool], _Read]]
_ALWAYS: _Fitting = [(pa.types.is_null, _nothing), (_is_text, _text)]
_DAYS: _Fitting = [(_is_day, _day)]
_NUMBERS: _Fitting = [
    (pa.types.is_integer, _whole),
    (pa.types.is_floating, _float),
    (pa.types.is_decimal, _exact),
]
_SWITCHES: _Fitting = [(pa.types.is_boolean, _yes_or_no)]
