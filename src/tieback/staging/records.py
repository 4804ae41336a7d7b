"""Reads of staged cost codes, sub jobs and vendors, as their lists search them."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from tieback.access.models import Company
from tieback.staging.models import ErpVendor, JobCostCode, JobSubJob

M = TypeVar("M", bound=Model)
_MAX_WORDS = 12


def cost_codes(company: Company, *, query: str = "") -> QuerySet[JobCostCode]:
    """The company's staged cost codes by job and code; each word has to stand somewhere in one."""
    found = (
        JobCostCode.objects.filter(company=company).select_related("job").defer("raw", "job__raw")
    )
    found = _narrowed(found, query, "full_code", "name", "cost_type", "job__number", "job__name")
    return found.order_by("job__number", "job_id", "full_code", "cost_type", "pk")


def sub_jobs(company: Company, *, query: str = "") -> QuerySet[JobSubJob]:
    """The company's staged sub jobs by job and code; each word has to stand somewhere in one."""
    found = JobSubJob.objects.filter(company=company).select_related("job").defer("raw", "job__raw")
    found = _narrowed(found, query, "code", "name", "job__number", "job__name")
    return found.order_by("job__number", "job_id", "code", "pk")


def vendors(company: Company, *, query: str = "") -> QuerySet[ErpVendor]:
    """The company's staged vendors by name; each word has to stand somewhere in one."""
    found = ErpVendor.objects.filter(company=company).select_related("connection").defer("raw")
    found = _narrowed(found, query, "number", "name", "address", "city", "email")
    return found.order_by("name", "pk")


def _narrowed(rows: "QuerySet[M]", query: str, *columns: str) -> "QuerySet[M]":
    for word in query.split()[:_MAX_WORDS]:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
