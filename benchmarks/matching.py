"""Two made lists matched: 1,500, 10,000 and 100,000 jobs against as many projects."""

import json
import random
import sys
import time
from collections.abc import Iterator

from benchmarks.setting import peak_mb

SIZES = {1_500: "< 1 s", 10_000: "< 1.5 s, < 350 MB", 100_000: "< 35 s, < 1.5 GB"}
_WORKS = (
    *("Roof Replacement", "Boiler Upgrade", "Renovation", "Window Restoration", "Addition"),
    *("Parking Lot", "Water Main", "Sewer Reconstruction", "Fire Alarm", "Elevator Upgrade"),
)
_KINDS = ("School", "Hospital", "Library", "Apartments", "Bridge", "Station", "Plant", "Center")
_SHORT = {"School": "SCH", "Hospital": "HOSP", "Apartments": "APTS", "Center": "CTR"}


def main(most: int) -> list[dict[str, str]]:
    from tieback.matching.engine import match
    from tieback.matching.records import records_from

    rows = []
    for size, target in SIZES.items():
        if size > max(most, min(SIZES)):
            continue
        jobs, projects = (records_from(side) for side in lists(size))
        began, used = time.perf_counter(), time.process_time()
        found = match(jobs, projects)
        took, cpu = time.perf_counter() - began, time.process_time() - used
        right = sum(one.job_id == one.project_id for one in found.matches)
        assert right > 0.5 * size
        rows.append(
            {
                "what": f"Matching {size:,} jobs with {size:,} projects",
                "target": target,
                "measured": f"{took:.2f} s, {peak_mb():,.0f} MB",
                "how": f"{cpu:.2f} s of processor time; {right:,} right of {len(found.matches):,}",
            }
        )
    return rows


def lists(size: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Nine in ten of each side are on the other; names are shouted, shortened and cut at 30."""
    chance = random.Random(size)
    jobs, projects = [], []
    for at, project in enumerate(_projects(int(size / 0.9), chance)):
        if at < size:
            projects.append(project)
        if at >= int(size / 0.9) - size:
            jobs.append(_as_job(project, chance))
    return jobs, projects


def _projects(count: int, chance: random.Random) -> Iterator[dict[str, object]]:
    owners = [f"{_word(chance)} {_word(chance)} Inc" for _ in range(max(20, count // 40))]
    for at in range(count):
        year, name = 15 + at % 12, f"{_word(chance)} {_word(chance)} {chance.choice(_KINDS)}"
        yield {
            "id": str(at),
            "number": f"{year}-{1000 + at // 12}" if chance.random() < 0.7 else None,
            "name": f"{name} - {chance.choice(_WORKS)}",
            "address": f"{chance.randint(1, 9000)} {_word(chance)} Street",
            "owner": chance.choice(owners),
            "start": f"20{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "value": round(chance.lognormvariate(13, 1.5)) if chance.random() < 0.6 else None,
        }


def _as_job(project: dict[str, object], chance: random.Random) -> dict[str, object]:
    words = [_SHORT.get(word, word) for word in str(project["name"]).split()]
    number = project["number"] and str(project["number"]).replace("-", "")
    blank = {name: None for name in ("address", "start") if chance.random() < 0.3}
    name = " ".join(words).upper()[:30]
    return {**project, "number": number, "name": name, **blank}


def _word(chance: random.Random) -> str:
    syllables = [chance.choice("bcdfghklmnprstvw") + chance.choice("aeiou") for _ in range(3)]
    return "".join(syllables).title() + chance.choice(["", "n", "r", "l"])


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
