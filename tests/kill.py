"""Kill a process for real, with SIGKILL, just before its n-th statement to the database."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def killed_at(statement: int, act: Callable[[], object]) -> bool:
    """Run `act` in a forked process that dies before its n-th statement.

    True when it was killed; False when it ended on its own before that, so there are no more
    steps to try. Fails when `act` raised.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        _run_and_die(statement, act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the act raised instead of being killed"
    return False


def _run_and_die(statement: int, act: Callable[[], object]) -> None:
    left = statement

    def wrapper(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(wrapper):
            act()
        os._exit(0)
    except BaseException:
        os._exit(1)
