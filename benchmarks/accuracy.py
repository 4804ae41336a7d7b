"""How right a list of pairs is, against a known answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BINS = 15


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`recall`: share of the true pairs found where 99.5 % of what is taken is right; best F1; ECE.

    The calibration error is the mean gap between stated and observed chance, over 15 bins.
    """

    recall: float
    f1: float
    ece: float

    def __str__(self) -> str:
        return f"R@99.5 {self.recall:.3f}, F1 {self.f1:.3f}, ECE {self.ece:.3f}"


def accuracy(pairs: Sequence[tuple[str, str, float]], truth: Sequence[tuple[str, str]]) -> Accuracy:
    """Of pairs (job, project, probability); those of one probability are taken or left together."""
    if not pairs or not truth:
        return Accuracy(0.0, 0.0, 0.0)
    true = set(truth)
    stated = np.array([chance for _, _, chance in pairs])
    is_right = np.array([(job, project) in true for job, project, _ in pairs])
    order = np.argsort(-stated, kind="stable")
    is_last = np.append(np.diff(stated[order]) != 0, True)
    right = np.cumsum(is_right[order])[is_last]
    precision = right / np.arange(1, len(order) + 1)[is_last]
    recall = right / len(true)
    enough = np.flatnonzero(precision >= 0.995)
    return Accuracy(
        float(recall[enough[-1]]) if len(enough) else 0.0,
        float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9))),
        _calibration_error(stated, is_right),
    )


def _calibration_error(stated: "np.ndarray", is_right: "np.ndarray") -> float:
    place = np.clip((stated * _BINS).astype(int), 0, _BINS - 1)
    gaps = (
        abs(is_right[place == at].mean() - stated[place == at].mean()) * (place == at).mean()
        for at in set(place.tolist())
    )
    return float(sum(gaps))
