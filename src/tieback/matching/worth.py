"""What is worth a person's look, whatever weights and models make of it."""

from dataclasses import dataclass

import numpy as np

from tieback.matching.block import Pairs
from tieback.matching.compare import Evidence
from tieback.matching.kinship import Kinship
from tieback.matching.known import taken
from tieback.matching.normalise import LETTERED, Side
from tieback.matching.records import Bools, Floats, Longs
from tieback.matching.score import unnamed
from tieback.matching.solve import assign

# A number shorter than this may be anybody's.
_TELLING = 6
# Log-odds of a pair that only its number speaks for: of such, two in three were right.
_BY_NUMBER = 0.3
# Log-odds at which left-over pairs of one name tie, and how often one of all of these is right.
_LEFT_OVER, _ONE_OF = -1.5, 0.5
# Below all log-odds.
_ANY = -1e3
_ADDRESS_DIFFERS, _SAME_CUSTOMER = 0.6, 0.9


def by_number(score: Floats, evidence: Evidence, jobs: Side, pairs: Pairs) -> Floats:
    """The scores, with pairs in view whose exact number no other record of either list has.

    Names may be anything; a contradicting phase, building or sub job takes such a pair out of view.
    """
    alone = (evidence["number"] == Kinship.SAME) & (evidence["number_shared_by"] == 0)
    alone &= (evidence["phase"] != 0) & (evidence["building"] != 0)
    alone &= (jobs.digits % LETTERED)[pairs.job] >= _TELLING
    return np.where(alone, np.maximum(score, np.float32(_BY_NUMBER)), score)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """More `chosen` pairs with the `chance` of each, and the scores with all that tie alike."""

    chosen: Longs
    chance: Floats
    score: Floats


def left_over(
    score: Floats,
    tie: Floats,
    chosen: Longs,
    may_be: Bools,
    pairs: Pairs,
    sizes: tuple[int, int],
) -> LeftOver:
    """Pairs of one name and customer that nobody took; `may_be` as from `of_one_name`.

    The name says that they may be the same, the rest not which: all tie, and the more there are,
    the less likely is each. `tie` decides where scores do not.
    """
    may = np.flatnonzero(may_be & _free(pairs, chosen, sizes))
    if not len(may):
        return LeftOver(may, np.zeros(0), score)
    more = may[assign((score + tie)[may], taken(pairs, may), sizes, _ANY)]
    of_job = np.bincount(pairs.job[may], minlength=sizes[0])[pairs.job[more]]
    of_project = np.bincount(pairs.project[may], minlength=sizes[1])[pairs.project[more]]
    level = score.copy()
    level[may] = _LEFT_OVER
    return LeftOver(more, _ONE_OF / np.maximum(of_job, of_project), level)


def of_one_name(evidence: Evidence) -> Bools:
    """Names read the same, customer the same, and nothing that contradicts."""
    number, address = evidence["number"], evidence["address"]
    against = (number < Kinship.ONE_TYPO) | (evidence["house"] == 0) | (address < _ADDRESS_DIFFERS)
    against |= (evidence["city"] == 0) | (evidence["zip"] == 0)
    same = (evidence["letters"] == 1) & (evidence["owner"] > _SAME_CUSTOMER) & ~unnamed(evidence)
    found: Bools = same & ~against
    return found


def _free(pairs: Pairs, chosen: Longs, sizes: tuple[int, int]) -> Bools:
    is_taken = np.zeros(sizes[0], bool), np.zeros(sizes[1], bool)
    is_taken[0][pairs.job[chosen]] = is_taken[1][pairs.project[chosen]] = True
    found: Bools = ~(is_taken[0][pairs.job] | is_taken[1][pairs.project])
    return found
