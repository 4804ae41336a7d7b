"""What a link keeps of the moment in which it was decided."""

from typing import Any

from tieback.portfolio.models import Project
from tieback.proposing.lists import facts_of_job, facts_of_project
from tieback.proposing.models import Candidate
from tieback.staging.models import Job


def evidence_of(job: Job, project: Project) -> dict[str, Any]:
    """Both records as they are compared, and the candidate that the pair is; None where it is none.

    What a linked project says later may come from its job, so only this can teach how the two
    looked before.
    """
    candidate = Candidate.objects.filter(job=job, project=project).first()
    return {
        "job": facts_of_job(job),
        "project": facts_of_project(project),
        "candidate": candidate and _shown(candidate),
    }


def _shown(candidate: Candidate) -> dict[str, Any]:
    return {
        "probability": candidate.probability,
        "margin": candidate.margin,
        "lane": candidate.lane,
        "rank": candidate.rank,
        "is_proposed": candidate.is_proposed,
        "sentence": candidate.sentence,
        "steps": candidate.steps,
        "model_version": candidate.model_version,
        "proposed_at": candidate.proposed_at,
    }
