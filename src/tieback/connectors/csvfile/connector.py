"""The file connector: an ERP's records from a folder of CSV and Excel files."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from tieback.connectors.base import Capability, Connector, Verb
from tieback.connectors.csvfile.fields import FIELDS, Field
from tieback.connectors.csvfile.folder import content_digest, find, required
from tieback.connectors.csvfile.inspection import Inspection, inspect
from tieback.connectors.csvfile.options import SETTINGS, Options
from tieback.connectors.csvfile.sheet import PARSER_VERSION, Sheet
from tieback.connectors.errors import RecordError
from tieback.connectors.records import Record, Resource, SourceRow


class CsvFileConnector(Connector):
    """Reads files that an ERP exports, or that people keep by hand; writes nothing."""

    name = "csvfile"
    label = "CSV and Excel files"
    job_word = "ERP project"
    capabilities = frozenset(
        {Capability(resource, Verb.READ) for resource in Resource}
        | {Capability(Resource.JOB, Verb.LINK)}
    )
    settings = SETTINGS

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._sheets: dict[Resource, Sheet] = {}

    def check(self) -> str:
        """What was found, file by file; raises `ConfigError` where a file cannot be used."""
        required(Resource.JOB, self._options)
        found = []
        for resource in Resource:
            if sheet := self._open(resource):
                table = sheet.table
                rows = sheet.count()
                found.append(f"{table.name}: {rows:,} row{'s' * (rows != 1)}, {table.format}")
        return f"Found {'; '.join(found)}."

    def rows(self, resource: Resource) -> Iterator[SourceRow | RecordError]:
        """Every record of the resource's file; none where there is no such file but for jobs."""
        sheet = self._open(resource)
        if sheet is not None:
            yield from sheet.rows()

    def record(self, row: SourceRow) -> Record:
        """Parse a row of `rows`; raises `RecordError` with file, row and column."""
        sheet = self._sheets.get(row.resource) or self._open(row.resource)
        if sheet is None:
            raise RecordError(
                f"{row.source} is gone.",
                mend="Put the file back into the folder.",
                source=row.source,
                row=row.row,
                external_id=row.external_id,
            )
        return sheet.parser.record(row)

    def mark(self, resource: Resource) -> str:
        """A digest of the file and of the settings, "" where there is no file."""
        path = find(resource, self._options)
        if path is None:
            return ""
        seed = f"{PARSER_VERSION} {path.name} {self._options.reading(resource)}"
        return content_digest(path, seed)

    def fields(self, resource: Resource) -> Sequence[Field]:
        """The fields that a column of the resource's file can hold."""
        return FIELDS[resource]

    def inspect(self, resource: Resource) -> Inspection:
        """What a screen shows so that a person can correct the columns; raises nothing."""
        return inspect(resource, self.values)

    @cached_property
    def _options(self) -> Options:
        return Options.read(self.values)

    def _open(self, resource: Resource) -> Sheet | None:
        locate = required if resource is Resource.JOB else find
        path = locate(resource, self._options)
        if path is None:
            self._sheets.pop(resource, None)
            return None
        self._sheets[resource] = sheet = Sheet(path, resource, self._options)
        return sheet
