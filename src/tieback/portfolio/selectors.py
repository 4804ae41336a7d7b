"""Reads of the portfolio."""

from django.db.models import Exists, OuterRef, QuerySet

from tieback.access.models import Company
from tieback.portfolio.models import (
    Project,
    ProjectCostCode,
    StandardCostCodeList,
)
from tieback.search.index import matching


def erp_list(company_id: int) -> StandardCostCodeList | None:
    """The company's one ERP standard cost code list, if it has been named yet."""
    return StandardCostCodeList.objects.filter(company_id=company_id, is_erp=True).first()


def projects(company: Company, *, query: str = "") -> QuerySet[Project]:
    """The company's projects, those that match `query` only."""
    return matching(Project.objects.filter(company=company), query, company_id=company.pk)


def codes_from_other_lists() -> Exists:
    """For a query over projects: whether codes of a list other than the ERP list were copied in."""
    return Exists(
        ProjectCostCode.objects.filter(
            project=OuterRef("pk"), standard_code__isnull=False, standard_code__list__is_erp=False
        )
    )


def lock_in(project: Project) -> str:
    """Why the ERP-integrated setting and the list can no longer change; "" when they can.

    Procore's rule: once codes of another list are in a project, it stays out of the integration
    (erp-tool.md §3.2, lock-in).
    """
    other = (
        ProjectCostCode.objects.filter(
            project=project, standard_code__isnull=False, standard_code__list__is_erp=False
        )
        .values_list("standard_code__list__name", flat=True)
        .first()
    )
    return lock_in_sentence(other) if other else ""


def lock_in_sentence(list_name: str) -> str:
    """The rule in words, naming the list whose codes lock the project."""
    return (
        f"Cost codes were copied into this project from “{list_name}”, which is not the ERP list, "
        "so it can no longer be switched to the ERP. Create a new project to integrate it."
    )


def cost_codes(project: Project) -> QuerySet[ProjectCostCode]:
    """The project's cost codes with their cost types, in code order."""
    return project.cost_codes.prefetch_related("cost_types").order_by("full_code")
