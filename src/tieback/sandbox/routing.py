"""Which function answers which address. Found by walking the path's parts, not one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tieback.sandbox.answers import Answer

if TYPE_CHECKING:
    from tieback.sandbox.call import Call
    from tieback.sandbox.world import World

Handler = Callable[["World", "Call"], Answer]
_PLACEHOLDER = "{}"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `tool` is the permission that it needs, empty for none."""

    method: str
    template: str
    handler: Handler
    tool: str = ""
    is_open: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


class Routes:
    """The published endpoints; nothing else is there."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self.every: list[Route] = []

    def on(
        self, method: str, *templates: str, tool: str = "", is_open: bool = False
    ) -> Callable[[Handler], Handler]:
        """Let the function below answer at the templates; {name} stands for a number."""

        def known(handler: Handler) -> Handler:
            for template in templates:
                self._add(Route(method, template, handler, tool, is_open))
            return handler

        return known

    def find(self, method: str, path: str) -> tuple[Route, dict[str, int]] | None:
        """The route and the numbers in the path; None when nothing answers there."""
        node, numbers = self._root, []
        for part in path.strip("/").split("/"):
            if part in node:
                node = node[part]
            elif _PLACEHOLDER in node and part.isascii() and part.isdigit() and len(part) < 20:
                node = node[_PLACEHOLDER]
                numbers.append(int(part))
            else:
                return None
        found = node.get(f" {method}")
        if found is None:
            return None
        route, names = found
        return route, dict(zip(names, numbers, strict=True))

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for part in route.template.strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                part = _PLACEHOLDER
            node = node.setdefault(part, {})
        # A space cannot stand in a path, so a method never meets a part of one.
        node[f" {route.method}"] = (route, names)
        self.every.append(route)


routes = Routes()
