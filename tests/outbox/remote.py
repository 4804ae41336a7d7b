"""A remote that keeps records, on loopback, with every fault that a real one has shown."""

import json
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

# What goes wrong with one call; "after" faults write first.
FAULTS = (
    "429",
    "500",
    "503",
    "500 after",
    "timeout after",
    "reset",
    "reset after",
    "half after",
    "html after",
    "400",
)


@dataclass
class Ledger:
    """What the remote holds: by key, and every write in the order in which it was done."""

    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    writes: list[dict[str, Any]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    # The faults of the next calls, in order; when it is empty `fault_of` is asked, if there is one.
    faults: list[str] = field(default_factory=list)
    fault_of: Any = None
    delay: float = 0.0
    limit: int | None = None
    lock: Lock = field(default_factory=Lock)

    def next_fault(self, key: str) -> str:
        with self.lock:
            if self.faults:
                return self.faults.pop(0)
        return self.fault_of(key) if self.fault_of else ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that hung up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    ledger: Ledger
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        key = self.path.rsplit("/", 1)[-1]
        self.ledger.calls["read"] += 1
        found = self.ledger.by_key.get(key)
        self._say(200 if found else 404, {"id": found["id"]} if found else {})

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.path.rsplit("/", 1)[-1]
        self.ledger.calls["write"] += 1
        time.sleep(self.ledger.delay)
        self._put(key, json.loads(body), self.ledger.next_fault(key))

    def _put(self, key: str, record: dict[str, Any], fault: str) -> None:
        if fault in {"429", "503"}:
            self._say(int(fault), {"error": "later"}, {"Retry-After": "1"})
        elif fault in {"400", "500"}:
            self._say(int(fault), {"error": "no such cost code"})
        elif fault == "reset":
            self._hang_up()
        else:
            self._after(self._write(key, record), fault)

    def _write(self, key: str, record: dict[str, Any]) -> str:
        with self.ledger.lock:
            self.ledger.writes.append({"key": key, **record})
            self.ledger.by_key[key] = {"id": f"R-{key[:8]}", **record}
        return f"R-{key[:8]}"

    def _after(self, external_id: str, fault: str) -> None:
        if fault == "timeout after":
            time.sleep(1.5)
        elif fault == "reset after":
            self._hang_up()
        elif fault == "500 after":
            self._say(500, {"error": "done, but"})
        elif fault == "half after":
            self._raw(200, b'{"id": "R-')
        elif fault == "html after":
            self._raw(200, b"<html><body>Sign in</body></html>")
        else:
            self._say(200, {"id": external_id})

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(status, json.dumps(body).encode(), headers)

    def _raw(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.ledger.limit is not None:
            self.ledger.limit = max(self.ledger.limit - 1, 0)
            self.send_header("X-Remaining", str(self.ledger.limit))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        # Linger of no seconds: the peer sees a reset, not an end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def remote() -> Iterator[tuple[str, Ledger]]:
    """Its address and what it holds, while the block runs."""
    ledger = Ledger()
    handler = type("Handler", (_Handler,), {"ledger": ledger})
    server = _Server(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", ledger
    finally:
        server.shutdown()
        server.server_close()
