"""What the server's worker process loads; imports no models, as it may be loaded before Django."""

import ctypes
import signal
import sys
from importlib import import_module
from typing import Any

_PR_SET_PDEATHSIG = 1


def load(*_target: object, is_worker: bool = False) -> Any:
    """The WSGI application, in a process that stops when it is told to even while it loads.

    `is_worker`: the process is to keep schedules, do long work and deliver writes as well.

    The process is a copy of the server, whose signal handlers only tell the server: until granian
    sets the worker's own, a signal would be lost (seen with granian 2.8.7).
    """
    stops = (signal.SIGTERM, signal.SIGINT)
    for stop in stops:
        signal.signal(stop, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
    if sys.platform == "linux":
        # A worker must not go on holding the port when the server was killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    application = import_module("tieback.wsgi").application
    if is_worker:
        import_module("tieback.cli.embedded").start()
    return application
