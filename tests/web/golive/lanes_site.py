"""A company with rows in every lane, for the tests of the board and of the review."""

from dataclasses import dataclass
from typing import Any

from tests import factories
from tests.conftest import Cast
from tests.web.erp_jobs.conftest import Site, make_site
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate
from tieback.staging.models import Job

BASE = "/c/acme/go-live/"
REVIEW = f"{BASE}review/"
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Lanes:
    """Puts rows into the lanes of one company whose look-up has ended."""

    site: Site

    @property
    def cast(self) -> Cast:
        return self.site.cast

    def job(self, number: str, name: str = "Mercy Clinic", **fields: Any) -> Job:
        return self.site.job(number=number, name=name, **fields)

    def project(self, number: str, name: str = "Mercy Clinic", **fields: Any) -> Project:
        return self.site.project(number=number, name=name, **fields)

    def proposed(
        self,
        number: str,
        lane: str = "Look",
        *,
        job: dict[str, Any] | None = None,
        project: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Candidate:
        """A job with the project that is proposed for it."""
        name = f"Clinic {number}"
        made = self.job(number, **{"name": name, **(job or {})})
        beside = self.project(f"P-{number}", **{"name": name, **(project or {})})
        steps = [["start", -3.0, "Of all pairs."], ["name", 5.6, "97 % alike."]]
        return factories.make_candidate(made, beside, **{"lane": lane, "steps": steps, **fields})

    def second(self, job: Job, number: str, **fields: Any) -> Candidate:
        """Another candidate of the job, not the one proposed."""
        rank = 1 + Candidate.objects.filter(job=job).count()
        unproposed = {"is_proposed": False, "lane": "", "rank": rank, "probability": 0.04}
        project = self.project(number, name=f"Other {number}")
        return factories.make_candidate(job, project, **{**unproposed, "score": -3, **fields})


def make_lanes(cast: Cast, *, looked_up: bool = True) -> Lanes:
    """Without a look-up, no decision has the candidates of the test scored anew."""
    if looked_up:
        factories.make_proposal(cast.company)
    return Lanes(make_site(cast))
