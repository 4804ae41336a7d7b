"""What only the Portfolio screens ask of the database."""

from tieback.access.models import Company
from tieback.portfolio.models import Project


def stages(company: Company) -> list[str]:
    """Every stage that a project of the company is at, in alphabetical order."""
    said = Project.objects.filter(company=company).exclude(stage="")
    return list(said.order_by("stage").values_list("stage", flat=True).distinct())
