"""`tieback sandbox procore`, as a person starts it."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tieback.sandbox.server import free_port

_MAIN = "from tieback.cli import main; main()"


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "sandbox", "procore", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(process: subprocess.Popen[str], lines: int) -> dict[str, str]:
    assert process.stdout is not None
    found = (process.stdout.readline().strip().partition(": ") for _ in range(lines))
    return {name: value for name, _, value in found}


def test_what_it_prints_is_enough_to_call_it_and_a_signal_ends_it() -> None:
    port = free_port()
    with started("--port", str(port), "--projects", "12", "--seed", "7", "--unlimited") as process:
        told = said(process, 5)
        url = f"http://127.0.0.1:{port}"
        fields = {
            "grant_type": "client_credentials",
            "client_id": told["client id"],
            "client_secret": told["client secret"],
        }
        token = httpx.post(f"{url}/oauth/token", data=fields, trust_env=False).json()
        headers = {
            "authorization": f"Bearer {token['access_token']}",
            "procore-company-id": told["company id"],
        }
        path = f"{url}/rest/v1.0/companies/{told['company id']}/projects"
        projects = httpx.get(path, headers=headers, trust_env=False).json()
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)

    assert (len(projects), told["projects"], code) == (12, "12", 0)
    assert re.fullmatch("[0-9a-f]{64}", told["client secret"])


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started("--port", str(port), "--projects", "1") as process:
            _, complaint = process.communicate(timeout=60)

    assert process.returncode == 1
    assert str(port) in complaint
    assert "--port" in complaint
