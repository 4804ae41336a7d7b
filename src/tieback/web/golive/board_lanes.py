"""A lane as the board lists it: which rows, in which order, in which columns, and their address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from tieback.linking.eligibility import Blocker, connector_of, project_blockers, project_facts
from tieback.linking.models import Link
from tieback.linking.selectors import active_links
from tieback.portfolio.models import Project
from tieback.proposing.lanes import Lane, LaneCount, projects_only, proposed
from tieback.proposing.models import Candidate
from tieback.staging.models import Job
from tieback.web.golive.board_order import PROJECT_SORTS, PROPOSING, jobs_by, order_of, sort_in
from tieback.web.matching.words import share
from tieback.web.paging import ordered, size_of
from tieback.web.scope import Scope
from tieback.web.templatetags.show import SYMBOLS

# The columns beside number, name and project that a person may choose, in their order.
COLUMNS = {
    "probability": "Probability",
    "why": "Why",
    "customer": "Customer",
    "status": "Status",
    "start": "Start",
    "value": "Value",
}
USUAL_COLUMNS = ("probability", "why", "start", "value")
# A search that finds more has to be narrowed anyway, and counting on would take the most time.
COUNTED = 1_000
# What the board's address holds beside the page: what a saved view keeps.
KEPT = ("lane", "q", "sort", "size", "column")


@dataclass(frozen=True, slots=True)
class Row:
    """A job of a lane: what is proposed for it, why that cannot be, or what it is linked to."""

    job: Job
    candidate: Candidate | None = None
    blockers: list[Blocker] = field(default_factory=list)
    link: Link | None = None

    @property
    def percent(self) -> str:
        """The probability as people read it, "" without a candidate."""
        return share(self.candidate.probability) if self.candidate else ""


@dataclass(frozen=True, slots=True)
class Card:
    """A lane among all lanes: its count, money, address, and whether it is the one shown."""

    lane: Lane
    rows: int
    value: Decimal | None
    money: str
    url: str
    is_current: bool
    hint: str


HINTS = {
    Lane.SAFE: "Nothing contradicts",
    Lane.LOOK: "Worth a second look",
    Lane.TWINS: "Look-alikes",
    Lane.BLOCKED: "To be mended first",
    Lane.ONLY_ERP: "No project found",
    Lane.ONLY_PORTFOLIO: "No ERP project found",
    Lane.ARCHIVED: "Off the list",
    Lane.DONE: "Linked",
    Lane.NOT_LOOKED_UP: "Came since, or first time",
}


def lane_of(asked: QueryDict) -> Lane:
    """The lane in the address; Safe when it names none that we know."""
    named = asked.get("lane", "")
    return Lane(named) if named in set(Lane) else Lane.SAFE


def columns_of(asked: QueryDict) -> list[str]:
    """The chosen columns in their own order; the usual ones when none is chosen."""
    chosen = set(asked.getlist("column"))
    return [key for key in COLUMNS if key in chosen] or list(USUAL_COLUMNS)


def page_of_lane(
    scope: Scope, lane: Lane, asked: QueryDict, counts: Mapping[Lane, LaneCount]
) -> Page[Any]:
    """The page of jobs or projects; counts rows only where a search makes it needed."""
    query, sort = asked.get("q", "").strip(), sort_in(lane, asked)
    rows: QuerySet[Any]
    if lane == Lane.ONLY_PORTFOLIO:
        rows = ordered(projects_only(scope.company, query=query), sort, PROJECT_SORTS)
        rows = rows.defer("search_text")
    else:
        rows = order_of(scope, lane, query, sort).ids()
    paginator: Paginator[Any] = Paginator(rows, size_of(asked))
    # A cached property: told here, it is never counted.
    paginator.count = rows.order_by()[:COUNTED].count() if query else counts[lane].rows
    page = paginator.get_page(asked.get("page"))
    page.object_list = list(page.object_list)
    if lane != Lane.ONLY_PORTFOLIO:
        page.object_list = jobs_by(page.object_list)
    return page


def rows_of(scope: Scope, lane: Lane, jobs: Iterable[Job]) -> list[Row]:
    """The jobs with what the lane shows beside them; as many queries for one as for 200."""
    there = list(jobs)
    if lane == Lane.DONE:
        links = active_links(there)
        return [Row(job, link=links.get(job.pk)) for job in there]
    held = proposed(there) if lane in PROPOSING else {}
    if lane != Lane.BLOCKED:
        return [Row(job, held.get(job.pk)) for job in there]
    return _blocked_rows(scope, there, held)


def cards(
    scope: Scope, shown: Lane, counts: Mapping[Lane, LaneCount], asked: QueryDict
) -> list[Card]:
    """Every lane with its count and address; "not looked up yet" only while there are such."""
    query = asked.get("q", "").strip()
    return [
        Card(
            lane,
            counted.rows,
            counted.value,
            short_money(counted.value, scope.company.currency),
            address(scope, lane=lane, q=query, column=asked.getlist("column")),
            lane == shown,
            HINTS[lane],
        )
        for lane, counted in counts.items()
        if lane != Lane.NOT_LOOKED_UP or counted.rows or shown == lane
    ]


def address(scope: Scope, name: str = "golive:board", **asked: object) -> str:
    """The board's address, or that of another page by `name`; what is empty is left out."""
    words = QueryDict(mutable=True)
    for key, value in asked.items():
        words.setlist(key, [str(one) for one in (value if isinstance(value, list) else [value])])
        if not value:
            del words[key]
    base = reverse(name, kwargs={"company_slug": scope.company.slug})
    return f"{base}?{words.urlencode()}" if words else base


def short_money(value: Decimal | None, currency: str) -> str:
    """`$12.3M`: as much of an amount as a card has room for; "" where nobody said any."""
    if value is None:
        return ""
    symbol = SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(value) >= size:
            return f"{symbol}{value / size:,.1f}{letter}"
    return f"{symbol}{value:,.0f}"


def kept_query(asked: QueryDict) -> str:
    """What a saved view keeps of an address: what we know, without the page."""
    words = QueryDict(mutable=True)
    words["lane"] = lane_of(asked).value
    for key in KEPT[1:]:
        if values := [value for value in asked.getlist(key) if value]:
            words.setlist(key, values)
    return words.urlencode()


def _blocked_rows(scope: Scope, jobs: list[Job], held: dict[int, Candidate]) -> list[Row]:
    projects = Project.objects.select_related("cost_code_list").in_bulk(
        [candidate.project_id for candidate in held.values()]
    )
    facts = project_facts(scope.company.pk, projects.values())
    rows = []
    for job in jobs:
        candidate = held.get(job.pk)
        project = candidate and projects[candidate.project_id]
        found = project_blockers(project, connector_of(job), facts) if project else []
        rows.append(Row(job, candidate, found))
    return rows
