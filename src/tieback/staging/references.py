"""Which job a dependent record belongs to."""

from dataclasses import dataclass

from tieback.connections.models import Connection
from tieback.connectors.errors import RecordError
from tieback.connectors.records import SourceRow
from tieback.staging.models import Job


@dataclass(frozen=True, slots=True)
class JobRefs:
    """Which job a dependent record's reference means: an external id first, else a number."""

    by_id: dict[str, int]
    by_number: dict[str, list[int]]

    @classmethod
    def find(cls, connection: Connection, refs: set[str]) -> "JobRefs":
        if not refs:
            return cls({}, {})
        jobs = Job.objects.filter(connection=connection)
        by_id = dict(jobs.filter(external_id__in=refs).values_list("external_id", "pk"))
        by_number: dict[str, list[int]] = {}
        rest = refs - by_id.keys()
        for number, pk in jobs.filter(number__in=rest).values_list("number", "pk"):
            by_number.setdefault(number, []).append(pk)
        return cls(by_id, by_number)

    def resolve(self, ref: str, row: SourceRow) -> int | RecordError:
        """The job's key, or the refusal that says why the reference cannot be followed."""
        if ref in self.by_id:
            return self.by_id[ref]
        found = self.by_number.get(ref, [])
        if len(found) == 1:
            return found[0]
        what = (
            "no job has that id or number" if not found else f"{len(found)} jobs have that number"
        )
        return RecordError(
            f"It belongs to job “{ref}”, but {what}.",
            mend="Add the job to the job list, or correct the row, then refresh.",
            source=row.source,
            row=row.row,
            column="job",
            external_id=row.external_id,
        )
