"""A worker: keeps the schedules, takes up tasks and delivers what is owed, until told to stop."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections

from tieback.access.actors import NotAllowedError
from tieback.connections.services import BusyError
from tieback.sync import tasks
from tieback.sync.acts import ACTS
from tieback.sync.delivering import Deliverer, worker_name
from tieback.sync.models import Task
from tieback.sync.schedules import fire

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# Seconds: how long an idle thread sleeps, and how often a hold on a task is extended.
LOOK = 1.0
BEAT = 20.0
# What is busy now is tried again after this.
BUSY = timedelta(seconds=15)


class Worker:
    """The threads of one process: one keeps schedules, some do tasks, some deliver."""

    def __init__(
        self, *, clock: Clock, task_threads: int = 2, delivery_threads: int = 8, name: str = ""
    ) -> None:
        self.name = name or worker_name()
        self._clock = clock
        self._stop = Event()
        self._deliverer = Deliverer(clock=clock, name=self.name, threads=delivery_threads)
        loops: list[Callable[[], None]] = [
            self._keep_schedules,
            lambda: self._deliverer.run(self._stop),
            *[self._do_tasks] * task_threads,
        ]
        self._threads = [
            Thread(target=loop, name=f"worker-{number}", daemon=True)
            for number, loop in enumerate(loops)
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, patience: float = 10.0) -> None:
        """Finish what can be finished in so many seconds; what cannot is taken up by another."""
        self._stop.set()
        for thread in self._threads:
            thread.join(patience)

    def _keep_schedules(self) -> None:
        self._loop(lambda: bool(fire(now=self._clock())))

    def _do_tasks(self) -> None:
        self._loop(self._do_one)

    def _loop(self, once: Callable[[], bool]) -> None:
        """Do it again and again; a database that is gone is waited for."""
        while not self._stop.is_set():
            try:
                did_something = once()
            except DatabaseError:
                log.warning("the database was not to be had; looking again", exc_info=True)
                close_old_connections()
                did_something = False
            if not did_something:
                self._stop.wait(LOOK)
        connections.close_all()

    def _do_one(self) -> bool:
        task = tasks.take(worker=self.name, now=self._clock())
        if task is None:
            return False
        with _Hold(task, self._clock):
            do(task, self._clock)
        return True


def do(task: Task, clock: Clock) -> None:
    """Do a task that is held, and settle it."""
    try:
        ACTS[task.kind](task, tasks.actor_of(task), clock)
    except BusyError:
        tasks.later(task=task, until=clock() + BUSY)
    except NotAllowedError as refused:
        tasks.failed(task=task, now=clock(), problem=str(refused))
    except DatabaseError:
        raise
    except Exception:
        log.exception("task %s (%s) met an error of ours", task.pk, task.about)
        problem = "Tieback met an error of its own; the server log has more. Start it again."
        tasks.failed(task=task, now=clock(), problem=problem)
    else:
        tasks.done(task=task, now=clock())


class _Hold:
    """Extends the hold on a task from a thread of its own while the work goes on."""

    def __init__(self, task: Task, clock: Clock) -> None:
        self._task, self._clock = task, clock
        self._over = Event()
        self._thread = Thread(target=self._beat, name=f"hold-{task.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            try:
                tasks.extend(task=self._task, now=self._clock())
            except DatabaseError:
                log.warning("the hold on task %s could not be extended", self._task.pk)
        connections.close_all()
