"""A whole worker: what is owed and what is due is done while it runs, and it stops when told to."""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from tests.conftest import Cast
from tests.erp_files import JOBS, erp_of, job_rows, write
from tests.outbox.conftest import Debt, debt
from tieback.connections.models import SyncRun
from tieback.outbox.models import OutboxMessage
from tieback.proposing.models import Proposal
from tieback.staging import pull
from tieback.staging.models import Job
from tieback.sync import tasks, worker
from tieback.sync.models import Kind, Task, WorkerSeen
from tieback.sync.seen import SILENCE, show_life, workers_at_work
from tieback.sync.tasks import want
from tieback.sync.worker import HandOver, Worker, do

__all__ = ["debt"]

State = Task.State


def until(there: Callable[[], bool]) -> None:
    for _ in range(400):
        if there():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@pytest.fixture
def run_worker() -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def run_worker(**given: Any) -> Worker:
        started.append(Worker(clock=timezone.now, task_threads=1, delivery_threads=2, **given))
        started[-1].start()
        return started[-1]

    yield run_worker
    for one in started:
        one.stop()


@pytest.mark.django_db(transaction=True)
def test_a_worker_delivers_and_does_tasks_and_stops(
    debt: Debt, run_worker: Callable[..., Worker]
) -> None:
    debt.clock.at = timezone.now()
    message = debt.owe()
    want(kind=Kind.PROPOSE, by=debt.acme.admin, now=debt.clock())

    running = run_worker()
    until(lambda: not OutboxMessage.objects.exclude(state=OutboxMessage.State.DONE).exists())
    until(lambda: not Task.objects.exclude(state=State.DONE).exists())
    running.stop()

    assert str(message.key) in debt.ledger.by_key
    assert Proposal.objects.get().status == Proposal.Status.DONE
    assert Task.objects.get().proposal == Proposal.objects.get()
    assert not any(thread.is_alive() for thread in running._threads)


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_seen_while_it_is_at_work(
    acme: Cast, run_worker: Callable[..., Worker]
) -> None:
    running = run_worker()

    until(lambda: bool(workers_at_work(timezone.now())))
    [seen] = workers_at_work(timezone.now())
    running.stop()

    assert seen.name == running.name
    assert workers_at_work(timezone.now()) == []


@pytest.mark.django_db
def test_a_worker_that_died_counts_as_gone_after_a_minute_and_is_forgotten_after_a_day() -> None:
    now = timezone.now()
    show_life(worker="host:1:a", started_at=now, now=now)

    assert workers_at_work(now + SILENCE) != []
    assert workers_at_work(now + SILENCE + timedelta(seconds=1)) == []
    show_life(worker="host:2:b", started_at=now, now=now + timedelta(days=2))
    assert [one.name for one in WorkerSeen.objects.all()] == ["host:2:b"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stops_hands_its_pull_over_at_once(
    acme: Cast,
    tmp_path: Path,
    run_worker: Callable[..., Worker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pull, "BATCH", 20)
    write(tmp_path, "jobs.csv", JOBS, job_rows([f"{number:05}" for number in range(4_000)]))
    erp = erp_of(acme.company, tmp_path)
    want(kind=Kind.PULL, by=acme.standard, now=timezone.now(), connection=erp)
    first = run_worker()
    until(lambda: Job.objects.filter(connection=erp).exists())

    first.stop()

    waiting = Task.objects.get()
    assert (waiting.state, waiting.leased_by, waiting.starts) == (State.WAITING, "", 0)
    assert SyncRun.objects.get().status == SyncRun.Status.INTERRUPTED
    assert Job.objects.filter(connection=erp).count() < 4_000
    monkeypatch.undo()
    run_worker()
    until(lambda: Task.objects.get().state == State.DONE)
    assert Job.objects.filter(connection=erp).count() == 4_000
    assert SyncRun.objects.first().status == SyncRun.Status.DONE  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_task_that_was_taken_over_closes_the_dead_workers_run_and_reads_again(
    acme: Cast, tmp_path: Path
) -> None:
    now = timezone.now()
    write(tmp_path, "jobs.csv", JOBS, job_rows(["1", "2"]))
    erp = erp_of(acme.company, tmp_path)
    want(kind=Kind.PULL, by=acme.standard, now=now, connection=erp)
    lease = timedelta(seconds=5)
    dying = tasks.take(worker="dying", now=now, lease=lease)
    assert dying

    def die() -> None:
        raise OperationalError("the power is gone")

    with pytest.raises(OperationalError):
        do(dying, lambda: now, die)
    died = SyncRun.objects.get()
    SyncRun.objects.filter(pk=died.pk).update(
        status=SyncRun.Status.RUNNING, finished_at=None, problem=""
    )
    # Long before the run itself would count as silent.
    soon = now + timedelta(seconds=6)
    taken = tasks.take(worker="heir", now=soon, lease=lease)
    assert taken

    do(taken, lambda: soon)

    died.refresh_from_db()
    assert died.status == SyncRun.Status.INTERRUPTED
    assert "another has taken the work over" in died.problem
    done = Task.objects.get()
    assert (done.state, done.starts) == (State.DONE, 2)
    assert done.run
    assert done.run.status == SyncRun.Status.DONE
    assert Job.objects.filter(connection=erp).count() == 2


@pytest.mark.django_db
def test_whoever_comes_late_to_a_task_starts_no_second_run(acme: Cast, tmp_path: Path) -> None:
    now = timezone.now()
    write(tmp_path, "jobs.csv", JOBS, job_rows(["1"]))
    want(kind=Kind.PULL, by=acme.standard, now=now, connection=erp_of(acme.company, tmp_path))
    late = tasks.take(worker="late", now=now)
    heir = tasks.take(worker="heir", now=now + tasks.LEASE)
    assert late
    assert heir

    do(late, lambda: now)

    assert not SyncRun.objects.exists()
    assert Task.objects.get().leased_by == "heir"


@pytest.mark.django_db
def test_a_look_up_that_is_let_go_of_waits_for_the_next_worker(acme: Cast) -> None:
    now = timezone.now()
    want(kind=Kind.PROPOSE, by=acme.standard, now=now)
    held = tasks.take(worker="w", now=now)
    assert held

    def told_to_stop() -> None:
        raise HandOver

    do(held, lambda: now, told_to_stop)

    waiting = Task.objects.get()
    assert (waiting.state, waiting.leased_by) == (State.WAITING, "")
    assert waiting.due_at == now
    assert Proposal.objects.get().status == Proposal.Status.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_database_that_is_away(
    acme: Cast, run_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver, at the edge of what is ours, refuses every statement for a while."""
    backend = type(connections["default"])
    away, real = [True], backend._cursor
    met: list[str] = []

    def refusing(self: Any, name: str | None = None) -> Any:
        if away[0]:
            met.append("refused")
            raise OperationalError("the server closed the connection unexpectedly")
        return real(self, name)

    monkeypatch.setattr(worker, "LOOK", 0.05)
    want(kind=Kind.PROPOSE, by=acme.standard, now=timezone.now())
    monkeypatch.setattr(backend, "_cursor", refusing)
    run_worker()
    until(lambda: len(met) > 3)

    away[0] = False

    until(lambda: Task.objects.get().state == State.DONE)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_worker_goes_over_to_a_database_file_that_was_put_in_its_place(
    acme: Cast, run_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A second, where it is a minute in use, until a connection is made anew.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 1)
    run_worker()
    until(lambda: bool(workers_at_work(timezone.now())))
    name = connection.settings_dict["NAME"]
    connection.close()
    copy = tmp_path / "backup.db"
    connection.ensure_connection()
    connection.cursor().execute("VACUUM INTO %s", [str(copy)])
    connection.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{name}{suffix}").unlink(missing_ok=True)
    shutil.move(copy, name)

    want(kind=Kind.PROPOSE, by=acme.standard, now=timezone.now())

    until(lambda: Task.objects.get().state == State.DONE)
