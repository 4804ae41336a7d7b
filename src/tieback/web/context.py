"""What the frame around every page shows: where one is, where one can go, in which theme."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tieback.access.models import Level
from tieback.web.scope import Scope

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True)
class Screen:
    """An entry of the navigation: shown where its address exists and the level allows it."""

    label: str
    url_name: str
    level: Level = Level.READ_ONLY
    # What stands beside its address and belongs to it all the same.
    beside: tuple[str, ...] = ()


NAVIGATION: tuple[tuple[str, tuple[Screen, ...]], ...] = (
    (
        "ERP Integrations",
        (
            Screen("Go-live", "golive:board"),
            Screen("Projects", "erp:projects", beside=("jobs/", "links/", "plans/")),
            Screen("Matching", "matching:overview"),
            Screen("Cost codes", "erp:cost-codes"),
            Screen("Sub jobs", "erp:sub-jobs"),
            Screen("Vendors", "erp:vendors"),
            Screen("Issues", "erp:issues"),
            Screen("Runs", "erp:runs"),
            Screen("Activity", "erp:activity"),
            Screen("Settings", "erp:settings"),
        ),
    ),
    (
        "Portfolio",
        (
            Screen("Projects", "portfolio:projects"),
            Screen("Cost code lists", "portfolio:cost-code-lists"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: list[Entry]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: theme, scope, company, actor, and the navigation when it is asked for."""
    scope: Scope | None = getattr(request, "scope", None)
    return {
        "theme": theme_of(request),
        "scope": scope,
        "company": scope.company if scope else None,
        "actor": scope.actor if scope else None,
        "nav": lambda: navigation(scope, request.path) if scope else [],
    }


def theme_of(request: HttpRequest) -> str:
    """The theme that the person chose, "auto" (the system's) until they have."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def navigation(scope: Scope, path: str) -> list[Group]:
    """The groups and screens open to this person."""
    groups = [Group(label, _entries(screens, scope, path)) for label, screens in NAVIGATION]
    return [group for group in groups if group.entries]


def _entries(screens: tuple[Screen, ...], scope: Scope, path: str) -> list[Entry]:
    entries = []
    for screen in screens:
        url = address(screen, scope)
        if url and scope.actor.level >= screen.level:
            own = (url, *(urljoin(url, f"../{name}") for name in screen.beside))
            entries.append(Entry(screen.label, url, path.startswith(own)))
    return entries


def address(screen: Screen, scope: Scope) -> str:
    """Where the screen is in this company; "" while it is not built."""
    try:
        return reverse(screen.url_name, kwargs={"company_slug": scope.company.slug})
    except NoReverseMatch:
        return ""
