"""Make the demo company's data from two releases of New York City's capital project list.

    python tools/build_demo_data.py fms_2016-10.csv fms_2017-04.csv

The later release plays the ERP, the earlier one the portfolio. The same input always makes the
same files; `src/tieback/demo/data/PROVENANCE.md` says what is real in them and what is not.
"""

import csv
import gzip
import io
import re
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from random import Random

from demo_names import (
    erp_customer,
    erp_name,
    erp_number,
    plain,
    project_name,
    project_number,
    vendors,
)

DATA = Path(__file__).resolve().parent.parent / "src/tieback/demo/data"
PARTNERS, JOBS_ALONE, PROJECTS_ALONE = 1_080, 420, 314
INACTIVE_JOBS, TEMPLATES = 120, 6
# Who fails which rule of linking; each is drawn from the projects that would pass all others.
INELIGIBLE = {
    "setting_off": 40,
    "locked_in": 20,
    "other_list": 35,
    "no_list": 12,
    "inactive": 35,
    "elsewhere": 20,
}
NOT_CONSTRUCTION = re.compile(
    r"SOFTWARE|COMPUTER|PURCHASE|VEHICLE|TRUCK|\bVANS?\b|SERVER|LAPTOP|TECHNOLOG|NETWORK|ROBOT|"
    r"INITIAL OUTFIT|LOAN|DATABASE|\bIT\b|\bFY\s?\d|ACQUISITION|WORKSTATION|\bDATA\b|VOIP|"
    r"CITYWIDE|DOITT|PROGRAM|FUND|RADIO|CONTRACT|REFRESH|MINIBUS|\bBUS\b|FISA|SLICE|SCAN|WAGON|"
    r"MONITOR|\bEQUIP|MOSAICS|CONSULT|MANAGEMENT|SERVICES|APPLICATION|INFRA UPGR|OEM\b|STUDY|"
    r"REVENUE|ENTERPRISE|IMPLEMENT|EITS|AUTOMAT|RECORD|UPLOAD|LICENSE|MAINFRAME|HARDWARE|DIGITAL|ELECTRONIC|TRACTOR",
    re.I,
)
# What kind of work a name speaks of → the codes that such a job is cost under.
WORK = (
    (
        r"SEWER|SWR|\bSAN\b|STRM|WATER MAIN|\bWM\b|TRUNK|DRAIN",
        "31-200 31-230 31-500 33-100 33-300 33-400 33-440 32-110 32-120 32-160 01-550 02-300 "
        "03-400 33-700",
    ),
    (
        r"BRIDGE|BIN|CULVERT|PIER\b|BULKHEAD|FERRY|SEAWALL|DECK",
        "02-400 03-100 03-200 03-300 03-700 05-100 05-500 05-700 07-900 31-370 31-600 32-120 "
        "01-550 26-560",
    ),
    (
        r"STREET|\bST\b|AVE|BLVD|PLAZA|SIDEWALK|ROAD|\bRD\b|PAV|HWY|RAMPS?|PED",
        "31-100 31-200 32-110 32-120 32-130 32-160 33-440 26-560 32-900 01-550 10-100 33-100",
    ),
    (
        r"PARK|\bPK\b|PLGD|PLAYGROUND|FIELD|GARDEN|TREE|POOL|COURT|BEACH|ZOO",
        "31-100 31-200 32-110 32-130 32-180 32-310 32-800 32-900 11-680 12-930 33-400 26-560 "
        "05-700 03-300",
    ),
    (
        r"HVAC|BOILER|CHILLER|HEAT|COOLING|VENTIL|\bAC\b|ENERG",
        "23-050 23-090 23-200 23-300 23-500 23-600 23-700 22-300 26-200 07-200 02-800 09-500",
    ),
    (
        r"ROOF|FACADE|WINDOW|EXTERIOR|MASONRY|CORNICE",
        "02-400 02-800 04-100 04-200 04-900 07-100 07-200 07-500 07-600 07-900 08-500 08-800",
    ),
    (
        r"FIRE ALARM|SECURITY|CAMERA|CCTV|ELECTR|LIGHTING|GENERATOR|POWER",
        "26-050 26-200 26-320 26-500 26-560 27-100 28-100 28-200 28-300 02-420 09-900",
    ),
    (r"ELEVATOR|LIFT|ADA\b", "14-200 14-400 26-050 26-200 05-500 09-200 28-300 02-420 08-100"),
    (
        r"PLANT|WPCP|WWTP|PUMP|TANK|DIGEST",
        "02-500 03-100 03-200 03-300 05-100 05-500 22-100 23-090 26-050 26-200 26-320 31-200 "
        "33-300",
    ),
)
BUILDING = (
    "02-420 02-800 03-300 04-200 05-500 06-100 06-200 06-400 07-840 08-100 08-700 09-200 09-300 "
    "09-500 09-600 09-900 10-200 12-300 21-100 22-400 23-300 26-050 26-500 28-300"
)
ALWAYS = "01-100 01-300 01-400 01-500 01-700 01-780"
OWN_FORCES = {"02", "03", "06", "31", "32", "33"}
Row = dict[str, str]


def main() -> None:
    """Read the two releases named on the command line and write the demo company's files."""
    earlier, later = (read(Path(name)) for name in sys.argv[1:3])
    chance = Random(20_170_401)
    partners, jobs_alone, projects_alone = choose(earlier, later, chance)
    jobs = make_jobs([later[key] for key in sorted(partners + jobs_alone)], chance)
    projects = make_projects(earlier, later, partners, projects_alone, chance)
    add_conditions(projects, chance)
    by_key = {job["key"]: job for job in jobs}
    write(
        "jobs",
        jobs,
        [
            "id",
            "number",
            "name",
            "status",
            "customer",
            "city",
            "state",
            "start",
            "end",
            "value",
            "codes",
        ],
    )
    write("sub_jobs", sub_jobs(jobs, chance), ["job", "code", "name"])
    write("vendors", vendors(150, chance), ["number", "name", "status", "city", "phone", "email"])
    write(
        "projects",
        projects,
        [
            "number",
            "name",
            "customer",
            "city",
            "state",
            "start",
            "end",
            "value",
            "stage",
            "is_active",
            "is_template",
            "is_erp_integrated",
            "list",
            "origin_id",
        ],
    )
    write(
        "project_codes",
        project_codes(projects, by_key, chance),
        ["row", "list", "full_code", "name", "types", "is_in_use", "origin_id"],
    )
    truth = [
        {"job": by_key[p["key"]]["id"], "project_number": p["number"], "project_name": p["name"]}
        for p in projects
        if p["key"] in by_key
    ]
    write("truth", truth, ["job", "project_number", "project_name"])


def read(path: Path) -> dict[str, Row]:
    """The construction projects of one release, by key."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: row
            for row in csv.DictReader(file)
            if len(row["name"].strip()) >= 10
            and float(row["value"] or 0) >= 50_000
            and not NOT_CONSTRUCTION.search(row["name"])
        }


def write(name: str, rows: Iterable[Row], columns: list[str]) -> None:
    """Write a compressed table; without a time stamp, so that the same rows are the same bytes."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    (DATA / f"{name}.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def choose(
    earlier: dict[str, Row], later: dict[str, Row], chance: Random
) -> tuple[list[str], list[str], list[str]]:
    """Keys of jobs with a partner, of jobs alone and of projects alone, families kept together."""
    families = [
        list(family)
        for _, family in groupby(sorted(earlier.keys() | later.keys(), key=_place), key=_stem)
    ]
    chance.shuffle(families)
    keys = [key for family in families for key in family[:5]]
    both = [key for key in keys if key in earlier and key in later]
    partners = both[:PARTNERS]
    # A record without partner must not be a partner that was only keyed anew.
    names = {_head(later[key]) for key in partners} | {_head(earlier[key]) for key in partners}
    jobs_alone: list[str] = []
    projects_alone: list[str] = []
    for key in [*(k for k in keys if (k in earlier) != (k in later)), *both[PARTNERS:]]:
        pool, wanted, rows = (
            (jobs_alone, JOBS_ALONE, later)
            if key in later and len(jobs_alone) < JOBS_ALONE
            else (projects_alone, PROJECTS_ALONE, earlier)
        )
        if key in rows and len(pool) < wanted and _head(rows[key]) not in names:
            names.add(_head(rows[key]))
            pool.append(key)
    return partners, jobs_alone, projects_alone


def _stem(key: str) -> str:
    agency, number = key.split("|")
    return f"{agency}|{plain(number)[:5]}"


def _place(key: str) -> tuple[str, str]:
    return _stem(key), key


def _head(row: Row) -> str:
    return plain(row["name"])[:18]


def make_jobs(rows: list[Row], chance: Random) -> list[Row]:
    """The ERP's side; `key` is the source's and is not written."""
    taken: set[str] = set()
    closing = sorted(rows, key=lambda row: (row["end"], row["key"]))[: INACTIVE_JOBS * 3]
    inactive = {row["key"] for row in chance.sample(closing, INACTIVE_JOBS)}
    ids = chance.sample(range(10_001, 10_001 + 3 * len(rows)), len(rows))
    jobs = []
    for row, job_id in zip(rows, sorted(ids), strict=True):
        number = erp_number(row["number"])
        if plain(number) in taken:
            number = f"{row['key'].split('|')[0]}-{plain(number)}"
        taken.add(plain(number))
        words = ["Closed", "Complete"] if row["key"] in inactive else ["Active"] * 8 + ["Pending"]
        says_place = chance.random() < 0.65
        says_dates = chance.random() < 0.85
        jobs.append(
            {
                "key": row["key"],
                "id": str(job_id),
                "number": number,
                "name": erp_name(row["name"], chance),
                "status": chance.choice(words),
                "customer": "" if row["owner"] == "Unknown" else erp_customer(row["owner"]),
                "city": "NEW YORK" if says_place else "",
                "state": "NY" if says_place else "",
                "start": row["start"] if says_dates else "",
                "end": row["end"] if says_dates else "",
                "value": f"{float(row['value']):.0f}",
                "codes": job_codes(row, chance),
            }
        )
    return jobs


def job_codes(row: Row, chance: Random) -> str:
    """The job's codes with the first letters of their cost types: "01-100:L 03-300:LM"."""
    pool = [codes for pattern, codes in WORK if re.search(pattern, row["name"], re.I)]
    likely = list(dict.fromkeys(" ".join(pool[:2] or [BUILDING]).split()))
    size = min(len(likely), 6 + len(str(int(float(row["value"])))) - 4 + chance.randrange(5))
    general = ALWAYS.split()
    codes = sorted({*chance.sample(general, 3 + chance.randrange(3)), *chance.sample(likely, size)})
    return " ".join(f"{code}:{_types(code, chance)}" for code in codes)


def _types(code: str, chance: Random) -> str:
    division = code[:2]
    if division == "01":
        return chance.choice(["L", "L", "O", "LO"])
    if division in OWN_FORCES:
        return chance.choice(["LM", "LME", "S", "LM"])
    return chance.choice(["S", "S", "S", "MS"])


def sub_jobs(jobs: list[Row], chance: Random) -> list[Row]:
    """Phases and extras of some sixty jobs."""
    made = []
    for job in chance.sample(jobs, 60):
        words = chance.choice(["PHASE {}", "AREA {}", "CHANGE ORDER {}"])
        for at in range(1, chance.randrange(2, 5)):
            made.append({"job": job["number"], "code": f"{at:02d}", "name": words.format(at)})
    return made


def make_projects(
    earlier: dict[str, Row],
    later: dict[str, Row],
    partners: list[str],
    alone: list[str],
    chance: Random,
) -> list[Row]:
    """The portfolio's side: the earlier release's words, in the portfolio's notation."""
    rows = [earlier[key] for key in partners + alone]
    numbers = [plain(later[key]["number"]) for key in partners]
    chance.shuffle(rows)
    projects: list[Row] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        number = project_number(row["number"], row["key"].split("|")[0], chance)
        if chance.random() < 0.02:
            number = chance.choice(numbers)
        name = project_name(row["name"], chance)
        if number and chance.random() < 0.07:
            name = f"{number} - {name}"
        while (number, name) in seen:
            number = f"{number}-2" if number else plain(row["number"])
        seen.add((number, name))
        owner = row["owner"] if row["owner"] != "Unknown" else ""
        says_dates = chance.random() < 0.9
        projects.append(
            {
                "key": row["key"],
                "number": number,
                "name": name,
                "customer": owner if chance.random() < 0.8 else "",
                "city": "New York" if chance.random() < 0.8 else "",
                "state": "NY",
                "start": row["start"] if says_dates else "",
                "end": row["end"] if says_dates else "",
                "value": f"{float(row['value']):.0f}" if chance.random() < 0.9 else "",
                "stage": chance.choice(STAGES),
            }
        )
    return projects


STAGES = ["Bidding", "Pre-Construction"] + ["Course of Construction"] * 5 + ["Warranty"]


def add_conditions(projects: list[Row], chance: Random) -> None:
    """Say for each project whether it may be linked, and add the templates."""
    for project in projects:
        project |= {"is_active": "1", "is_template": "", "is_erp_integrated": "1", "list": "erp"}
        project |= {"origin_id": "", "condition": ""}
    drawn = chance.sample(projects, sum(INELIGIBLE.values()))
    for condition, count in INELIGIBLE.items():
        for _ in range(count):
            drawn.pop().update(_conditions(condition, chance), condition=condition)
    for kind in ("Bridge", "Building Renovation", "Park", "Sewer", "Street", "Roof")[:TEMPLATES]:
        projects.append(
            dict.fromkeys(projects[0], "")
            | {"name": f"Template: {kind}", "is_active": "1", "is_template": "1", "list": "erp"}
            | {"is_erp_integrated": "1", "condition": "template"}
        )


def _conditions(condition: str, chance: Random) -> Row:
    return {
        "setting_off": {"is_erp_integrated": ""},
        "locked_in": {"is_erp_integrated": "", "list": "estimating"},
        "other_list": {"list": "estimating"},
        "no_list": {"list": ""},
        "inactive": {"is_active": "", "stage": "Warranty"},
        "elsewhere": {"origin_id": f"LEGACY-{chance.randrange(100_000, 999_999)}"},
    }[condition]


def project_codes(projects: list[Row], jobs: dict[str, Row], chance: Random) -> list[Row]:
    """Codes that projects have before any link; `row` counts the projects from 1."""
    with (DATA / "standard_codes.csv").open(encoding="utf-8") as file:
        standard = list(csv.DictReader(file))
    names = {code["full_code"]: code["name"] for code in standard}
    leaves: dict[str, list[str]] = {"erp": [], "estimating": []}
    for code in standard:
        if code["parent"]:
            leaves[code["list"]].append(code["full_code"])
    made = []
    for row, project in enumerate(projects, start=1):
        if project["condition"] == "locked_in":
            chosen, source = chance.sample(leaves["estimating"], 8), "estimating"
        elif project["list"] == "erp" and not project["is_template"] and chance.random() < 0.3:
            job = jobs.get(project["key"])
            of_job = [c.split(":")[0] for c in job["codes"].split()] if job else leaves["erp"]
            shared = chance.sample(of_job, min(len(of_job), chance.randrange(3, 9)))
            chosen, source = [*shared, *chance.sample(leaves["erp"], 2)], "erp"
        else:
            continue
        made += _codes_of(row, sorted(set(chosen)), source, names, chance)
    return made


def _codes_of(
    row: int, chosen: list[str], source: str, names: dict[str, str], chance: Random
) -> list[Row]:
    codes = []
    for full_code in chosen:
        name = names[full_code]
        if chance.random() < 0.15:
            name = f"{name} ({chance.choice(['East', 'West', 'Base Bid', 'Allowance'])})"
        codes.append(
            {
                "row": str(row),
                "list": source,
                "full_code": full_code,
                "name": name,
                "types": chance.choice(["L", "LM", "S", ""]),
                "is_in_use": "1" if chance.random() < 0.2 else "",
                "origin_id": f"LEGACY-{full_code}" if chance.random() < 0.02 else "",
            }
        )
    if source == "erp" and chance.random() < 0.3:
        own = {"row": str(row), "list": "", "full_code": "90-100", "name": "Owner Allowance"}
        codes.append({**own, "types": "O", "is_in_use": "1", "origin_id": ""})
    return codes


if __name__ == "__main__":
    main()
