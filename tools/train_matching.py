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
from tieback.matching.known import Known, settle, still_open, taken
from tieback.matching.normalise import normalise
from tieback.matching.records import COLUMNS, Records, records_from
from tieback.matching.rules import default_rules

DATA = Path(score.__file__).parent / "data"
# As in `trees.Trees.unknown`.
UNKNOWN = -999.0
# Each list is also seen as what is left of one: with links known, jobs or projects missing.
KINDS = ("known", "few jobs", "few projects")
# Pairs whose weights say less than this are clearly none; one of so many is asked, for all.
CLEARLY_NONE, FEW = -6.0, 5
# What a pair of a whole list counts beside one of what is left of it.
FULL = 2.0


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
    settled: Any
    sizes: learned.Sizes
    is_same: Any
    counts: float
    columns: Any = None
    weighed: Any = None

    def weigh(self) -> None:
        """Columns and weights of the pairs in question."""
        found = score.weights(self.by_field, self.pairs, self.sizes.all, self.settled)
        if self.settled:
            kept = np.flatnonzero(self.settled.open)
            self.pairs, self.evidence = taken(self.pairs, kept), self.evidence.take(kept)
            self.by_field = {name: level[kept] for name, level in self.by_field.items()}
            self.is_same = self.is_same[kept]
        self.weighed = score.total(found.of, self.by_field) + np.float32(found.prior)
        self.columns = np.column_stack(
            learned.alone(self.evidence, self.pairs, self.by_field, found)
        )

    @property
    def asked(self) -> tuple[Any, Any]:
        """Rows to learn from and what each counts; of those clearly none a few stand for all."""
        clear = (self.weighed < CLEARLY_NONE) & ~self.is_same
        rows = np.flatnonzero(~clear | (np.arange(len(clear)) % FEW == 0))
        return rows, np.where(clear[rows], float(FEW), 1.0) * self.counts


def labelled(argument: str, kind: str, chance: np.random.Generator) -> Labelled:
    """The list of `argument` as it is, or one `kind` of list where few have a partner.

    Part of the links are known, or part of the jobs or projects are not there.
    """
    folder, _, hidden = argument.partition(":")
    sides = [read(Path(folder, f"{name}.csv"), set(hidden.split(","))) for name in ("erp", "ptf")]
    share = chance.uniform(0.3, 0.95)
    for at, name in enumerate(("few jobs", "few projects")):
        if kind == name:
            kept = np.flatnonzero(chance.random(len(sides[at])) > share)
            sides[at] = sides[at].take(kept)
    jobs, projects = sides
    with Path(folder, "truth.csv").open(newline="") as file:
        true = [(row["erp_id"], row["ptf_id"]) for row in csv.DictReader(file)]
    is_known = chance.random(len(true)) < (share if kind == "known" else 0)
    known = Known([pair for pair, known in zip(true, is_known, strict=True) if known])
    one, other, vocabulary = normalise(jobs, projects, default_rules())
    pairs, settled = settle(known, jobs, projects, candidates(one, other))
    evidence = compare(one, other, pairs, vocabulary)
    rows = [{key: at for at, key in enumerate(side.id)} for side in sides]
    codes = [
        rows[0][job] * len(projects) + rows[1][project]
        for job, project in true
        if job in rows[0] and project in rows[1]
    ]
    is_same = np.isin(pairs.job.astype(np.int64) * len(projects) + pairs.project, codes)
    sizes = learned.Sizes((len(jobs), len(projects)), still_open(known, jobs, projects))
    print(argument, kind, f"{share:.2f}", len(pairs), is_same.sum(), flush=True)
    return Labelled(
        pairs,
        evidence,
        score.levels(evidence),
        settled,
        sizes,
        is_same,
        1.0 if kind in KINDS else FULL,
    )


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


def fitted(columns: list[Any], lists: list[Labelled], trees: int) -> CatBoostClassifier:
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
    asked = [one.asked for one in lists]
    return model.fit(
        known(np.vstack([mine[rows] for mine, (rows, _) in zip(columns, asked, strict=True)])),
        np.concatenate([one.is_same[rows] for one, (rows, _) in zip(lists, asked, strict=True)]),
        sample_weight=np.concatenate([counts for _, counts in asked]),
    )


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
    chance = np.random.default_rng(5)
    full = [labelled(argument, "full", chance) for argument in sys.argv[1:]]
    write_levels(full)
    score._seen_before.cache_clear()
    halves: list[list[Labelled]] = [[], []]
    for at, argument in enumerate(sys.argv[1:]):
        few = [labelled(argument, kind, chance) for kind in KINDS]
        halves[at % 2] += [full[at], *few]
    lists = halves[0] + halves[1]
    for one in lists:
        one.weigh()
    # The second model has to see first scores as honest as it will get them.
    by_half = [fitted([one.columns for one in half], half, 160) for half in halves]
    first = fitted([one.columns for one in lists], lists, 160)
    columns = [
        np.column_stack(
            learned.together(
                (raw(by_half[1 - at], one.columns) + one.weighed) / 2,
                one.weighed,
                list(one.columns.T),
                one.pairs,
                one.sizes,
            )
        )
        for at, half in enumerate(halves)
        for one in half
    ]
    second = fitted(columns, lists, 240)
    write_model("alone", first, learned.ALONE)
    write_model("together", second, learned.TOGETHER)


if __name__ == "__main__":
    main()
