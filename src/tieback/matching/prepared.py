"""What a full match leaves behind, so that what changes later can be scored by itself.

Records and pairs are only ever added: one that changed stands behind the others, and its old row
is closed. Weights, rarities, counts and thresholds stay as the two lists had them.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from tieback.matching.block import Index
from tieback.matching.block.crossed import Crossed
from tieback.matching.calibrate import calibrated
from tieback.matching.engine import chances_left, tie
from tieback.matching.known import Known
from tieback.matching.learned import Sizes, alone, among_rivals, rivalry
from tieback.matching.normalise import Side, Vocabulary, normalise_more
from tieback.matching.numbers import Habits
from tieback.matching.records import Bools, Floats, Longs, Records
from tieback.matching.report import tally
from tieback.matching.rules import Rules
from tieback.matching.score import Weights, levels
from tieback.matching.scored import Scored
from tieback.matching.slots import Slots
from tieback.matching.twins import Group
from tieback.matching.worth import by_number, left_over


@dataclass(frozen=True, slots=True)
class Reading:
    """How records of these lists are read; prints of numbers and lengths of cut names by side."""

    rules: Rules
    usual: int
    printed: tuple[Habits, Habits]
    cut: tuple[frozenset[int], frozenset[int]]
    vocabulary: Vocabulary
    index: Index
    crossed: tuple[Crossed, Crossed]
    # The ids of either list in order, which give every record its place among look-alikes.
    ids: tuple[list[str], list[str]]

    def more(self, which: int, records: Records) -> tuple[Side, "Reading"]:
        """More records of one side."""
        side, vocabulary = normalise_more(
            records,
            self.rules,
            self.usual,
            self.printed[which],
            self.cut[which],
            self.vocabulary,
        )
        return side, replace(self, vocabulary=vocabulary)

    def place(self, which: int, key: str) -> float:
        """Where a record stands in its list, from 0 to 1, however late it came."""
        ids = self.ids[which]
        at = bisect_left(ids, key)
        is_between = at == len(ids) or ids[at] != key
        return (at - 0.5 * is_between + is_between * crc32(key.encode()) * 2**-33) / max(
            len(ids), 1
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a full match, and what was scored since, leaves behind; never changed in place.

    Jobs come before projects in every tuple. `rows` finds the row of an id that is in the list;
    of a row, `is_alive` says whether it is the record's last, and `is_open` whether it is to be
    matched still.
    """

    sides: tuple[Side, Side]
    slots: Slots
    reading: Reading
    weights: Weights
    known: Known
    rows: tuple[dict[str, int], dict[str, int]]
    is_alive: tuple[Bools, Bools]
    is_open: tuple[Bools, Bools]
    places: tuple[Floats, Floats]
    partners: tuple[float, ...]
    worth: float = 0.0
    threshold: float = 0.0
    why_empty: str = ""
    groups: Sequence[Group] = ()

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.sides[0]), len(self.sides[1])

    @property
    def counted(self) -> tuple[int, int]:
        """How many records of either side were there at the full match."""
        one, other = self.reading.index.sides
        return len(one), len(other)

    def scored(self, which: Longs) -> tuple[Longs, Scored]:
        """Some pairs, whose numbers rise, in the order of jobs, as matching has them."""
        slots = self.slots
        order = np.lexsort((slots.project[which], slots.job[which]))
        evidence = slots.evidence_of(which).take(order)
        which = which[order]
        by_field = levels(evidence)
        found = Scored(
            *self.sides,
            slots.pairs(which),
            evidence,
            by_field,
            self.weights,
            slots.weighed[which],
            slots.shown[which],
            tally(by_field, np.zeros(0, np.int64)),
            self.reading.rules,
            Sizes(self.sizes, self.sizes),
        )
        return which, found


def scores_of(prepared: Prepared, wanted: Longs, beside: Longs) -> Floats:
    """The log-odds of the `wanted` pairs; `beside` has them and all pairs of their records."""
    slots, fitted = prepared.slots, prepared.weights
    evidence, pairs = slots.evidence_of(wanted), slots.pairs(wanted)
    by_field = levels(evidence)
    every = rivalry(
        slots.first[beside],
        slots.weighed[beside],
        slots.pairs(beside),
        prepared.sizes,
        prepared.partners,
    )
    some = np.searchsorted(beside, wanted)
    columns = alone(evidence, pairs, by_field, fitted)
    score = among_rivals(columns, [one[some] for one in every], by_field["name"] == 0)
    return by_number(score, evidence, prepared.sides[0], pairs)


def finished(prepared: Prepared) -> Prepared:
    """With what is left over when the assignment is made, and the chance of all that is chosen."""
    slots = prepared.slots
    is_free = np.ones(prepared.sizes[0], bool), np.ones(prepared.sizes[1], bool)
    is_free[0][slots.job[slots.is_matched]] = is_free[1][slots.project[slots.is_matched]] = False
    may_be = slots.is_one_name & slots.is_open
    use = np.flatnonzero(may_be)
    use = use[is_free[0][slots.job[use]] & is_free[1][slots.project[use]]]
    pairs, nobody = slots.pairs(use), np.zeros(0, np.int64)
    apart = tie(pairs, prepared.places)
    more = left_over(
        slots.score[use], apart, nobody, np.ones(len(use), bool), pairs, prepared.sizes
    )
    shown, is_chosen, chance = slots.score.copy(), slots.is_matched.copy(), np.zeros(len(may_be))
    shown[use] = more.score
    chance[is_chosen] = calibrated(slots.score[is_chosen], prepared.worth)
    chance[use[more.chosen]] = chances_left(slots.score[use], more, prepared.worth)
    is_chosen[use[more.chosen]] = True
    return replace(prepared, slots=replace(slots, shown=shown, is_chosen=is_chosen, chance=chance))


def linked_ids(
    known: Known, jobs: Collection[str], projects: Collection[str]
) -> tuple[set[str], set[str]]:
    """The ids of either list that have a confirmed partner in the other."""
    pairs = [
        (job, project) for job, project in known.confirmed if job in jobs and project in projects
    ]
    return {job for job, _ in pairs}, {project for _, project in pairs}
