"""Write what one batch of rows says into the staged tables."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tieback.connections.models import Connection
from tieback.connectors.base import Connector
from tieback.connectors.errors import RecordError
from tieback.connectors.records import (
    CostCodeRecord,
    JobRecord,
    Record,
    Resource,
    SourceRow,
    SubJobRecord,
)
from tieback.search.text import search_text
from tieback.staging.models import ErpVendor, Job, JobCostCode, JobSubJob, Staged
from tieback.staging.references import JobRefs
from tieback.staging.upsert import Upsert

MODELS: dict[Resource, type[Staged]] = {
    Resource.JOB: Job,
    Resource.COST_CODE: JobCostCode,
    Resource.SUB_JOB: JobSubJob,
    Resource.VENDOR: ErpVendor,
}
_ONLY_AT_FIRST = {"company_id", "first_seen_at"}
# A person's decisions, which no pull may touch.
_OURS = {"state", "state_changed_at"}


@dataclass
class Counts:
    """What one pass met, in rows."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    returned: int = 0
    orphaned: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    digest: str
    is_missing: bool


class Stage:
    """The staged table of one resource of one connection, and which of its rows were seen."""

    def __init__(self, connection: Connection, connector: Connector, resource: Resource) -> None:
        self.connection = connection
        self.connector = connector
        self.resource = resource
        self.model = MODELS[resource]
        self.rows = self.model._default_manager.filter(connection=connection)
        self.seen: set[int] = set()
        self.upsert = Upsert(
            self.model, key=("connection_id", "external_id"), kept=_ONLY_AT_FIRST | _OURS
        )

    def known_rows(self) -> int:
        """How many rows are staged and not missing."""
        return self.rows.filter(missing_since=None).count()

    def write(
        self, batch: Iterable[SourceRow | RecordError], *, now: datetime, counts: Counts
    ) -> list[RecordError]:
        """Add what is new, update what changed, touch nothing else; returns what was refused."""
        refusals = [row for row in batch if isinstance(row, RecordError)]
        rows = [row for row in batch if isinstance(row, SourceRow)]
        counts.read += len(rows) + len(refusals)
        known = self._known([r.external_id for r in rows] + [r.external_id for r in refusals])
        parsed: dict[str, tuple[SourceRow, Record]] = {}
        for row in rows:
            there = known.get(row.external_id)
            if there and there.digest == row.digest and not there.is_missing:
                counts.unchanged += 1
                self.seen.add(there.pk)
                continue
            try:
                parsed[row.external_id] = (row, self.connector.record(row))
            except RecordError as refusal:
                refusals.append(refusal)
        refusals += self._upsert(parsed, known, now, counts)
        self.seen.update(known[r.external_id].pk for r in refusals if r.external_id in known)
        counts.refused += len(refusals)
        return refusals

    def _known(self, external_ids: list[str]) -> dict[str, _Known]:
        found = self.rows.filter(external_id__in=external_ids)
        columns = found.values_list("external_id", "pk", "digest", "missing_since")
        return {
            external_id: _Known(pk, digest, missing_since is not None)
            for external_id, pk, digest, missing_since in columns
        }

    def _upsert(
        self,
        parsed: dict[str, tuple[SourceRow, Record]],
        known: dict[str, _Known],
        now: datetime,
        counts: Counts,
    ) -> list[RecordError]:
        jobs = self._jobs_referred_to([record for _, record in parsed.values()])
        refusals: list[RecordError] = []
        staged: list[dict[str, Any]] = []
        for row, record in parsed.values():
            columns = _columns(record, jobs, row)
            if isinstance(columns, RecordError):
                refusals.append(columns)
                continue
            staged.append(self._staged(row, columns, now))
            there = known.get(row.external_id)
            counts.returned += bool(there and there.is_missing)
            counts.changed += bool(there and not there.is_missing)
            counts.added += there is None
        ids = [columns["external_id"] for columns in staged]
        self._welcome_back([known[one].pk for one in ids if one in known], now)
        self.upsert.write(staged, using=self.rows.db)
        written = self.rows.filter(external_id__in=ids)
        self.seen.update(written.values_list("pk", flat=True))
        return refusals

    def _welcome_back(self, pks: list[int], now: datetime) -> None:
        """Before the row says that it is there again: an orphaned job has to be missing."""
        if self.resource == Resource.JOB and pks:
            Job.objects.filter(pk__in=pks, state=Job.State.ORPHANED).update(
                state=Job.State.READY, state_changed_at=now
            )

    def _staged(self, row: SourceRow, columns: dict[str, Any], now: datetime) -> dict[str, Any]:
        if self.resource == Resource.JOB:
            columns["state_changed_at"] = now
        return {
            **columns,
            "company_id": self.connection.company_id,
            "connection_id": self.connection.pk,
            "external_id": row.external_id,
            "digest": row.digest,
            "raw": row.raw,
            "first_seen_at": now,
            "changed_at": now,
        }

    def _jobs_referred_to(self, records: Iterable[Record]) -> "JobRefs":
        refs = {r.job_ref for r in records if isinstance(r, CostCodeRecord | SubJobRecord)}
        return JobRefs.find(self.connection, refs)


def _columns(record: Record, jobs: JobRefs, row: SourceRow) -> dict[str, Any] | RecordError:
    columns = _plain(record)
    if isinstance(record, JobRecord):
        columns["search_text"] = search_text(
            record.number, record.name, record.customer, record.address, record.city, record.zip
        )
    ref = columns.pop("job_ref", None)
    if ref is not None:
        job = jobs.resolve(ref, row)
        if isinstance(job, RecordError):
            return job
        columns["job_id"] = job
    return columns


def _plain(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__ if name != "external_id"}
