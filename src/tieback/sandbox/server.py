"""The sandbox on the network: granian takes the requests, and trouble is made on the way back."""

import asyncio
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Any
from urllib.parse import parse_qs, unquote

from granian.constants import Interfaces
from granian.server.embed import Server

from tieback.sandbox.answers import Answer
from tieback.sandbox.app import Outcome, Sandbox
from tieback.sandbox.call import Call
from tieback.sandbox.control import PREFIX, controlled
from tieback.sandbox.deliverer import Deliverer
from tieback.sandbox.faults import Fault

_PATIENCE = 10.0
_BODILESS = {"GET", "HEAD"}


class Application:
    """The sandbox in granian's own interface (RSGI): one coroutine for each request."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        raw = b"" if scope.method in _BODILESS else await protocol()
        call = Call(
            method=scope.method,
            path=unquote(scope.path),
            base_url=f"{scope.scheme}://{scope.authority or scope.headers.get('host', '')}",
            query=parse_qs(scope.query_string, keep_blank_values=True)
            if scope.query_string
            else {},
            headers=scope.headers,
            raw=raw,
        )
        if call.path.startswith(PREFIX):
            _send(protocol, controlled(self._sandbox, call))
            return
        outcome = self._sandbox.answer(call)
        if outcome.fault:
            await _send_badly(scope, protocol, outcome, outcome.fault)
        else:
            _send(protocol, outcome.answer)


def _send(protocol: Any, answer: Answer) -> None:
    headers, body = rendered(answer)
    if body:
        protocol.response_bytes(answer.status, headers, body)
    else:
        protocol.response_empty(answer.status, headers)


def rendered(answer: Answer) -> tuple[list[tuple[str, str]], bytes]:
    if answer.text:
        return [*answer.headers, ("content-type", "text/html")], answer.text.encode()
    if answer.body is None:
        return answer.headers, b""
    body = json.dumps(answer.body, separators=(",", ":")).encode()
    return [*answer.headers, ("content-type", "application/json")], body


async def _send_badly(scope: Any, protocol: Any, outcome: Outcome, fault: Fault) -> None:
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "timeout":
        await asyncio.sleep(fault.seconds)
    if fault.kind in {"reset", "lost", "timeout"}:
        _hang_up(scope.client)
        # What is answered now reaches nobody.
        protocol.response_empty(500, [])
    elif fault.kind == "truncated":
        await _send_half(protocol, outcome.answer)
    else:
        _send(protocol, outcome.answer)


async def _send_half(protocol: Any, answer: Answer) -> None:
    headers, body = rendered(answer)
    stream = protocol.response_stream(answer.status, [*headers, ("content-length", str(len(body)))])
    await stream.send_bytes(body[: len(body) // 2])


def _hang_up(client: str) -> None:
    """Close the caller's connection under the server's feet, as a dying network does.

    The server offers no such thing, so the connection is looked for among the open files.
    """
    host, _, port = client.rpartition(":")
    for name in os.listdir("/dev/fd"):
        try:
            connection = socket.socket(fileno=os.dup(int(name)))
        except OSError:
            continue
        with connection:
            if _peer(connection) == (host.strip("[]"), int(port)):
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                connection.shutdown(socket.SHUT_RDWR)
                return


def _peer(connection: socket.socket) -> tuple[str, int] | None:
    try:
        host, port = connection.getpeername()[:2]
    except (OSError, ValueError, TypeError):
        return None
    return host, port


def free_port(wanted: int = 0) -> int:
    """`wanted`, or any port when 0; raises OSError when somebody listens there already."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(("127.0.0.1", wanted))
        return int(trial.getsockname()[1])


@contextmanager
def running(sandbox: Sandbox, *, port: int = 0) -> Iterator[str]:
    """The sandbox's address while it listens on this machine, on any free port when 0.

    It may be run again: what it knows stays. Raises OSError when it does not come up.
    """
    port = free_port(port)
    server = _Thread(sandbox, port)
    deliverer = Deliverer(sandbox.world)
    server.start_and_wait()
    deliverer.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        deliverer.stop()
        server.stop()


class _Thread(Thread):
    """granian's server in an event loop of its own."""

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        super().__init__(name="sandbox", daemon=True)
        self._port = port
        self._application = Application(sandbox)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Any = None
        self._others = _foreign_threads()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = Server(
            self._application,
            address="127.0.0.1",
            port=self._port,
            interface=Interfaces.RSGI,
            log_enabled=False,
            websockets=False,
        )
        await self._server.serve()

    def start_and_wait(self) -> None:
        self.start()
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            if not self.is_alive():
                break
            time.sleep(0.01)
        raise OSError(f"the sandbox did not come up on port {self._port}")

    def stop(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._server.stop)
        self.join(_PATIENCE)
        # granian's own threads end a moment later. One that outlives Python aborts the process.
        until = time.monotonic() + _PATIENCE / 5
        while _foreign_threads() - self._others and time.monotonic() < until:
            time.sleep(0.002)


def _foreign_threads() -> set[int]:
    """The process's threads that Python has not started; none where the system does not say."""
    try:
        every = {int(name) for name in os.listdir("/proc/self/task")}
    except OSError:
        return set()
    return every - {thread.native_id for thread in enumerate_threads() if thread.native_id}
