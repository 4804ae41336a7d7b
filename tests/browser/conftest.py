"""A real Chromium before a real server: signed in, in a theme, judged by axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Cast
from tieback.access.models import Level, User

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright runs an event loop in the test's own thread, where Django would refuse to work.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

Open = Callable[..., Page]
SignIn = Callable[[User], None]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, without anything that it would do of its own accord."""
    chromium = os.environ.get("TIEBACK_TEST_CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Of the `page` fixture: a desktop window on the East Coast."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "timezone_id": "America/New_York",
        "locale": "en-US",
    }


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """What relative addresses are relative to."""
    return str(live_server.url)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder for each test: uploaded files of one are never met by another."""
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "home"))


@pytest.fixture
def open_page(live_server: LiveServer, browser: Browser, acme: Cast) -> Iterator[Open]:
    """Open a path as a person of Acme; a script that fails fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(path: str, *, level: Level = Level.ADMIN, theme: str = "light") -> Page:
        client = Client()
        client.force_login(acme.users[level])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in (
                    ("sessionid", client.cookies["sessionid"].value),
                    ("theme", theme),
                )
            ]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.extend(serious(said)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A tab that nobody is signed in on; fails its test when a script fails."""
    problems: list[str] = []

    page.on("console", lambda said: problems.extend(serious(said)))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    assert problems == []


def serious(said: ConsoleMessage) -> list[str]:
    """What a page said that it should not; that an answer was a refusal is looked at by tests."""
    is_answer = said.text.startswith("Failed to load resource")
    return [said.text] if said.type == "error" and not is_answer else []


@pytest.fixture
def sign_in(page: Page, base_url: str) -> SignIn:
    """Put a person's session into the tab; the login form has its own test."""

    def sign_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])

    return sign_in


@pytest.fixture
def admin(page: Page, acme: Cast, sign_in: SignIn) -> Page:
    """The tab of an admin of Acme."""
    sign_in(acme.users[Level.ADMIN])
    return page


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, page: Page, base_url: str) -> str:
    """Each theme in turn, chosen in the tab."""
    page.context.add_cookies([{"name": "theme", "value": request.param, "url": base_url}])
    return str(request.param)


def complaints(page: Page) -> list[str]:
    """What axe finds serious or critical on the page, with the first place of each."""
    # Over the debugger, as the page's own policy lets no other script in.
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def complaints_by_path(page: Page, paths: list[str]) -> dict[str, list[str]]:
    """What axe finds on each of the paths, those without a complaint left out."""
    found = {}
    for path in paths:
        page.goto(urljoin(page.url, path))
        found[path] = complaints(page)
    return {path: said for path, said in found.items() if said}
