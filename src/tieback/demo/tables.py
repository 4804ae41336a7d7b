"""The demo company's tables, as they are shipped; see `data/PROVENANCE.md`."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


def rows(name: str) -> Iterator[Row]:
    """The rows of one table by its name without suffix, column to text."""
    packed = DATA / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
