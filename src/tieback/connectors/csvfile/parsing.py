"""Cells to records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tieback.connectors.csvfile.cell_error import CellError, shown
from tieback.connectors.csvfile.fields import FIELDS, Field, Kind
from tieback.connectors.csvfile.options import Options
from tieback.connectors.csvfile.status import read_status
from tieback.connectors.csvfile.values import (
    read_date,
    read_key,
    read_lines,
    read_money,
    read_text,
)
from tieback.connectors.errors import RecordError
from tieback.connectors.records import (
    CostCodeRecord,
    JobRecord,
    Record,
    Resource,
    SourceRow,
    SubJobRecord,
    VendorRecord,
)

_RECORDS: dict[Resource, type[Record]] = {
    Resource.JOB: JobRecord,
    Resource.COST_CODE: CostCodeRecord,
    Resource.SUB_JOB: SubJobRecord,
    Resource.VENDOR: VendorRecord,
}
# Only jobs keep the ERP's word; of the others it only counts whether they are active.
_KEEPS_STATUS = {Resource.JOB}


@dataclass(frozen=True, slots=True)
class _Column:
    field: Field
    index: int
    read: Callable[[object], Any]


class Parser:
    """Turns the rows of one sheet into records."""

    def __init__(
        self,
        resource: Resource,
        *,
        columns: Mapping[str, int],
        headers: tuple[str, ...],
        options: Options,
    ) -> None:
        self.resource = resource
        self.headers = headers
        self._make = _RECORDS[resource]
        self._columns = [
            _Column(field, columns[field.name], _reader(field, options))
            for field in FIELDS[resource]
            if field.name in columns and field.name != "external_id"
        ]

    def record(self, row: SourceRow) -> Record:
        """Parse one row; raises `RecordError` with file, row and column."""
        cells = row.cells
        found: dict[str, Any] = {}
        for column in self._columns:
            cell = cells[column.index]
            field = column.field
            try:
                value: Any = column.read(cell) if cell != "" else None
            except CellError as refused:
                raise self._refusal(row, column.index, refused) from None
            if value == "" or value is None:
                if field.is_required:
                    raise self._refusal(row, column.index, empty_cell(field))
            else:
                found[field.name] = value
        if "status" in found:
            word, found["is_active"] = found.pop("status")
            if self.resource in _KEEPS_STATUS:
                found["status"] = word
        return self._make(external_id=row.external_id, **found)

    def _refusal(self, row: SourceRow, index: int, refused: CellError) -> RecordError:
        return refusal(
            refused,
            source=row.source,
            row=row.row or 0,
            column=self.headers[index],
            external_id=row.external_id,
        )


def _reader(field: Field, options: Options) -> Callable[[object], Any]:
    return cell_reader(
        field,
        date_order=options.date_order,
        decimal_mark=options.decimal_mark,
        active=options.active_words,
        inactive=options.inactive_words,
    )


def cell_reader(
    field: Field,
    *,
    date_order: str,
    decimal_mark: str,
    active: frozenset[str] = frozenset(),
    inactive: frozenset[str] = frozenset(),
) -> Callable[[object], Any]:
    """What reads a cell of the field; it raises `CellError` rather than guess."""
    match field.kind:
        case Kind.KEY:
            return partial(read_key, limit=field.limit)
        case Kind.DATE:
            return partial(read_date, order=date_order)
        case Kind.MONEY:
            return partial(read_money, decimal_mark=decimal_mark)
        case Kind.LINES:
            return partial(read_lines, limit=field.limit)
        case Kind.STATUS:
            return partial(read_status, limit=field.limit, active=active, inactive=inactive)
        case Kind.TEXT:
            return partial(read_text, limit=field.limit)


def refusal(
    refused: CellError, *, source: str, row: int, column: str, external_id: str = ""
) -> RecordError:
    """What a cell refused, as an error that says where."""
    reason = refused.reason[:1].upper() + refused.reason[1:]
    return RecordError(
        # Without the row: the same trouble stays the same issue when the row moves.
        f"Column “{shown(column)}”: {refused.reason}" if column else reason,
        mend=refused.mend,
        source=source,
        row=row,
        column=column,
        external_id=external_id,
    )


def empty_cell(field: Field) -> CellError:
    """The refusal of a blank where something has to stand."""
    return CellError(f"the cell is empty, and every record needs “{field.label}”.", "Fill it in.")
