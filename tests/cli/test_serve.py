"""The server as a process: it answers, it refuses a taken port, it stops when told, even early."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installation import Installation, installation


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


@contextmanager
def server(site: Installation, port: int) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [*site.command, "serve", "--port", str(port)],
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def is_open(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def answer_of(port: int, path: str) -> int:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_pages_and_style_sheets_and_stops_when_told(
    site: Installation, told: signal.Signals
) -> None:
    port = free_port()
    with server(site, port) as process:
        login = answer_of(port, "/login/")
        style = answer_of(port, "/static/tieback/frame.css")

        process.send_signal(told)
        said = process.communicate(timeout=20)

    assert (login, style) == (200, 200)
    assert (process.returncode, said[0]) == (0, "")
    assert f"Tieback is at http://127.0.0.1:{port}." in said[1]
    assert not is_open(port)


def test_a_port_in_use_is_refused_in_words(site: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = site.tieback("serve", "--port", str(port))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Port {port} on 127.0.0.1 is in use.\n")


def test_an_address_of_another_machine_is_refused_in_words(site: Installation) -> None:
    answer = site.tieback("serve", "--host", "192.0.2.1", "--port", str(free_port()))

    assert answer.returncode == 1
    assert answer.stderr.startswith("192.0.2.1 is no address of this machine")


def test_it_stops_even_when_told_while_it_starts(site: Installation) -> None:
    site.tieback("init", "--company", "Pier", "--email", "ann@pier.example")
    port = free_port()
    with server(site, port) as process:
        assert process.stderr is not None
        while "Tieback is at" not in process.stderr.readline():
            assert process.poll() is None

        process.terminate()
        process.communicate(timeout=20)

    assert process.returncode == 0
    assert not is_open(port)


@pytest.mark.sqlite
def test_a_server_that_was_killed_leaves_the_port_free(site: Installation) -> None:
    port = free_port()
    with server(site, port) as process:
        answer_of(port, "/login/")

        process.kill()
        process.wait(timeout=20)
        deadline = time.monotonic() + 10
        while is_open(port) and time.monotonic() < deadline:
            time.sleep(0.05)

        assert not is_open(port)
