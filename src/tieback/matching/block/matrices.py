"""What the steps of blocking hand to each other."""

from typing import Any

import numpy as np

from tieback.matching.records import Floats, Longs

Matrix = Any  # a scipy.sparse.csr_matrix, which has no types
# Rows of the side that asks, rows of the side that answers, how near they stand.
Found = tuple[Longs, Longs, Floats]


def is_first(*sorted_by: Longs) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Where something new begins in arrays that are in order."""
    if not len(sorted_by[0]):
        return np.zeros(0, bool)
    changes = np.zeros(len(sorted_by[0]) - 1, bool)
    for values in sorted_by:
        changes |= values[1:] != values[:-1]
    return np.append(True, changes)
