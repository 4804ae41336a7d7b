"""Splink on DuckDB for the same two lists, in a process of its own.

    python -m benchmarks.splink_peer FOLDER

reads FOLDER/erp.csv and FOLDER/ptf.csv, and prints what it took and the pairs that it links. Splink
gets what an expert would give it, and Tieback's own normaliser before that: names with their
abbreviations folded and as sets of words, numbers without their print, addresses without the suite.
Of its pairs those are linked that beat all rivals on both sides; what is compared is the chance
after the competition, which serves it better than its own probability.
"""

import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import measured, read_list

# Pairs less likely than this are not worth ranking.
_LEAST_WEIGHT = -4.0
_BLOCKS = (
    ("stem",),
    ("name_head",),
    ("line",),
    ("first_two",),
    ("last_two",),
    ("rare_one",),
    ("rare_two",),
    ("owner", "start_month"),
    ("owner", "value"),
    ("city", "value"),
)


def main(folder: Path) -> None:
    """Link the two lists of a truth set; the reading of files and packages is not timed."""
    jobs, projects = read_list(folder / "erp.csv"), read_list(folder / "ptf.csv")
    _prepare()
    pairs, took = measured(lambda: link(jobs, projects))
    print(json.dumps({**asdict(took), "pairs": pairs}))


def _prepare() -> None:
    import pandas  # noqa: F401
    import splink  # noqa: F401

    logging.getLogger("splink").setLevel(logging.ERROR)


def link(jobs: Any, projects: Any) -> list[tuple[str, str, float]]:
    """Normalise, train and predict; one to one."""
    from splink import DuckDBAPI, Linker, block_on

    backend = DuckDBAPI()
    backend.duckdb_con.execute("SET threads = 2")
    tables = [backend.register(side) for side in _tables(jobs, projects)]
    linker = Linker(tables, _settings(len(jobs), len(projects)), log_level=logging.ERROR)
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for columns in (("name_head",), ("owner", "start_month"), ("owner", "value")):
        training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    found = linker.inference.predict(threshold_match_weight=_LEAST_WEIGHT)
    frame = found.as_pandas_dataframe()
    return _one_to_one(frame)


def _settings(jobs: int, projects: int) -> Any:
    import splink.comparison_level_library as level
    import splink.comparison_library as compare
    from splink import SettingsCreator, block_on

    shared = "len(list_intersect(words_l, words_r))"
    fewer = "least(len(words_l), len(words_r))"
    name = compare.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            level.NullLevel("name"),
            level.ExactMatchLevel("name", term_frequency_adjustments=True),
            level.CustomLevel("least(len(name_l), len(name_r)) >= 20 and "
                "(starts_with(name_l, name_r) or starts_with(name_r, name_l))"),
            level.CustomLevel(f"{shared} = {fewer} and {fewer} > 2"),
            level.JaroWinklerLevel("name", 0.93),
            level.CustomLevel(f"{shared} >= 0.75 * {fewer} and {fewer} > 2"),
            level.CustomLevel(f"{shared} >= 0.5 * {fewer} and {fewer} > 2"),
            level.ElseLevel(),
        ],
    )  # fmt: skip
    number = compare.CustomComparison(
        output_column_name="stem",
        comparison_levels=[
            level.NullLevel("stem"),
            level.CustomLevel("stem_l = stem_r and sub_l = sub_r"),
            level.ExactMatchLevel("stem"),
            level.CustomLevel("right(stem_l, 4) = right(stem_r, 4)"),
            level.LevenshteinLevel("stem", 1),
            level.ElseLevel(),
        ],
    )
    value = compare.CustomComparison(
        output_column_name="value",
        comparison_levels=[
            level.NullLevel("value"),
            level.ExactMatchLevel("value"),
            level.PercentageDifferenceLevel("value", 0.1),
            level.PercentageDifferenceLevel("value", 0.4),
            level.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        # An expert knows that most jobs have one project.
        probability_two_random_records_match=0.6 * min(jobs, projects) / (jobs * projects),
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _BLOCKS],
        comparisons=[
            name,
            number,
            value,
            compare.ExactMatch("marks"),
            compare.JaroWinklerAtThresholds("line", [0.97, 0.9]),
            compare.ExactMatch("zip"),
            compare.ExactMatch("city").configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("owner", [0.95, 0.85]).configure(
                term_frequency_adjustments=True
            ),
            _days_apart("start", (1, 32, 95, 370)),
            _days_apart("end", (1, 46, 130, 400)),
        ],
        retain_intermediate_calculation_columns=False,
    )


def _days_apart(column: str, borders: tuple[int, ...]) -> Any:
    import splink.comparison_level_library as level
    import splink.comparison_library as compare

    apart = f"abs({column}_l - {column}_r)"
    return compare.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            level.NullLevel(column),
            *(level.CustomLevel(f"{apart} <= {days}") for days in borders),
            level.ElseLevel(),
        ],
    )


def _tables(jobs: Any, projects: Any) -> list[Any]:
    """Both sides as frames of what Tieback's normaliser reads in them."""
    from tieback.matching.normalise import normalise
    from tieback.matching.rules import default_rules

    one, other, vocabulary = normalise(jobs, projects, default_rules())
    return [_frame(side, vocabulary) for side in (one, other)]


def _frame(side: Any, vocabulary: Any) -> Any:
    import numpy as np
    import pandas

    texts = vocabulary.words.texts
    words = [[texts[code] for code in row if code >= 0] for row in side.words.tolist()]
    rarity = [sorted(row, key=lambda w: (len(w), w), reverse=True) for row in words]
    start = pandas.Series(side.records.start)
    columns = {
        "id": side.records.id,
        "name": [head or None for head in side.heads],
        "name_head": [head[:16] if len(head) >= 8 else None for head in side.heads],
        "words": [sorted(set(row)) for row in words],
        "marks": [" ".join(sorted(w for w in row if "#" in w)) or None for row in words],
        "first_two": [" ".join(row[:2]) if len(row) > 1 else None for row in words],
        "last_two": [" ".join(row[-2:]) if len(row) > 1 else None for row in words],
        "rare_one": [" ".join(row[:2]) if len(row) > 1 else None for row in rarity],
        "rare_two": [" ".join(row[1:3]) if len(row) > 2 else None for row in rarity],
        "stem": _texts(side.stem, vocabulary.stems.texts),
        "sub": side.sub.tolist(),
        "line": _texts(side.line, vocabulary.lines.texts),
        "zip": _texts(side.zip, vocabulary.places.texts),
        "city": _texts(side.city, vocabulary.places.texts),
        "owner": [text and text[:24] for text in _texts(side.owner, vocabulary.owners.texts)],
        "start": side.records.start.astype(np.float64),
        "end": side.records.end.astype(np.float64),
        "start_month": (start // 30).astype(object).where(start.notna(), None),
        "value": side.records.value.astype(np.float64),
    }
    frame = pandas.DataFrame(columns)
    for name in ("start", "end", "value"):
        frame[name] = frame[name].astype("Float64")
        frame.loc[~np.isfinite(columns[name]), name] = None
    return frame


def _texts(codes: Any, texts: list[str]) -> list[str | None]:
    return [texts[code] if code >= 0 else None for code in codes.tolist()]


def _one_to_one(frame: Any) -> list[tuple[str, str, float]]:
    """Best first, each job and project once; the chance knows of its rivals."""
    import numpy as np

    odds = np.exp2(frame["match_weight"].clip(-30, 40))
    rivals = sum(odds.groupby(frame[side]).transform("sum") for side in ("id_l", "id_r"))
    frame = frame.assign(chance=odds / (1 + rivals - odds)).sort_values(
        ["chance", "id_l", "id_r"], ascending=[False, True, True]
    )
    taken: set[str] = set()
    found = []
    for job, project, chance in frame[["id_l", "id_r", "chance"]].itertuples(index=False):
        if f"J {job}" not in taken and f"P {project}" not in taken:
            taken |= {f"J {job}", f"P {project}"}
            found.append((job, project, float(chance)))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
