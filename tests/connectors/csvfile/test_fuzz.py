"""Any bytes at all as a file: rows, refusals or one of our errors, and nothing else, ever."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.connectors import export
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import ConnectorError, RecordError
from tieback.connectors.records import Resource, SourceRow

ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32"])
CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ['"', '""', '"a', "\0", "\r", "\n", "1e999", "3/4/26", "=1+1", "\u202e", "L;M"]
    ),
)
SHEETS = st.lists(st.lists(CELLS, max_size=5), max_size=8)
SETTINGS = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["", "utf-8", "utf-16", "cp1252"]),
        "delimiter": st.sampled_from(["", ",", ";", "\t", "|"]),
        "date_order": st.sampled_from(["MDY", "DMY", "YMD"]),
        "decimal_mark": st.sampled_from([".", ","]),
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def holds(connector: CsvFileConnector) -> None:
    """Whatever is in the folder, every door answers in our own words."""
    refusals = [refusal(connector.check)]
    for resource in (Resource.JOB, Resource.COST_CODE):
        connector.inspect(resource)
        refusals.append(refusal(lambda resource=resource: rows_hold(connector, resource)))
    for error in filter(None, refusals):
        assert not isinstance(error, RecordError)
        assert error.message.isprintable()
        assert error.mend


def refusal(act: Callable[[], object]) -> ConnectorError | None:
    try:
        act()
    except ConnectorError as error:
        return error
    return None


def rows_hold(connector: CsvFileConnector, resource: Resource) -> None:
    for row in connector.rows(resource):
        row_holds(connector, row)


def row_holds(connector: CsvFileConnector, row: SourceRow | RecordError) -> None:
    try:
        if isinstance(row, SourceRow):
            assert "\0" not in str(dict(row.raw))
            assert connector.record(row).external_id == row.external_id
            return
    except RecordError as error:
        row = error
    assert isinstance(row, RecordError)
    assert row.message.encode()
    assert row.message.isprintable()
    assert row.mend
    assert row.row


def write(folder: Path, content: bytes, suffix: str) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name in ("jobs", "cost_codes"):
        (folder / f"{name}{suffix}").write_bytes(content)


@given(content=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx"]), values=SETTINGS)
@example(content=b"\xff\xfe\x00", suffix=".csv", values={})
@example(content=b"sep=\t", suffix=".csv", values={})
@settings(max_examples=200, deadline=None)
def test_any_bytes(folder: Path, content: bytes, suffix: str, values: dict[str, str]) -> None:
    write(folder, content, suffix)

    holds(export.reader(folder, **values))


@given(
    rows=SHEETS,
    encoding=ENCODINGS,
    delimiter=st.sampled_from([",", ";", "\t"]),
    junk=st.binary(max_size=4),
    at=st.integers(min_value=0, max_value=200),
    values=SETTINGS,
)
@settings(max_examples=300, deadline=None)
def test_any_table_with_junk_in_it(
    folder: Path,
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    junk: bytes,
    at: int,
    values: dict[str, str],
) -> None:
    header = ["Job", "Code", "Name", "Type", "Status", "Start", "Value"]
    text = "\r\n".join(delimiter.join(row) for row in [header, *rows])
    content = text.encode(encoding, "replace")
    write(folder, content[:at] + junk + content[at:], ".csv")

    holds(export.reader(folder, **values))


def sound_workbook() -> bytes:
    """A workbook in which nothing is wrong."""
    book = openpyxl.Workbook()
    for row in (["Job", "Code", "Name", "Start"], [1, "03", "A", 5], ["2", "04", "B", None]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


SOUND = sound_workbook()
PARTS = sorted(zipfile.ZipFile(io.BytesIO(SOUND)).namelist())


@given(
    name=st.sampled_from(PARTS),
    at=st.integers(min_value=0, max_value=2_000),
    junk=st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b'"', b"&x;", b"-1", b"9" * 40])),
    cut=st.integers(min_value=0, max_value=12),
)
@settings(max_examples=80, deadline=None)
def test_any_workbook_with_junk_in_a_part(
    folder: Path, name: str, at: int, junk: bytes, cut: int
) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as sound, zipfile.ZipFile(data, "w") as broken:
        for part in PARTS:
            content = sound.read(part)
            if part == name:
                content = content[:at] + junk + content[at + cut :]
            broken.writestr(part, content)
    write(folder, data.getvalue(), ".xlsx")

    holds(export.reader(folder))


@given(at=st.integers(min_value=4, max_value=len(SOUND)), junk=st.binary(min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_workbook_with_junk_in_its_packing(folder: Path, at: int, junk: bytes) -> None:
    write(folder, SOUND[:at] + junk + SOUND[at + len(junk) :], ".xlsx")

    holds(export.reader(folder))
