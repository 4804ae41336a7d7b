"""The best candidates of one job, each with its reasons, for who wants to decide otherwise."""

from dataclasses import dataclass

import numpy as np

from tieback.matching.explain import Step, sentence
from tieback.matching.scored import Scored


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate project of a job. `score` is a log-odds, to which `steps` sum up; 1 is best."""

    project_id: str
    probability: float
    score: float
    sentence: str
    steps: list[Step]
    rank: int


@dataclass(frozen=True, slots=True)
class Choices:
    """All candidates of all jobs. `rows` finds a job, `proposed` the probability of a match."""

    scored: Scored
    rows: dict[str, int]
    proposed: dict[int, float]

    def of(self, job_id: str, most: int) -> list[Choice]:
        """The best `most` candidates of the job, the best first; none of a job not in the list."""
        row = self.rows.get(job_id)
        if row is None:
            return []
        # Of the array's own type: for another, all of it is converted at every call.
        wanted = np.array([row, row + 1], self.scored.pairs.job.dtype)
        start, end = np.searchsorted(self.scored.pairs.job, wanted)
        best = np.argsort(-self.scored.score[start:end], kind="stable")[:most]
        return [self._choice(int(start + at), rank) for rank, at in enumerate(best, 1)]

    def _choice(self, at: int, rank: int) -> Choice:
        scored = self.scored
        words = scored.words(at)
        return Choice(
            scored.projects.records.id[scored.pairs.project[at]],
            self.proposed.get(at, scored.probability(at)),
            float(scored.score[at]),
            sentence(words),
            scored.waterfall(at, words),
            rank,
        )


def choices_of(scored: Scored, proposed: dict[int, float]) -> Choices:
    """The candidates; `proposed` is index of a pair → probability of the match that it is."""
    rows = {key: at for at, key in enumerate(scored.jobs.records.id)}
    return Choices(scored, rows, proposed)
