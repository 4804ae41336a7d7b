"""What only the Portfolio screens ask of the database."""

from collections.abc import Mapping

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tieback.access.models import Company
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link
from tieback.portfolio.models import (
    Project,
    ProjectCostCode,
    StandardCostCode,
    StandardCostCodeList,
)

Parents = Mapping[int, int | None]


def stages(company: Company) -> list[str]:
    """Every stage that a project of the company is at, in alphabetical order."""
    said = Project.objects.filter(company=company).exclude(stage="")
    return list(said.order_by("stage").values_list("stage", flat=True).distinct())


def active_link(project: Project) -> Link | None:
    """The link that ties the project to an ERP project now."""
    links = Link.objects.filter(project=project, unlinked_at=None)
    return links.select_related("job__connection").first()


def history(project: Project) -> QuerySet[AuditEvent]:
    """What was done to the project, latest first."""
    return AuditEvent.objects.filter(
        company_id=project.company_id, target_type="project", target_id=str(project.pk)
    )


def lists(company: Company) -> QuerySet[StandardCostCodeList]:
    """The company's lists, the ERP list first, with `n_codes` and `n_projects`."""
    return StandardCostCodeList.objects.filter(company=company).annotate(
        n_codes=_number_of(StandardCostCode, "list"),
        n_projects=_number_of(Project, "cost_code_list"),
    )


def _number_of(model: type[Model], column: str) -> Coalesce:
    # One subquery each: joined, every code would be counted once per project.
    mine = model._default_manager.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def codes_of(cost_code_list: StandardCostCodeList, *, query: str) -> QuerySet[StandardCostCode]:
    """The list's codes in order of their full code; with a query, those that hold it."""
    codes = StandardCostCode.objects.filter(list=cost_code_list)
    return codes.filter(Q(full_code__icontains=query) | Q(name__icontains=query)).order_by(
        "full_code"
    )


def with_depths(
    codes: "list[StandardCostCode] | list[ProjectCostCode]", parents: Parents
) -> list[tuple[int, "StandardCostCode | ProjectCostCode"]]:
    """Each code with the number of its ancestors, for the indent."""
    return [(depth(code.pk, parents), code) for code in codes]


def depth(pk: int, parents: Parents) -> int:
    """How many ancestors a code has; stops where the tree bites its own tail."""
    seen = {pk}
    while (above := parents.get(pk)) is not None and above not in seen:
        seen.add(above)
        pk = above
    return len(seen) - 1
