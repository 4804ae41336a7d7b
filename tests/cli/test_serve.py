"""The server as a process: it answers, it refuses a taken port, it stops when told, even early."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installation import Installation, installation
from tests.erp_files import JOBS, job_rows, write


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


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


# A refresh of a large file, asked for and not begun.
WANTED = """
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from tests.factories import make_company, make_connection
from tieback.access.actors import operator
from tieback.sync.models import Kind
from tieback.sync.tasks import want
call_command("migrate", verbosity=0)
pier = make_company(slug="pier", name="Pier")
erp = make_connection(pier, name="Books", settings={{"folder": {folder!r}}})
want(kind=Kind.PULL, by=operator(pier), now=timezone.now(), connection=erp)
"""


def wanted(site: Installation, folder: Path) -> None:
    write(folder, "jobs.csv", JOBS, job_rows([f"{number:06}" for number in range(30_000)]))
    site.python(WANTED.format(folder=str(folder)))


@pytest.mark.sqlite
def test_on_sqlite_the_server_is_a_worker_and_stops_in_the_middle_of_its_work(
    site: Installation, tmp_path: Path
) -> None:
    wanted(site, tmp_path)
    with server(site, free_port()) as process:
        until(lambda: site.count("job") > 0)
        seen = site.rows("workerseen")

        told = time.monotonic()
        process.terminate()
        said = process.communicate(timeout=30)[1]
        took = time.monotonic() - told

    (task,) = site.rows("task")
    assert "It also keeps schedules, does long work and delivers writes." in said
    assert len(seen) == 1
    assert (process.returncode, task["state"], task["leased_by"]) == (0, "waiting", "")
    assert site.rows("workerseen") == []
    assert site.count("job") < 30_000
    # The server's own patience with what does not stop is ten seconds.
    assert took < 10


@pytest.mark.sqlite
def test_a_server_that_is_told_so_leaves_the_work_to_others(
    site: Installation, tmp_path: Path
) -> None:
    wanted(site, tmp_path)
    site.environment["TIEBACK_WORKER"] = "off"
    port = free_port()
    with server(site, port) as process:
        answer_of(port, "/login/")
        time.sleep(2)
        process.terminate()
        said = process.communicate(timeout=30)[1]

    assert "wait for “tieback worker”: run it beside this." in said
    assert site.rows("task")[0]["starts"] == 0
    assert site.rows("workerseen") == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_on_postgresql_the_server_leaves_the_work_to_tieback_worker(
    site: Installation, tmp_path: Path
) -> None:
    wanted(site, tmp_path)
    port = free_port()
    with server(site, port) as process:
        answer_of(port, "/login/")
        time.sleep(2)
        process.terminate()
        process.communicate(timeout=30)

    assert site.rows("task")[0]["starts"] == 0
