"""`tieback match` on Parquet: the same answer as from CSV, and a plain no to what is broken."""

import csv
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.cli.test_match import written
from tests.matching.lists import rows
from tieback.cli.match import COLUMNS
from tieback.cli.parquet import ParquetTable
from tieback.cli.refusal import Refusal

Run = Callable[..., Any]


def columns(given: list[dict[str, object]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in given] for name in given[0]}


def saved(path: Path, table: dict[str, Any], **options: Any) -> Path:
    parquet.write_table(pa.table(table), path, **options)
    return path


def cells(path: Path) -> list[dict[str, str]]:
    table = ParquetTable(path, COLUMNS)
    lines = list(table.lines())
    return [dict(zip(table.headers, line.cells, strict=True)) for line in lines]  # type: ignore[arg-type]


def said_no(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        list(ParquetTable(path, COLUMNS).lines())
    assert path.name in caught.value.message
    assert caught.value.mend
    return caught.value


def broken_line(path: Path) -> tuple[int, str, str]:
    *_, line = ParquetTable(path, COLUMNS).lines()
    return line.row, line.reason, line.mend  # type: ignore[union-attr]


def test_parquet_gives_the_same_pairs_as_csv(tieback: Run, tmp_path: Path) -> None:
    given = rows()
    text = written(tmp_path / "jobs.csv", given)
    typed = columns(given)
    typed["start"] = [date.fromisoformat(str(day)) for day in typed["start"]]
    typed["end"] = [datetime.fromisoformat(str(day)) for day in typed["end"]]
    typed["value"] = [Decimal(str(value)) for value in typed["value"]]
    typed["zip"] = [int(code) for code in typed["zip"]]
    binary = saved(tmp_path / "jobs.parquet", typed, row_group_size=10)

    one = tieback("match", str(text), str(text), "-o", str(tmp_path / "one.csv"))
    other = tieback("match", str(binary), str(binary), "-o", str(tmp_path / "other.csv"))

    assert one.exit_code == other.exit_code == 0
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "other.csv").read_text()


def test_what_is_not_said_is_blank_whatever_its_type(tmp_path: Path) -> None:
    nothing = {
        "name": pa.array(["Pier", None], pa.large_string()),
        "number": pa.array([None, 7], pa.int64()),
        "start": pa.array([None, None], pa.date32()),
        "end": pa.array([date(2026, 1, 2), None], pa.date64()),
        "value": pa.array([float("nan"), None], pa.float64()),
        "status": pa.nulls(2),
    }

    found = cells(saved(tmp_path / "a.parquet", {"id": ["1", "2"], **nothing}))

    assert [list(row.values()) for row in found] == [
        ["1", "Pier", "", "", "2026-01-02", "", ""],
        ["2", "", "7", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("column", "values", "text"),
    [
        ("number", pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
        ("number", pa.array([241003.0]), "241003"),
        ("number", pa.array([24.1003], pa.float32()), "24.1003"),
        ("value", pa.array([0.1 + 0.2]), "0.30000000000000004"),
        ("value", pa.array([Decimal("-1200.50")]), "-1200.50"),
        ("value", pa.array([Decimal("1E+3")], pa.decimal128(9, 2)), "1000.00"),
        ("value", pa.array(["(1,200)"]), "(1,200)"),
        ("status", pa.array([True]), "true"),
        ("name", pa.array(["Pier 7"]).dictionary_encode(), "Pier 7"),
        ("name", pa.array(["Pier 7"], pa.string_view()), "Pier 7"),
        ("start", pa.array([-60_000_000], pa.timestamp("us")), "1969-12-31"),
        ("start", pa.array([-1], pa.timestamp("s")), "1969-12-31"),
        ("start", pa.array([0], pa.timestamp("ns")), "1970-01-01"),
        (
            "start",
            pa.array([1_767_225_600_000], pa.timestamp("ms", "America/New_York")),
            "2025-12-31",
        ),
        ("start", pa.array(["2026-11-23"]), "2026-11-23"),
    ],
)
def test_values_become_the_text_that_a_person_would_type(
    tmp_path: Path, column: str, values: Any, text: str
) -> None:
    found = cells(saved(tmp_path / "a.parquet", {"id": ["1"], column: values}))

    assert found[0][column] == text


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        ("name", pa.array([["a", "b"]]), "lists or tables, not text"),
        ("owner", pa.array([{"name": "a"}]), "lists or tables, not text"),
        ("name", pa.array([b"\x00"]), "bytes, not text"),
        ("number", pa.array([date(2026, 1, 1)]), "dates, not text"),
        ("start", pa.array([20260101]), "numbers, not dates"),
        ("start", pa.array([1], pa.time32("s")), "times of day, not dates"),
        ("value", pa.array([date(2026, 1, 1)]), "dates, not numbers"),
        ("value", pa.array([True]), "yes and no, not numbers"),
    ],
)
def test_a_column_of_another_kind_is_named_with_what_it_should_hold(
    tmp_path: Path, column: str, values: Any, kind: str
) -> None:
    path = saved(tmp_path / "a.parquet", {"id": ["1"], column: values})

    assert f"the column “{column}” holds {kind}" in said_no(path).message


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("value", pa.array([1.0, float("inf")]), "holds an infinite number"),
        ("start", pa.array([0, 2**30], pa.date32()), "a date before year 1 or after 9999"),
        ("name", pa.array([b"Pier", b"\xff\xfe"]).view(pa.string()), "not UTF-8"),
        ("name", pa.array(["Pier", "x" * 600_000]), "more than 131,072 characters"),
    ],
)
def test_a_value_that_cannot_be_text_is_named_by_row_and_column(
    tmp_path: Path, column: str, values: Any, reason: str
) -> None:
    path = saved(tmp_path / "a.parquet", {"id": ["1", "2"], column: values})

    row, said, mend = broken_line(path)

    assert row == 2
    assert f"“{column}”" in said
    assert reason in said
    assert mend


def test_columns_that_matching_does_not_know_are_not_read(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.parquet",
        {" ID ": ["1"], "Name": ["Pier"], "name.x": ["other"], "codes": [["1", "2"]]},
    )

    assert cells(path) == [{"id": "1", "name": "Pier"}]


def test_a_column_that_stands_twice_is_refused(tieback: Run, tmp_path: Path) -> None:
    path = str(saved(tmp_path / "a.parquet", {"id": ["1"], "name": ["Pier"], "NAME": ["Quay"]}))

    answer = tieback("match", path, path, "-o", str(tmp_path / "pairs.csv"))

    assert answer.exit_code == 1
    assert "a.parquet has the column “name” more than once" in answer.stderr


def test_a_broken_value_is_refused_with_its_row(tieback: Run, tmp_path: Path) -> None:
    values = pa.array([1.0] * 5_000 + [float("-inf")])
    ids = [str(at) for at in range(5_001)]
    path = str(saved(tmp_path / "a.parquet", {"id": ids, "value": values}))

    answer = tieback("match", path, path, "-o", str(tmp_path / "pairs.csv"))

    assert answer.exit_code == 1
    assert "a.parquet, row 5001: the column “value” holds an infinite number." in answer.stderr


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id,name\n1,Pier\n", b"PAR1" + bytes(50)])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)

    assert "cannot be read" in said_no(path).message


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.parquet", columns(rows(200))).read_bytes()
    path = tmp_path / "cut.parquet"

    for size in range(1, len(whole), len(whole) // 40):
        path.write_bytes(whole[:size])
        assert "cannot be read" in said_no(path).message


def test_a_file_with_damaged_bytes_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.parquet", columns(rows(200)), write_page_checksum=True)
    chance = random.Random(7)
    refused = 0
    for at in range(300):
        bytes_ = bytearray(whole.read_bytes())
        for _ in range(3):
            bytes_[chance.randrange(4, len(bytes_))] = chance.randrange(256)
        path = tmp_path / f"{at}.parquet"
        path.write_bytes(bytes_)
        try:
            list(ParquetTable(path, COLUMNS).lines())
        except Refusal:
            refused += 1

    assert refused > 200


def test_a_thousand_million_declared_records_are_refused_before_they_are_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.parquet"
    million = pa.table({"id": pa.array(["1"] * 1_000_000).dictionary_encode()})
    with parquet.ParquetWriter(path, million.schema) as out:
        for _ in range(6):
            out.write_table(million)

    assert "declares 6,000,000 records; 5,000,000 can be read" in said_no(path).message


def test_a_large_text_in_every_record_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Some 12 GB of text when written out, a few hundred KB in the file."""
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 120_000])
    ids = [str(at) for at in range(100_000)]
    path = saved(tmp_path / "a.parquet", {"id": ids, "name": names}, compression="zstd")
    script = (
        "import re, sys\nfrom pathlib import Path\n"
        "from tieback.cli.match import COLUMNS\nfrom tieback.cli.parquet import ParquetTable\n"
        "print(sum(1 for _ in ParquetTable(Path(sys.argv[1]), COLUMNS).lines()))\n"
        # Not ru_maxrss: a child begins with the most that its parent ever had.
        "most = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(int(most[1]) // 1024)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    count, peak_mb = map(int, done.stdout.split())

    assert count == 100_000
    assert peak_mb < 300


def test_a_workbook_error_in_a_column_that_counts_is_refused(tieback: Run, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for line in (["id", "name"], ["1", "Pier"], ["2", "=A1"]):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    other = written(tmp_path / "b.csv", rows())

    answer = tieback(
        "match", str(tmp_path / "a.xlsx"), str(other), "-o", str(tmp_path / "pairs.csv")
    )

    assert answer.exit_code == 1
    assert "a.xlsx, row 3, column “name”" in answer.stderr
    with other.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 48
