"""A worker: keeps the schedules, takes up tasks and delivers what is owed, until told to stop."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from tieback.access.actors import NotAllowedError
from tieback.connections.services import BusyError
from tieback.sync import tasks
from tieback.sync.acts import ACTS, Work
from tieback.sync.delivering import Deliverer, worker_name
from tieback.sync.models import Task
from tieback.sync.schedules import fire
from tieback.sync.seen import say_gone, show_life

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# Seconds: how long an idle thread sleeps, how often a worker shows that it lives, and the longest
# that a thread sleeps while the database is not to be had.
LOOK = 1.0
BEAT = 20.0
LONGEST_WAIT = 10.0
# A hold is extended so many times before it would run out.
BEATS_PER_LEASE = 4
# What is busy now is tried again after this.
BUSY = timedelta(seconds=15)


class HandOver(BaseException):
    """The work in hand is to be let go of, for somebody else to go on with.

    No Exception, so that the services close what they have open as they do on Ctrl-C.
    """


class Worker:
    """The threads of one process: one keeps schedules, some do tasks, some deliver."""

    def __init__(
        self,
        *,
        clock: Clock,
        task_threads: int = 2,
        delivery_threads: int = 8,
        name: str = "",
        lease: timedelta = tasks.LEASE,
    ) -> None:
        self.name = name or worker_name()
        self._clock = clock
        self._lease = lease
        self._started_at = clock()
        self._stop = Event()
        self._deliverer = Deliverer(clock=clock, name=self.name, threads=delivery_threads)
        loops: list[Callable[[], None]] = [
            self._show_life,
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
        """Let go of the work in hand, within so many seconds; another worker goes on with it.

        What cannot be let go of in that time is taken over once its hold runs out.
        """
        self._stop.set()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _show_life(self) -> None:
        def once() -> bool:
            show_life(worker=self.name, started_at=self._started_at, now=self._clock())
            return False

        self._loop(once, pause=BEAT)
        try:
            say_gone(worker=self.name)
        except AnyDatabaseError:
            log.warning("worker %s could not say that it stops", self.name)
        connections.close_all()

    def _keep_schedules(self) -> None:
        self._loop(lambda: bool(fire(now=self._clock())))

    def _do_tasks(self) -> None:
        self._loop(self._do_one)

    def _loop(self, once: Callable[[], bool], pause: float = LOOK) -> None:
        """Do it again and again; whatever goes wrong, a thread that ended would be missed."""
        failures = 0
        while not self._stop.is_set():
            wait = pause
            try:
                # A file in the place of the database's, or a server that was started anew, is met
                # by a new connection only.
                close_old_connections()
                if once():
                    wait = 0
                failures = 0
            except Exception:
                failures += 1
                wait = min(LOOK * 2**failures, LONGEST_WAIT)
                log.warning("it failed; looking again in %g s", wait, exc_info=failures == 1)
            self._stop.wait(wait)
        connections.close_all()

    def _do_one(self) -> bool:
        task = tasks.take(worker=self.name, now=self._clock(), lease=self._lease)
        if task is None:
            return False
        with _Hold(task, self._clock, self._lease) as hold:

            def heed() -> None:
                if self._stop.is_set() or hold.is_lost:
                    raise HandOver

            do(task, self._clock, heed)
        return True


def do(task: Task, clock: Clock, heed: Callable[[], None] = lambda: None) -> None:
    """Do a task that is held, and settle it; `heed` raises `HandOver` when it is to be let go of.

    Raises what the database raises when it is not to be had: the hold runs out by itself then.
    """
    try:
        ACTS[task.kind](Work(task, tasks.actor_of(task), clock, heed))
    except BusyError:
        tasks.later(task=task, until=clock() + BUSY)
    except HandOver:
        tasks.later(task=task, until=clock())
    except tasks.LostError:
        log.info("task %s (%s) is somebody else's by now", task.pk, task.about)
    except NotAllowedError as refused:
        tasks.failed(task=task, now=clock(), problem=str(refused))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("task %s (%s) met an error of ours", task.pk, task.about)
        problem = "Tieback met an error of its own; the server log has more. Start it again."
        tasks.failed(task=task, now=clock(), problem=problem)
    else:
        tasks.done(task=task, now=clock())


class _Hold:
    """Extends the hold on a task from a thread of its own while the work goes on."""

    def __init__(self, task: Task, clock: Clock, lease: timedelta) -> None:
        self._task, self._clock, self._lease = task, clock, lease
        self._over, self._lost = Event(), Event()
        self._thread = Thread(target=self._beat, name=f"hold-{task.pk}", daemon=True)

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    def __enter__(self) -> "_Hold":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._lease.total_seconds() / BEATS_PER_LEASE):
            try:
                close_old_connections()
                if not tasks.extend(task=self._task, now=self._clock(), lease=self._lease):
                    self._lost.set()
            except AnyDatabaseError:
                log.warning("the hold on task %s could not be extended", self._task.pk)
        connections.close_all()
