"""The key of an exported row: which pair it was, of which company, and what was known of it.

It is signed with the site's secret key, so that a row can be changed but not invented.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer

from tieback.linking.rejecting import active_rejections
from tieback.portfolio.models import Project
from tieback.staging.models import Job

_SALT = "tieback.plans.roundtrip.row"
_JOB = ("pk", "digest", "state", "state_changed_at", "number", "name")
_PROJECT = ("pk", "number", "name", "customer", "address", "city", "value", "origin_id")
_LONGEST = 300

Pair = tuple[Job, Project | None]


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a key says; `facts` changes when anything a person could have seen changes."""

    company_id: int
    job_id: int
    # 0 where no project was proposed.
    project_id: int
    facts: str
    # The word that stood in the sheet when it was exported.
    decision: str

    @property
    def pair(self) -> tuple[int, int]:
        return self.job_id, self.project_id


def signed(key: RowKey) -> str:
    """The key as it stands in the sheet."""
    parts = (key.company_id, key.job_id, key.project_id, key.facts, key.decision)
    return Signer(salt=_SALT).sign(".".join(map(str, parts)))


def read_key(text: str) -> RowKey | None:
    """The key behind the text; None for one that is not ours as it stands."""
    if len(text) > _LONGEST:
        return None
    try:
        said = Signer(salt=_SALT).unsign(text)
    except BadSignature:
        return None
    company, job, project, facts, decision = said.split(".")
    return RowKey(int(company), int(job), int(project), facts, decision)


def facts_of(pairs: Iterable[Pair]) -> Mapping[tuple[int, int], str]:
    """(job id, project id or 0) → a digest over what the sheet and its preview rest on."""
    pairs = list(pairs)
    rejected = active_rejections([job for job, _ in pairs])
    return {
        (job.pk, project.pk if project else 0): _digest(
            [getattr(job, name) for name in _JOB],
            [getattr(project, name) for name in _PROJECT] if project else None,
            bool(project and (job.pk, project.pk) in rejected),
        )
        for job, project in pairs
    }


def _digest(*said: object) -> str:
    text = json.dumps(said, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
