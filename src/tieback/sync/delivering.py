"""Deliver what is owed, on a few threads, until told to stop; any number of processes may do so."""

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from random import Random, SystemRandom
from threading import Barrier, Event, Lock
from uuid import uuid4

from django.db import Error as AnyDatabaseError
from django.db import close_old_connections, connections

from tieback.connections.models import Connection
from tieback.connections.services import open_connector
from tieback.connectors.base import Connector
from tieback.outbox.claiming import claim
from tieback.outbox.delivering import Delivery, deliver
from tieback.outbox.models import OutboxMessage

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
# How long an idle worker sleeps before it looks again, in seconds.
LOOK = 0.5
# And how long while the database is not to be had.
AWAY = 2.0
THREADS = 8
# So many of them may wait for one remote, so that a dead one leaves the others alone.
PER_CONNECTION = 4
# Claimed beyond what the threads do at once, so that none of them waits for the database.
AHEAD = 2


def worker_name() -> str:
    """Which process on which machine, and never the same twice: a name is a claim's owner."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"


class Deliverer:
    """Claims due messages and delivers them on its threads."""

    def __init__(
        self,
        *,
        clock: Clock,
        name: str = "",
        chance: Random | None = None,
        threads: int = THREADS,
        per_connection: int = PER_CONNECTION,
    ) -> None:
        self.delivery = Delivery(name or worker_name(), clock, chance or SystemRandom())
        self._threads = threads
        self._per_connection = per_connection
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="deliver")
        self._connectors: dict[int, tuple[str, Connector]] = {}
        self._lock = Lock()
        self._working: Counter[int] = Counter()
        self._done = Event()

    def run(self, stop: Event) -> None:
        """Deliver until `stop` is set, then finish what is begun and give back the rest."""
        while not stop.is_set():
            if not self._round():
                self._done.wait(LOOK)
                self._done.clear()
        self.close()

    def drain(self) -> int:
        """Deliver what is due now and what that lets go, then return how many were tried."""
        tried = 0
        while taken := self._round() or self._busy():
            tried += taken if isinstance(taken, int) else 0
            self._done.wait(LOOK)
            self._done.clear()
        return tried

    def close(self) -> None:
        """Finish what is begun, and let go of every thread's connection to the database."""
        together = Barrier(self._threads)
        for _ in range(self._threads):
            self._pool.submit(_let_go, together)
        self._pool.shutdown(wait=True)
        connections.close_all()

    def _busy(self) -> bool:
        with self._lock:
            return bool(self._working)

    def _round(self) -> int:
        """Claim what there is room for; how many were claimed."""
        with self._lock:
            room = self._threads * AHEAD - self._working.total()
            full = [
                connection_id
                for connection_id, number in self._working.items()
                if number >= self._per_connection * AHEAD
            ]
        if room <= 0:
            return 0
        try:
            close_old_connections()
            taken = claim(
                worker=self.delivery.worker, now=self.delivery.clock(), most=room, busy=full
            )
        except AnyDatabaseError:
            log.warning("the database was not to be had; looking again", exc_info=True)
            self._done.wait(AWAY)
            return 0
        for message in taken:
            self._begin(message)
        return len(taken)

    def _begin(self, message: OutboxMessage) -> None:
        with self._lock:
            self._working[message.connection_id] += 1
        future = self._pool.submit(self._deliver, message)
        future.add_done_callback(lambda done: self._end(message, done))

    def _end(self, message: OutboxMessage, done: "Future[None]") -> None:
        with self._lock:
            self._working[message.connection_id] -= 1
            self._working += Counter()
        if error := done.exception():
            # The claim runs out by itself, and the message is looked up before it goes again.
            log.error("delivery of message %s ended early", message.pk, exc_info=error)
        self._done.set()

    def _deliver(self, message: OutboxMessage) -> None:
        close_old_connections()
        deliver(message, self._connector(message.connection), self.delivery)

    def _connector(self, connection: Connection) -> Connector:
        settings = repr(sorted(connection.settings.items()))
        with self._lock:
            held = self._connectors.get(connection.pk)
            if held is None or held[0] != settings:
                held = self._connectors[connection.pk] = (settings, open_connector(connection))
            return held[1]


def _let_go(together: Barrier) -> None:
    # Each of the pool's threads has to come here once, so none may take the place of another.
    together.wait()
    connections.close_all()
