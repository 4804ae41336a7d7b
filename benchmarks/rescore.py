"""Ten changed jobs scored again, in a list of any length.

    python -m benchmarks.rescore FOLDER

reads FOLDER/erp.csv and FOLDER/ptf.csv, matches them, and then changes ten names, twelve times.
"""

import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import measured, peak_mb, read_list

_CHANGED, _TIMES = 10, 12


def main(folder: Path) -> dict[str, Any]:
    """Milliseconds of each round, and how many jobs it reached; what the full match took before."""
    from tieback.matching.rescore import prepare, rescore

    jobs, projects = read_list(folder / "erp.csv"), read_list(folder / "ptf.csv")
    (_, prepared), took = measured(lambda: prepare(jobs, projects))
    chance, rounds, processor, reached = random.Random(1), [], [], []
    for at in range(_TIMES):
        some = jobs.take(np.array(chance.sample(range(len(jobs)), _CHANGED)))
        some = replace(some, name=[f"{name} revised {at}" for name in some.name])
        began, used = time.perf_counter(), time.process_time()
        update, prepared = rescore(prepared, jobs=some)
        rounds.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
        reached.append(len(update.touched_jobs))
    return {
        "median": median(rounds),
        "worst": max(rounds),
        "processor": median(processor),
        "reached": round(median(reached)),
        "megabytes": peak_mb(),
        "before": took.seconds,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
