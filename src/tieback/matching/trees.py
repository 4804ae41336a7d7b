"""A small trained model: trees that ask the same question of every pair, so NumPy is enough."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from tieback.matching.records import Floats
from tieback.matching.threads import THREADS

# Answers are kept for the trees that ask again: a byte a row and question.
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Tree:
    """`questions` are (column, border): is the value above it? The answers' bits name the leaf."""

    questions: Sequence[tuple[int, float]]
    leaves: Floats


@dataclass(frozen=True, slots=True)
class Trees:
    """The sum of its trees is a log-odds. `columns` names what it reads, NaN being `unknown`."""

    columns: tuple[str, ...]
    bias: float
    trees: Sequence[Tree]
    unknown: float = -999.0

    def of(self, columns: Sequence[Floats]) -> Floats:
        """The log-odds for each row; an array for each of `self.columns`."""
        starts = range(0, len(columns[0]), _CHUNK)
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(
                pool.map(lambda at: self._of([one[at : at + _CHUNK] for one in columns]), starts)
            )
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _of(self, columns: Sequence[Floats]) -> Floats:
        turned = np.stack(columns).astype(np.float32, copy=False)
        turned = np.where(np.isnan(turned), np.float32(self.unknown), turned)
        found = np.full(turned.shape[1], self.bias, np.float32)
        asked: dict[tuple[int, float], np.ndarray[tuple[int], np.dtype[np.uint8]]] = {}
        for tree in self.trees:
            leaf = np.zeros(turned.shape[1], np.uint8)
            for bit, question in enumerate(tree.questions):
                if question not in asked:
                    column, border = question
                    asked[question] = (turned[column] > np.float32(border)).view(np.uint8)
                leaf |= asked[question] << np.uint8(bit)
            found += tree.leaves.take(leaf)
        return found


@cache
def shipped(name: str) -> Trees:
    """The model in `data/<name>.json`."""
    text = (resources.files(__package__) / "data" / f"{name}.json").read_text("utf-8")
    return trees_from(json.loads(text))


def trees_from(content: dict[str, Any]) -> Trees:
    """The model that `tools/train_matching.py` wrote."""
    return Trees(
        tuple(content["columns"]),
        float(content["bias"]),
        [
            Tree(
                [(int(column), border) for column, border in zip(*tree[:2], strict=True)],
                np.array(tree[2], np.float32),
            )
            for tree in content["trees"]
        ],
    )
