"""The worker inside the web process: all that an installation on one machine needs."""

from multiprocessing.util import Finalize

from django.utils import timezone

from tieback.sync.worker import Worker

# Seconds for letting go of the work in hand. Less than the server has patience for: whatever is
# left is taken up again once its hold runs out.
PATIENCE = 5.0


def start() -> Worker:
    """Start one worker in this process, and stop it when the process ends."""
    worker = Worker(clock=timezone.now)
    worker.start()
    # Of what runs at the end of a forked process, this comes first and atexit not at all.
    Finalize(None, worker.stop, kwargs={"patience": PATIENCE}, exitpriority=1)
    return worker
