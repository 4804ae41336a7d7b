"""ERP Integrations › Activity: who did what, and the proof that nobody changed it since."""

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tieback.access.models import Level
from tieback.audit import selectors
from tieback.audit.chain import Stretch
from tieback.audit.models import AuditEvent
from tieback.web.erp.asked import day_in, id_in, text_in
from tieback.web.erp.targets import with_addresses
from tieback.web.paging import size_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the activity"
# So many events are proved in one request, about a second's work.
PIECE = 5_000
_SHOWN_BREAKS = 20
_FILTERS = ("who", "action", "type", "since", "until", "q")


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The events that the address asks for, newest first."""
    asked = request.GET
    chosen = {name: text_in(asked, name) for name in _FILTERS}
    found = selectors.events(
        scope.company,
        who=chosen["who"],
        action=chosen["action"],
        target_type=chosen["type"],
        since=day_in(asked, "since"),
        until=day_in(asked, "until"),
        query=chosen["q"],
    )
    page = selectors.page(
        found, before=id_in(asked, "before"), after=id_in(asked, "after"), size=size_of(asked)
    )
    context: dict[str, Any] = {
        "page": page,
        "rows": with_addresses(scope, page.events),
        "newer": _query(asked, after=page.newer),
        "older": _query(asked, before=page.older),
        "chosen": chosen,
        "known": selectors.known(scope.company),
        "size": size_of(asked),
        "is_narrowed": any(chosen.values()),
    }
    return render_part(
        request,
        page="erp/watch/activity.html",
        part="erp/watch/activity_found.html",
        context=context,
    )


@require_safe
@company_view(act=SEE)
def event(request: ScopedRequest, scope: Scope, seq: int) -> HttpResponse:
    """One event with everything that it keeps."""
    if seq >= 2**63:
        raise Http404("No database could have that number.")
    found = AuditEvent.objects.filter(company=scope.company, seq=seq).first()
    if found is None:
        raise Http404("There is no such event in this company.")
    context = {
        "event": found,
        "url": with_addresses(scope, [found])[0][1],
        "last": selectors.last_seq(scope.company),
    }
    return render(request, "erp/watch/event.html", context)


@require_safe
@company_view(level=Level.ADMIN, act="verify the audit chain")
def chain(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Prove the chain piece by piece: each answer says how far it holds and asks for the next.

    What a caller claims about the pieces before counts for nothing but the words on their own page.
    """
    stretch = Stretch(scope.company, after=id_in(request.GET, "after") or 0, size=PIECE)
    found = list(stretch.breaks())
    if stretch.is_last:
        found += stretch.breaks_at_the_end()
    broken_before = id_in(request.GET, "broken") or 0
    context = {
        "breaks": found[:_SHOWN_BREAKS],
        "broken": broken_before + len(found),
        "reached": stretch.reached,
        "last": selectors.last_seq(scope.company),
        "is_last": stretch.is_last,
    }
    return render_part(
        request, page="erp/watch/chain.html", part="erp/watch/chain_piece.html", context=context
    )


def _query(asked: QueryDict, **position: int | None) -> str:
    """The same filters at another place of the list."""
    elsewhere = asked.copy()
    for name in ("before", "after"):
        elsewhere.pop(name, None)
    elsewhere.update({name: str(seq) for name, seq in position.items() if seq is not None})
    return elsewhere.urlencode()
