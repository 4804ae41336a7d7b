"""From the log-odds of a pair to the probability of a match: what it is worth to be left over."""

import numpy as np

from tieback.matching.learned import Sizes, partner_odds
from tieback.matching.records import Floats

# A pair in doubt that is left when all others have found their partner is right more often than its
# own odds say; the curve is from lists that no model was trained on.
_DOUBT = np.array([-1.4, -0.6, -0.2, 0.2, 0.6, 1.1, 1.8, 2.0])
_AMONG_CHOSEN = np.array([-0.2, 0.3, 0.5, 0.7, 0.95, 1.3, 1.85, 2.0])
# So it is in lists where two in three have a partner, and more so where nearly all have. Where two
# in five have, whatever is left over may as well have none; where fewer, that speaks against it.
# How fast partners are hidden as those seen get less clear, and the most that may be: half as many.
_HIDDEN, _MOST_HIDDEN = 2.0, 1.5
_USUAL, _NOTHING, _LEAST, _MOST = 1.0, -0.4, -0.6, 1.4


def worth_of_being_left(score: Floats, sizes: Sizes) -> float:
    """What to make of matches in doubt: 1 as on usual lists, 0 where nothing follows, or below 0.

    `score` are log-odds of the pairs that the assignment chose. Where these are in doubt, more is
    not seen at all: names that say too little hide partners as often as they blur others.
    """
    chance = 1 / (1 + np.exp(-score.astype(np.float64)))
    seen = float(chance.sum())
    clear = float((chance**2).sum()) / seen if seen else 1.0
    odds = float(np.mean(partner_odds(seen * min(clear**-_HIDDEN, _MOST_HIDDEN), sizes)))
    return float(np.clip((odds - _NOTHING) / (_USUAL - _NOTHING), _LEAST, _MOST))


def floor(worth: float) -> float:
    """The log-odds of a pair below which not half of the matches are right."""
    return float(np.interp(0.0, _among_chosen(min(worth, 1.0)), _DOUBT))


def calibrated(score: Floats, worth: float) -> Floats:
    """The probability of pairs that the assignment chose; `worth` as from `worth_of_being_left`."""
    among = _among_chosen(worth)
    kept = np.where(score >= _DOUBT[-1], score, np.interp(score, _DOUBT, among))
    chance: Floats = 1 / (1 + np.exp(-kept.astype(np.float64)))
    return chance


def _among_chosen(worth: float) -> Floats:
    found: Floats = _DOUBT + worth * (_AMONG_CHOSEN - _DOUBT)
    return found
