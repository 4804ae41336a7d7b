"""Load the demo company: 1,500 jobs, 1,400 projects, and people who may do more or less."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from tieback.access.actors import operator
from tieback.access.models import Company
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import SILENCE, BusyError, add_connection
from tieback.connectors.records import Resource
from tieback.demo.erp_folder import write_erp_files
from tieback.demo.people import NEIGHBOUR, DemoAccess, set_up_people
from tieback.demo.portfolio import set_up_neighbour, set_up_portfolio
from tieback.demo.tables import rows
from tieback.home import home
from tieback.staging.pull import pull

CONNECTION = "Demo ERP"
# What is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]
_WORDS = {
    Resource.JOB: "Reading ERP projects",
    Resource.COST_CODE: "Reading cost codes",
    Resource.SUB_JOB: "Reading sub jobs",
    Resource.VENDOR: "Reading vendors",
}


class DemoPullError(Exception):
    """The demo ERP's files could not be read; the message says why and what to do."""


def load(*, now: datetime, progress: Progress | None = None) -> DemoAccess:
    """Load what is missing of the demo company; a second call changes nothing.

    Each step is whole or not at all, so a load that was cut off is finished by the next. Raises
    `DemoPullError` when the ERP's files were changed so that they cannot be read any more.
    """
    told = progress or _untold
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    told("Setting up people", 0, 1)
    access = set_up_people(now=now)
    told("Setting up people", 1, 1)
    told("Filling the portfolio", 0, 1)
    set_up_portfolio(company=access.company, now=clock())
    set_up_neighbour(company=Company.objects.get(slug=NEIGHBOUR.slug), now=clock())
    told("Filling the portfolio", 1, 1)
    connection = _connection(access.company, clock())
    if not _was_read(connection):
        _read(connection, clock, told)
    return access


def _connection(company: Company, now: datetime) -> Connection:
    folder = home() / "demo-erp"
    there = Connection.objects.filter(company=company, name=CONNECTION).first()
    if there:
        return there
    write_erp_files(folder)
    return add_connection(
        by=operator(company),
        now=now,
        name=CONNECTION,
        connector="csvfile",
        settings={"folder": str(folder)},
    )


def _was_read(connection: Connection) -> bool:
    whole = (SyncRun.Status.DONE, SyncRun.Status.WITH_ISSUES)
    return SyncRun.objects.filter(connection=connection, status__in=whole).exists()


def _read(connection: Connection, clock: Callable[[], datetime], told: Progress) -> None:
    """Pull by the same door as everybody, once a run that was cut off counts as ended."""
    totals = _totals()

    def on_batch(resource: Resource, done: int) -> None:
        told(_WORDS[resource], done, max(done, totals[resource]))

    patience = int(SILENCE.total_seconds()) + 5
    for waited in range(patience):
        try:
            run = pull(
                connection=connection,
                by=operator(connection.company),
                clock=clock,
                progress=on_batch,
            )
            break
        except BusyError:
            told("Waiting for an earlier load to end", waited, patience)
            time.sleep(1)
    else:
        raise DemoPullError(
            "Another load of the demo company is still running. Wait for it to end."
        )
    if run.status == SyncRun.Status.FAILED:
        raise DemoPullError(f"The demo ERP's files could not be read. {run.problem}")


def _totals() -> Counter[Resource]:
    """How many rows the demo's files hold, for the progress that is shown."""
    totals: Counter[Resource] = Counter()
    for job in rows("jobs"):
        totals[Resource.JOB] += 1
        codes = job["codes"].split()
        totals[Resource.COST_CODE] += len({code.split("-")[0] for code in codes})
        totals[Resource.COST_CODE] += sum(len(code.split(":")[1]) for code in codes)
    totals[Resource.SUB_JOB] = sum(1 for _ in rows("sub_jobs"))
    totals[Resource.VENDOR] = sum(1 for _ in rows("vendors"))
    return totals


def _untold(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""
