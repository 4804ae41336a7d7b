"""ERP Integrations › Cost codes, Sub jobs and Vendors: what the ERP said, and what became of it."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tieback.connections.selectors import connections_of
from tieback.linking.models import Link
from tieback.portfolio.models import ProjectCostCode, SubJob, Vendor
from tieback.staging import records
from tieback.staging.models import ErpVendor, JobCostCode, JobSubJob
from tieback.web.erp.asked import text_in
from tieback.web.paging import page_of, size_of
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part


@require_safe
@company_view(act="see the ERP's cost codes")
def cost_codes(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The staged cost codes, with the project that has them."""
    page = page_of(records.cost_codes(scope.company, query=_query(request)), request.GET)
    links = _links(list(page))
    on_projects = ProjectCostCode.objects.filter(
        project__in=[link.project_id for link in links.values()],
        full_code__in=[row.full_code for row in page],
    ).exclude(origin_id="")
    synced = set(on_projects.values_list("project_id", "full_code"))
    rows = [(row, link := links.get(row.job_id), _at(link, row.full_code, synced)) for row in page]
    return _list(request, scope, "cost_codes", page, rows)


@require_safe
@company_view(act="see the ERP's sub jobs")
def sub_jobs(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The staged sub jobs, with the project that has them."""
    page = page_of(records.sub_jobs(scope.company, query=_query(request)), request.GET)
    links = _links(list(page))
    on_projects = SubJob.objects.filter(
        project__in=[link.project_id for link in links.values()],
        code__in=[row.code for row in page],
    ).exclude(origin_id="")
    synced = set(on_projects.values_list("project_id", "code"))
    rows = [(row, link := links.get(row.job_id), _at(link, row.code, synced)) for row in page]
    return _list(request, scope, "sub_jobs", page, rows)


@require_safe
@company_view(act="see the ERP's vendors")
def vendors(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The staged vendors, and whether the portfolio has them."""
    page = page_of(records.vendors(scope.company, query=_query(request)), request.GET)
    there = Vendor.objects.filter(
        company=scope.company, origin_id__in=[row.external_id for row in page]
    )
    synced = set(there.values_list("origin_id", flat=True))
    rows = [(row, None, row.external_id in synced) for row in page]
    return _list(request, scope, "vendors", page, rows)


def _query(request: ScopedRequest) -> str:
    return text_in(request.GET, "q")


def _links(rows: "Sequence[JobCostCode | JobSubJob]") -> dict[int, Link]:
    """The link that holds now for each job on the page."""
    held = Link.objects.filter(job__in={row.job_id for row in rows}, unlinked_at=None)
    return {link.job_id: link for link in held.select_related("project")}


def _at(link: Link | None, code: str, synced: set[tuple[int, str]]) -> bool:
    return link is not None and (link.project_id, code) in synced


def _list(
    request: ScopedRequest,
    scope: Scope,
    kind: str,
    page: "Page[JobCostCode] | Page[JobSubJob] | Page[ErpVendor]",
    rows: Sequence[tuple[object, Link | None, bool]],
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "query": _query(request),
        "size": size_of(request.GET),
        "connections": [] if rows else list(connections_of(scope.company)),
    }
    return render_part(
        request,
        page=f"erp/watch/{kind}.html",
        part=f"erp/watch/{kind}_found.html",
        context=context,
    )
