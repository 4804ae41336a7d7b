"""Two lists matched, from 1,000 jobs to 100,000, by Tieback and by Splink, each in its own process.

    python -m benchmarks.matching 100000

prints one row for each. `BENCH_SPLINK` is the longest list that Splink gets (10,000 by default);
without the packages of the extra `benchmark`, Tieback is measured alone.
"""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy import accuracy
from benchmarks.made_lists import make, write
from benchmarks.measure import measured, read_list

SIZES = {
    1_000: "–",
    1_500: "< 1 s",
    3_000: "–",
    10_000: "< 1.5 s, < 350 MB",
    30_000: "–",
    100_000: "< 35 s, < 1.5 GB",
}
# Lists of this size are made without numbers, too.
_UNNUMBERED = 10_000
_SEED = 1
_PEER, _RESCORE = "benchmarks.splink_peer", "benchmarks.rescore"
# By length of the lists: within what time ten changed jobs are to be scored again.
_RESCORED = {1_500: "< 100 ms", 100_000: "< 1 s"}


def main(most: int) -> list[dict[str, str]]:
    """The rows of the table for lists of up to `most` jobs."""
    beside = int(os.environ.get("BENCH_SPLINK", "10000"))
    has_peer = importlib.util.find_spec("splink") is not None
    rows = []
    with tempfile.TemporaryDirectory(prefix="tieback-lists-") as folder:
        for size, target in SIZES.items():
            for kind in ("numbered", "unnumbered") if size == _UNNUMBERED else ("numbered",):
                if size > max(most, min(SIZES)):
                    continue
                place = Path(folder, f"{kind}-{size}")
                write(make(size, _SEED, kind), place)
                what = f"{size:,} jobs" + (" without numbers" if kind == "unnumbered" else "")
                rows.append(_row(what, target, "Tieback", place))
                if has_peer and size <= beside:
                    rows.append(_row(what, "", "Splink", place))
                if size in _RESCORED:
                    rows.append(_rescored(size, place))
    return rows


def _rescored(size: int, place: Path) -> dict[str, str]:
    said = _said_by(_RESCORE, place)
    return {
        "what": f"Tieback, 10 changed jobs of {size:,}",
        "target": _RESCORED[size],
        "measured": f"{said['median']:.0f} ms, at most {said['worst']:.0f} ms",
        "how": f"{said['processor']:.0f} ms of processor time; {said['reached']} jobs get another "
        f"answer; {said['megabytes']:,.0f} MB with a full match of {said['before']:.1f} s before",
    }


def _row(what: str, target: str, who: str, place: Path) -> dict[str, str]:
    said = _said_by(_PEER if who == "Splink" else "benchmarks.matching", place)
    with (place / "truth.csv").open(newline="") as file:
        truth = [(row["erp_id"], row["ptf_id"]) for row in csv.DictReader(file)]
    right = accuracy([tuple(pair) for pair in said["pairs"]], truth)
    return {
        "what": f"{who}, {what}",
        "target": target,
        "measured": f"{said['seconds']:.2f} s, {said['megabytes']:,.0f} MB",
        "how": f"{said['processor']:.2f} s of processor time; {right}",
    }


def _said_by(module: str, place: Path) -> dict[str, Any]:
    """What a module prints about a truth set, in a process of its own."""
    print(f"{module}: {place.name} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", module, str(place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if module == _PEER else None,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ours(folder: Path) -> dict[str, Any]:
    """What Tieback's engine takes for the two lists of a truth set, and its pairs."""
    from tieback.matching.engine import match

    jobs, projects = read_list(folder / "erp.csv"), read_list(folder / "ptf.csv")
    found, took = measured(lambda: match(jobs, projects))
    pairs = [(one.job_id, one.project_id, one.probability) for one in found.matches]
    return {**asdict(took), "pairs": pairs}


if __name__ == "__main__":
    asked = sys.argv[1]
    print(json.dumps(main(int(asked)) if asked.isdigit() else ours(Path(asked))))
