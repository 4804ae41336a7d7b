"""Trains what `tieback.matching` ships in its data folder: level counts and two small models.

    uv run --with catboost --with-editable . tools/train_matching.py SET...

Each SET is a folder with erp.csv, ptf.csv and truth.csv (erp_id, ptf_id). "SET:owner,start" hides
those columns, so that the models learn lists that lack them. Judge the outcome on other lists.
"""

import csv
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier

from tieback.matching import learned, score
from tieback.matching.block import candidates
from tieback.matching.compare import compare
from tieback.matching.normalise import normalise
from tieback.matching.records import COLUMNS, Records, records_from
from tieback.matching.rules import default_rules

DATA = Path(score.__file__).parent / "data"
# As in `trees.Trees.unknown`.
UNKNOWN = -999.0


def read(path: Path, hidden: set[str]) -> Records:
    shown = [name for name in COLUMNS if name not in hidden]
    with path.open(newline="", encoding="utf-8") as file:
        return records_from({name: row.get(name) for name in shown} for row in csv.DictReader(file))


@dataclasses.dataclass
class Labelled:
    """One list with its pairs, the levels of each, and which of them are the same project."""

    pairs: Any
    evidence: Any
    by_field: Any
    sizes: tuple[int, int]
    is_same: Any
    columns: Any = None
    weighed: Any = None

    def weigh(self) -> None:
        found = score.weights(self.by_field, self.pairs, self.sizes)
        self.weighed = score.total(found.of, self.by_field) + np.float32(found.prior)
        self.columns = np.column_stack(
            learned.alone(self.evidence, self.pairs, self.by_field, found)
        )


def labelled(argument: str) -> Labelled:
    folder, _, hidden = argument.partition(":")
    jobs, projects = (
        read(Path(folder, f"{name}.csv"), set(hidden.split(","))) for name in ("erp", "ptf")
    )
    one, other, vocabulary = normalise(jobs, projects, default_rules())
    pairs = candidates(one, other)
    evidence = compare(one, other, pairs, vocabulary)
    rows = [{key: at for at, key in enumerate(side.id)} for side in (jobs, projects)]
    with Path(folder, "truth.csv").open(newline="") as file:
        true = [
            rows[0][row["erp_id"]] * len(projects) + rows[1][row["ptf_id"]]
            for row in csv.DictReader(file)
        ]
    codes = pairs.job.astype(np.int64) * len(projects) + pairs.project
    sizes = len(jobs), len(projects)
    print(argument, len(pairs), flush=True)
    return Labelled(pairs, evidence, score.levels(evidence), sizes, np.isin(codes, true))


def write_levels(lists: list[Labelled]) -> None:
    """The share of each level among same and other pairs, every list counting alike."""
    found = {}
    for name in score.WEIGHED:
        size = 1 + max(int(one.by_field[name].max()) for one in lists)
        shares = []
        for wanted in (True, False):
            counts = np.zeros(size)
            for one in lists:
                level = one.by_field[name][one.is_same == wanted]
                known = np.bincount(level[level > 0], minlength=size)
                counts += known / max(known.sum(), 1)
            counts[1:] += 0.002 * max(counts.sum(), 1)
            shares.append([round(float(share), 5) for share in counts / max(counts.sum(), 1e-9)])
        found[name] = shares
    (DATA / "levels.json").write_text(json.dumps(found, indent=1) + "\n")


def fitted(columns: list[Any], same: list[Any], trees: int) -> CatBoostClassifier:
    model = CatBoostClassifier(
        iterations=trees,
        depth=6,
        learning_rate=20 / trees,
        l2_leaf_reg=20,
        border_count=64,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        rsm=0.6,
        random_seed=1,
        verbose=0,
    )
    return model.fit(known(np.vstack(columns)), np.concatenate(same))


def known(columns: Any) -> Any:
    return np.where(np.isnan(columns), UNKNOWN, columns)


def raw(model: CatBoostClassifier, columns: Any) -> Any:
    return model.predict(known(columns), prediction_type="RawFormulaVal").astype(np.float32)


def write_model(name: str, model: CatBoostClassifier, columns: tuple[str, ...]) -> None:
    kept = DATA / f"{name}.json"
    model.save_model(str(kept), format="json")
    content = json.loads(kept.read_text())
    scale, bias = content["scale_and_bias"]
    trees = [
        [
            [split["float_feature_index"] for split in tree["splits"] or []],
            [float(f"{split['border']:.6g}") for split in tree["splits"] or []],
            [round(value * scale, 4) for value in tree["leaf_values"]],
        ]
        for tree in content["oblivious_trees"]
    ]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    head = json.dumps({"columns": columns, "bias": bias[0] if isinstance(bias, list) else bias})
    kept.write_text(f'{head[:-1]}, "trees": [\n{lines}\n]}}\n')


def main() -> None:
    lists = [labelled(argument) for argument in sys.argv[1:]]
    write_levels(lists)
    for one in lists:
        one.weigh()
    same = [one.is_same for one in lists]
    # The second model has to see first scores as honest as it will get them.
    halves = [fitted([one.columns for one in lists[at::2]], same[at::2], 160) for at in (0, 1)]
    first = fitted([one.columns for one in lists], same, 160)
    columns = [
        np.column_stack(
            learned.together(
                (raw(halves[1 - at % 2], one.columns) + one.weighed) / 2,
                one.weighed,
                list(one.columns.T),
                one.pairs,
                one.sizes,
            )
        )
        for at, one in enumerate(lists)
    ]
    second = fitted(columns, same, 200)
    write_model("alone", first, learned.ALONE)
    write_model("together", second, learned.TOGETHER)


if __name__ == "__main__":
    main()
