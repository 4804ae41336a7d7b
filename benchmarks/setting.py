"""A company of any size on a fresh database, and the clock that times it."""

import csv
import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

import django
from django.core.management import call_command
from django.utils import timezone

PLACES = [
    "Cedar",
    "Maple",
    "Harbor",
    "Summit",
    "Union",
    "Valley",
    "Liberty",
    "Mercy",
    "Franklin",
    "Pacific",
    "Metro",
    "Hudson",
]
KINDS = [
    "Hospital",
    "School",
    "Bridge",
    "Library",
    "Terminal",
    "Clinic",
    "Tower",
    "Station",
    "Culvert",
    "Sewer",
    "Depot",
]
WORKS = [
    "Rehabilitation",
    "Replacement",
    "Phase",
    "Addition",
    "Renovation",
    "Upgrade",
    "Reconstruction",
]
OWNERS = ["Department of Transportation", "Harbor Board", "School Authority", "Saint Mary Health"]


def start() -> None:
    """Django on the database that the environment names, its tables made anew."""
    django.setup()
    call_command("migrate", verbosity=0)


def names(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(number, name, customer), alike from run to run."""
    chance = random.Random(seed)
    for at in range(count):
        name = f"{chance.choice(PLACES)} {chance.choice(PLACES)} {chance.choice(KINDS)}"
        name += f" {chance.choice(WORKS)} {chance.randint(1, 400)}"
        yield f"{20 + at % 7}-{at:06}", name, chance.choice(OWNERS)


def write_jobs(folder: Path, count: int) -> None:
    """A jobs.csv of twelve columns, as an ERP exports it."""
    header = "Job No,Description,Status,Customer,Address,City,State,Zip,Start,Finish,Contract,PM"
    with (folder / "jobs.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(header.split(","))
        day = date(2020, 1, 1)
        for at, (number, name, customer) in enumerate(names(count, 7)):
            start_day = day + timedelta(days=at % 2000)
            status = "Closed" if at % 13 == 0 else "Active"
            out.writerow([
                number, name.upper()[:40], status, customer, f"{at % 900} MAIN ST", "NEW YORK",
                "NY", f"1{at % 9999:04}", f"{start_day:%m/%d/%Y}",
                f"{start_day + timedelta(days=400):%m/%d/%Y}", f"{(at * 7919) % 90_000_000:,}.00",
                "J. DOE",
            ])  # fmt: skip


def p95(times: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"p50 {median(times) * 1000:.0f} ms, p95 {quantiles(times, n=20)[18] * 1000:.0f} ms"


def timed(act: Callable[[], object]) -> float:
    """Seconds that the act took."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


clock = timezone.now
