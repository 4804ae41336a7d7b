"""What a process took, and the lists it is given."""

import csv
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of the processor, and the most megabytes the process ever held."""

    seconds: float
    processor: float
    megabytes: float


def measured(act: Callable[[], Any]) -> tuple[Any, Took]:
    """What `act` returns, and what it took."""
    began, used = time.perf_counter(), time.process_time()
    found = act()
    return found, Took(time.perf_counter() - began, time.process_time() - used, peak_mb())


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_list(path: Path) -> Any:
    """The `Records` of one of the files that `benchmarks.made_lists` writes."""
    from tieback.matching.records import records_from

    with path.open(newline="", encoding="utf-8") as file:
        return records_from(csv.DictReader(file))
