"""Pages of a list, with the Link, Total and Per-Page headers."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from tieback.sandbox.answers import Answer
from tieback.sandbox.call import Call
from tieback.sandbox.switches import Size, Switches

Row = TypeVar("Row")


def paged(
    call: Call,
    switches: Switches,
    rows: Iterable[Row],
    show: Callable[[Row], Any],
    *,
    size: Size | None = None,
) -> Answer:
    """The page that was asked for, each of its records as `show` says; v2's under `data`."""
    every = rows if isinstance(rows, Sequence) else list(rows)
    page, per_page = _wanted(
        call, size or (switches.page_v2 if call.is_v2 else switches.page_v1), switches
    )
    shown = [show(row) for row in every[(page - 1) * per_page : page * per_page]]
    headers = [("total", str(len(every))), ("per-page", str(per_page))]
    links = _links(call, page, per_page, len(every))
    if links:
        headers.append(("link", links))
    return Answer({"data": shown} if call.is_v2 else shown, headers=headers)


def _wanted(call: Call, size: Size, switches: Switches) -> tuple[int, int]:
    usual, most = size
    said, size_said = call.number("page"), call.number("per_page")
    page = 1 if said is None else said
    per_page = usual if size_said is None else size_said
    if page < 1 or per_page < 1:
        raise call.refused(400, "page and per_page count from 1.", about="page")
    if per_page > most and switches.too_large_page_refused:
        raise call.refused(400, f"per_page is at most {most}.", about="per_page")
    return page, min(per_page, most)


def _links(call: Call, page: int, per_page: int, total: int) -> str:
    last = max(1, -(-total // per_page))
    places = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    if page <= 1:
        places = {"next": 2, "last": last}
    if page >= last:
        places.pop("next")
        places.pop("last")
    return ", ".join(
        f'<{_address(call, at, per_page)}>; rel="{name}"' for name, at in places.items()
    )


def _address(call: Call, page: int, per_page: int) -> str:
    kept = {name: values for name, values in call.query.items() if name not in {"page", "per_page"}}
    query = urlencode({**kept, "page": page, "per_page": per_page}, doseq=True)
    return f"{call.base_url}{call.path}?{query}"
