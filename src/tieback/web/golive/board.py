"""Go-live: every lane with what is left in it, the rows of one lane, and how the work goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tieback.access.models import Level
from tieback.connections.selectors import health
from tieback.proposing.lanes import Lane, LaneCount, blocked_causes
from tieback.proposing.suggestions import look_up
from tieback.review.assigning import may_hold
from tieback.review.views import views_of
from tieback.web.golive import board_lanes as lanes
from tieback.web.golive.board_chart import chart, parts
from tieback.web.golive.board_counts import counts_of
from tieback.web.golive.board_order import sort_in
from tieback.web.golive.board_pace import ENOUGH, burn_up, decisions_left, pace
from tieback.web.paging import size_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the go-live board"
# What may be looked at one by one with the keyboard.
REVIEWED = (Lane.SAFE, Lane.LOOK, Lane.TWINS, Lane.BLOCKED, Lane.ONLY_ERP, Lane.NOT_LOOKED_UP)


FILES = ("xlsx", "csv", "json")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the go-live is: jobs and money decided of all."""

    total: int
    done: int
    archived: int
    value: Decimal
    value_done: Decimal
    money: str

    @property
    def decided(self) -> int:
        return self.done + self.archived


@require_safe
@company_view(act=SEE)
def board(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The board as its address asks for it."""
    asked = request.GET
    lane = lanes.lane_of(asked)
    counts = counts_of(scope.company, now=scope.now)
    page = lanes.page_of_lane(scope, lane, asked, counts)
    query, sort = asked.get("q", "").strip(), sort_in(lane, asked)
    is_of_projects = lane == Lane.ONLY_PORTFOLIO
    context: dict[str, Any] = {
        "lane": lane,
        "cards": lanes.cards(scope, lane, counts, asked),
        "counted": counts[lane],
        "query": query,
        "sort": sort,
        "size": size_of(asked),
        "columns": lanes.columns_of(asked),
        "all_columns": lanes.COLUMNS,
        "page": page,
        "rows": [] if is_of_projects else lanes.rows_of(scope, lane, page.object_list),
        "standing": standing(scope, counts),
        "matches": look_up(scope.company, now=scope.now),
        "health": health(scope.company, now=scope.now),
        "views": views_of(scope.actor),
        "kept": lanes.kept_query(asked),
        "kinds": FILES,
        "people": may_hold(scope.company) if scope.actor.level >= Level.ADMIN else [],
        "review_url": lanes.address(scope, "golive:review", lane=lane, q=query, sort=sort)
        if lane in REVIEWED
        else "",
    }
    return render_part(
        request, page="golive/board.html", part="golive/board_part.html", context=context
    )


@require_safe
@company_view(act=SEE)
def progress(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The time left, the burn-up and what blocks, which the board asks for once it stands."""
    counts = counts_of(scope.company, now=scope.now)
    measured = pace(scope.company, now=scope.now)
    looks, twins = counts[Lane.LOOK].rows, counts[Lane.TWINS].rows
    left = decisions_left(scope.company, looks, twins)
    causes = blocked_causes(scope.company) if counts[Lane.BLOCKED].rows else []
    context = {
        "left": left,
        "minutes": measured.minutes_for(left),
        "pace": measured,
        "needed": ENOUGH + 1,
        "chart": chart(burn_up(scope.company, now=scope.now), standing(scope, counts).total),
        "causes": parts(causes),
        "is_mendable": any(cause.fix for cause in causes),
        "blocked": counts[Lane.BLOCKED].rows,
    }
    return render_part(
        request,
        page="golive/board_progress_page.html",
        part="golive/board_progress.html",
        context=context,
    )


def standing(scope: Scope, counts: Mapping[Lane, LaneCount]) -> Standing:
    """How far the go-live is, from the lanes' counts."""
    jobs = [counted for lane, counted in counts.items() if lane != Lane.ONLY_PORTFOLIO]
    value = sum((counted.value or Decimal() for counted in jobs), Decimal())
    value_done = counts[Lane.DONE].value or Decimal()
    of = [lanes.short_money(one, scope.company.currency) for one in (value_done, value)]
    return Standing(
        total=sum(counted.rows for counted in jobs),
        done=counts[Lane.DONE].rows,
        archived=counts[Lane.ARCHIVED].rows,
        value=value,
        value_done=value_done,
        money=" of ".join(of),
    )
