"""Candidate pairs that stay where they are while others come behind them."""

from dataclasses import dataclass, fields

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.learned import alone, by_itself
from tieback.matching.records import Bools, Floats, Ints, Longs
from tieback.matching.score import Weights, levels, total
from tieback.matching.worth import of_one_name

# The log-odds of a pair that is out of the question.
CLOSED = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class Slots:
    """Every pair that was ever compared, those of later records behind the others.

    `first` and `weighed` are a pair's own log-odds, `score` those among its rivals, and `shown` the
    same but for pairs that are left over. Of those that are open the assignment matched some; these
    and the best of those left over are chosen, and have a `chance`.
    """

    job: Ints
    project: Ints
    near: Floats
    weighed: Floats
    first: Floats
    score: Floats
    shown: Floats
    chance: Floats
    is_one_name: Bools
    is_open: Bools
    is_matched: Bools
    is_chosen: Bools
    is_twin: Bools
    evidence: tuple[Evidence, ...]

    def evidence_of(self, which: Longs) -> Evidence:
        """The evidence of some, whose numbers rise."""
        if len(self.evidence) == 1 and len(which) == len(self.job):
            return self.evidence[0]
        parts, start = [], 0
        for held in self.evidence:
            size = held.values.shape[1]
            ends = np.searchsorted(which, [start, start + size])
            parts.append(held.values[:, which[ends[0] : ends[1]] - start])
            start += size
        return Evidence(np.concatenate(parts, axis=1))

    def pairs(self, which: Longs) -> Pairs:
        """Some as pairs."""
        return Pairs(self.job[which], self.project[which], self.near[which])

    def with_more(self, more: "Slots") -> "Slots":
        """These, and more behind them."""
        both = {
            one.name: np.concatenate([getattr(self, one.name), getattr(more, one.name)])
            for one in fields(Slots)
            if one.name != "evidence"
        }
        return Slots(**both, evidence=self.evidence + more.evidence)


def slots_of(pairs: Pairs, evidence: Evidence, fitted: Weights) -> Slots:
    """Pairs with what they say by themselves, none of them opened or scored among rivals yet."""
    by_field = levels(evidence)
    weighed = total(fitted.of, by_field) + np.float32(fitted.prior)
    first = by_itself(alone(evidence, pairs, by_field, fitted), weighed, by_field["name"] == 0)
    nothing, closed = np.zeros(len(pairs), bool), np.full(len(pairs), CLOSED, np.float32)
    return Slots(
        job=pairs.job,
        project=pairs.project,
        near=pairs.near,
        weighed=weighed,
        first=first,
        score=closed,
        shown=closed,
        chance=np.zeros(len(pairs)),
        is_one_name=of_one_name(evidence),
        is_open=nothing,
        is_matched=nothing,
        is_chosen=nothing,
        is_twin=nothing,
        evidence=(evidence,),
    )
