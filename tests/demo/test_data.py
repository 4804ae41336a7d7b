"""The shipped tables, read as they are: no database."""

import csv
import gzip
from collections import Counter
from decimal import Decimal

import pytest

from tieback.demo import tables
from tieback.demo.tables import rows


def test_the_data_is_small_enough_to_ship() -> None:
    size = sum(path.stat().st_size for path in tables.DATA.iterdir())

    assert size < 400_000


def test_there_are_as_many_rows_as_the_provenance_says() -> None:
    names = ["jobs", "projects", "truth", "vendors"]

    assert {name: sum(1 for _ in rows(name)) for name in names} == {
        "jobs": 1500,
        "projects": 1400,
        "truth": 1080,
        "vendors": 150,
    }


def test_no_street_address_is_told_of_anybody() -> None:
    columns = {c for name in ("jobs", "projects", "vendors") for c in next(rows(name))}

    assert columns & {"address", "street", "zip"} == set()


def test_jobs_print_as_an_erp_prints_them() -> None:
    jobs = list(rows("jobs"))
    lengths = Counter(len(job["name"]) for job in jobs)

    assert max(lengths) == 40
    assert lengths[30] > 400
    assert sum(job["name"].isupper() for job in jobs) > 1200
    assert len({job["number"] for job in jobs}) == len({job["id"] for job in jobs}) == 1500
    assert Counter(job["status"] in {"Closed", "Complete"} for job in jobs)[True] == 120
    assert min(Decimal(job["value"]) for job in jobs) > 0


def test_every_cost_code_of_a_job_is_on_the_erp_list_and_has_known_types() -> None:
    listed = {c["full_code"] for c in rows("standard_codes") if c["list"] == "erp"}
    codes = [code.split(":") for job in rows("jobs") for code in job["codes"].split()]

    assert {code for code, _ in codes} <= listed
    assert {letter for _, types in codes for letter in types} == set("LMESO")
    assert min(len(job["codes"].split()) for job in rows("jobs")) >= 10


def test_a_parent_stands_before_its_children_in_the_standard_lists() -> None:
    seen: set[tuple[str, str]] = {("erp", ""), ("estimating", "")}
    for code in rows("standard_codes"):
        assert (code["list"], code["parent"]) in seen
        seen.add((code["list"], code["full_code"]))


def test_the_truth_pairs_each_job_with_one_project() -> None:
    truth = list(rows("truth"))
    projects = Counter((p["number"], p["name"]) for p in rows("projects"))
    paired = Counter((t["project_number"], t["project_name"]) for t in truth)

    assert {t["job"] for t in truth} <= {job["id"] for job in rows("jobs")}
    assert len({t["job"] for t in truth}) == len(truth)
    assert {pair: projects[pair] for pair in paired} == dict(paired)
    assert set(paired.values()) == {1}


def test_partners_are_worded_and_numbered_differently() -> None:
    jobs = {job["id"]: job for job in rows("jobs")}
    pairs = [(jobs[t["job"]], t) for t in rows("truth")]

    same_name = sum(job["name"] == t["project_name"] for job, t in pairs)
    same_number = sum(job["number"] == t["project_number"] for job, t in pairs)
    no_number = sum(not t["project_number"] for _, t in pairs)

    assert same_name < len(pairs) * 0.1
    assert same_number < len(pairs) * 0.35
    assert no_number > len(pairs) * 0.1


def test_codes_that_projects_have_already_belong_to_a_project_and_a_list() -> None:
    count = sum(1 for _ in rows("projects"))
    listed = {(c["list"], c["full_code"]) for c in rows("standard_codes")} | {("", "90-100")}
    codes = list(rows("project_codes"))

    assert {int(code["row"]) for code in codes} <= set(range(1, count + 1))
    assert {(code["list"], code["full_code"]) for code in codes} <= listed
    assert len({(code["row"], code["full_code"]) for code in codes}) == len(codes)


@pytest.mark.parametrize("path", sorted(tables.DATA.glob("*.csv.gz")), ids=lambda p: p.name)
def test_a_compressed_table_carries_no_time_stamp_and_whole_rows(path: tables.Path) -> None:
    packed = path.read_bytes()
    lines = list(csv.reader(gzip.decompress(packed).decode().splitlines()))

    assert packed[4:8] == b"\0\0\0\0"
    assert {len(line) for line in lines} == {len(lines[0])}
