"""Pull: read what the ERP says now and stage it, in batches that each stand alone.

A batch, its counts and its issues are one transaction. A pull that dies keeps the batches it had;
the next one recognises them by their digest, so nothing is lost and nothing is staged twice.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction

from tieback.access.actors import Actor
from tieback.audit.services import record
from tieback.connections.issues import raise_issues, resolve_unseen
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import finish_run, open_connector, start_run
from tieback.connectors.base import Connector, Verb
from tieback.connectors.errors import ConfigError, ConnectorError, RecordError
from tieback.connectors.records import Resource, SourceRow
from tieback.staging.missing import settle_missing
from tieback.staging.stage import MODELS, Counts, Stage

log = logging.getLogger(__name__)

BATCH = 1_000
_NAMELESS = (
    "A row was refused whose id could not be read. It may be any of your {what}, "
    "so none of them counts as gone until that row is mended."
)
_PLURAL = {
    Resource.JOB: "ERP projects",
    Resource.COST_CODE: "cost codes",
    Resource.SUB_JOB: "sub jobs",
    Resource.VENDOR: "vendors",
}
T = TypeVar("T")
Clock = Callable[[], datetime]
# Called after every batch with the resource and how many rows have been read of it so far.
Progress = Callable[[Resource, int], None]


class TakenAwayError(Exception):
    """Somebody closed this run while we worked: another process has taken over."""


def pull(
    *, connection: Connection, by: Actor, clock: Clock, progress: Progress | None = None
) -> SyncRun:
    """Open a run and perform it; raises `BusyError` while another run is alive."""
    run = start_run(connection=connection, by=by, now=clock())
    return perform(run=run, by=by, clock=clock, progress=progress)


def perform(*, run: SyncRun, by: Actor, clock: Clock, progress: Progress | None = None) -> SyncRun:
    """Read and stage every resource that the connector can read, and close the run.

    Never raises for what the remote did: a failure is the run's status and an issue.
    """
    connection = run.connection
    try:
        connector = open_connector(connection)
        notes = [
            _Pass(run, connection, connector, resource, clock, progress).perform()
            for resource in MODELS
            if connector.can(resource, Verb.READ)
        ]
        refused = any(counts["refused"] for counts in run.counts.values())
        status = SyncRun.Status.WITH_ISSUES if refused else SyncRun.Status.DONE
        _close(run, status, by, clock(), " ".join(filter(None, notes)))
    except ConnectorError as error:
        _close(run, SyncRun.Status.FAILED, by, clock(), f"{error.message} {error.mend}")
    except TakenAwayError:
        run.refresh_from_db()
    except Exception:
        log.exception("run %s failed in a way that we did not foresee", run.pk)
        problem = "Tieback met an error of its own. What was read is kept; the server log has more."
        _close(run, SyncRun.Status.FAILED, by, clock(), problem)
        raise
    except BaseException:
        # Ctrl-C: said at once, so that the next pull need not wait for a heartbeat to stop.
        problem = "It was stopped before the end. What it had read is kept; refresh again."
        _close(run, SyncRun.Status.INTERRUPTED, by, clock(), problem)
        raise
    return run


@transaction.atomic
def _close(
    run: SyncRun, status: SyncRun.Status, by: Actor, now: datetime, problem: str = ""
) -> None:
    finish_run(run=run, status=status, now=now, problem=problem)
    record(
        by=by,
        now=now,
        action="sync_run.finish",
        target=("connection", run.connection_id, run.connection.name),
        after={"run": run.pk, "status": run.status, "counts": run.counts},
        note=run.problem,
    )


class _Pass:
    """One resource of one run, from its first row to the closing of its books."""

    def __init__(
        self,
        run: SyncRun,
        connection: Connection,
        connector: Connector,
        resource: Resource,
        clock: Clock,
        progress: Progress | None,
    ) -> None:
        self.run = run
        self.connection = connection
        self.connector = connector
        self.resource = resource
        self.clock = clock
        self.progress = progress
        self.counts = Counts()
        self.stage = Stage(connection, connector, resource)
        self.nameless = False

    def perform(self) -> str:
        """Read and stage; returns what a person should know of it beyond counts and issues."""
        mark = self._mark()
        if mark and mark == self.connection.marks.get(self.resource):
            self._nothing_changed()
            return ""
        try:
            for batch in _batches(self.connector.rows(self.resource), BATCH):
                self._stage(batch)
        except ConfigError as refusal:
            self._refuse_the_rest(refusal)
            raise
        return self._finish(mark)

    def _mark(self) -> str:
        """The connector's mark; with the jobs' own, as a dependent row may come to find its job."""
        own = self.connector.mark(self.resource)
        if not own or self.resource in {Resource.JOB, Resource.VENDOR}:
            return own
        return f"{own} {self.connector.mark(Resource.JOB)}"

    def _stage(self, batch: list[SourceRow | RecordError]) -> None:
        now = self.clock()
        with transaction.atomic():
            self._hold()
            refusals = self.stage.write(batch, now=now, counts=self.counts)
            raise_issues(run=self.run, resource=self.resource, refusals=refusals, now=now)
            self._save_counts(now)
        self.nameless |= any(not refusal.external_id for refusal in refusals)
        if self.progress:
            self.progress(self.resource, self.counts.read)

    def _finish(self, mark: str) -> str:
        """A refused row that cannot be told apart may be any record: then none counts as gone."""
        now = self.clock()
        with transaction.atomic():
            self._hold()
            if not self.nameless:
                self.counts.orphaned = settle_missing(self.stage, now=now)
            resolve_unseen(run=self.run, resource=self.resource, now=now)
            self._save_counts(now)
            self._save_mark(mark)
        return _NAMELESS.format(what=_PLURAL[self.resource]) if self.nameless else ""

    def _refuse_the_rest(self, refusal: ConfigError) -> None:
        """What could not be read must not look gone, so nothing is settled as missing."""
        now = self.clock()
        with transaction.atomic():
            self._hold()
            raise_issues(run=self.run, resource=self.resource, refusals=[refusal], now=now)
            self.counts.refused += 1
            self._save_counts(now)

    def _nothing_changed(self) -> None:
        self.counts.unchanged = self.stage.known_rows()
        now = self.clock()
        with transaction.atomic():
            self._hold()
            self._save_counts(now)
        if self.progress:
            self.progress(self.resource, self.counts.unchanged)

    def _hold(self) -> None:
        """Lock the run's row: a run that was closed meanwhile is not ours to go on with."""
        held = SyncRun.objects.select_for_update().filter(
            pk=self.run.pk, status=SyncRun.Status.RUNNING
        )
        if not held.exists():
            raise TakenAwayError

    def _save_counts(self, now: datetime) -> None:
        self.run.counts[self.resource] = self.counts.as_dict()
        self.run.heartbeat_at = now
        self.run.save(update_fields=["counts", "heartbeat_at"])

    def _save_mark(self, mark: str) -> None:
        locked = Connection.objects.select_for_update().get(pk=self.connection.pk)
        locked.marks[self.resource] = mark
        locked.save(update_fields=["marks"])
        self.connection.marks = locked.marks


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
