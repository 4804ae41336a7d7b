"""What a mapping screen shows of a file: how it was understood, and what is wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tieback.connectors.csvfile.folder import find, required
from tieback.connectors.csvfile.mapping import map_columns
from tieback.connectors.csvfile.options import Options
from tieback.connectors.csvfile.sheet import open_table
from tieback.connectors.csvfile.values import as_text
from tieback.connectors.errors import ConfigError, TransientError
from tieback.connectors.records import Resource

_FIRST_ROWS = 5
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person has to mend before the file can be read."""

    message: str
    mend: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One resource's file. `file` is "" where the folder has none; `mapping` is field to header."""

    resource: Resource
    file: str = ""
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    # The first rows as texts, in the order of `headers`.
    first_rows: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()


def inspect(resource: Resource, values: Mapping[str, Any]) -> Inspection:
    """Describe the file of `resource`; what would be raised elsewhere is among its problems."""
    try:
        return _inspect(resource, Options.read(values))
    except (ConfigError, TransientError) as error:
        return Inspection(resource, problems=(Problem(error.message, error.mend),))


def _inspect(resource: Resource, options: Options) -> Inspection:
    locate = required if resource is Resource.JOB else find
    path = locate(resource, options)
    if path is None:
        return Inspection(resource)
    try:
        table = open_table(path, resource, options)
        chosen = options.headers.get(resource, {})
        columns = map_columns(
            resource, table.headers, chosen, source=table.name, row=table.header_row
        )
        first_rows = tuple(
            tuple(as_text(cell)[:_LONGEST_SHOWN] for cell in line.cells)
            for line in islice(table.lines(), _FIRST_ROWS)
        )
    except (ConfigError, TransientError) as error:
        problem = Problem(error.message, error.mend)
        return Inspection(resource, file=path.name, problems=(problem,))
    taken = set(columns.fields.values())
    return Inspection(
        resource,
        file=table.name,
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        headers=table.headers,
        mapping={name: table.headers[index] for name, index in columns.fields.items()},
        unmapped=tuple(
            header for i, header in enumerate(table.headers) if header and i not in taken
        ),
        first_rows=first_rows,
        problems=tuple(Problem(p.message, p.mend, p.column) for p in columns.problems),
    )
