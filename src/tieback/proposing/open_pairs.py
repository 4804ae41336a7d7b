"""Proposed pairs that are still in question, as conditions of a query."""

from django.db.models import Exists, OuterRef, QuerySet

from tieback.access.models import Company
from tieback.linking.models import Rejection
from tieback.proposing.models import Candidate


def open_pairs(company: Company) -> QuerySet[Candidate]:
    """What is proposed, and nobody rejected it or linked its project meanwhile."""
    held = Candidate.objects.filter(company=company, is_proposed=True, project__origin_id="")
    return not_rejected(held).order_by()


def not_rejected(held: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Without the pairs of which a person said that they are not a match."""
    of_pair = Rejection.objects.filter(
        job=OuterRef("job"), project=OuterRef("project"), undone_at=None
    )
    return held.filter(~Exists(of_pair))
