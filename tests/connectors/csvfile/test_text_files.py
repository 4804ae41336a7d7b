"""Text files as ERPs and people make them: encodings, delimiters, quotes, and rows that break."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.connectors import export
from tieback.connectors.csvfile.reading import TextTable
from tieback.connectors.csvfile.table import Line
from tieback.connectors.errors import ConfigError, RecordError
from tieback.connectors.records import Resource, SourceRow

HEAD = "Job #,Name,Status\n"
NAMES = "Job #,Name\n1,Façade – “Ñandú”\n2,Plain\n"


def read_names(folder: Path, content: bytes, **values: object) -> list[str]:
    return [job.name for job in export.jobs(export.of_jobs(folder, content, **values))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_the_encoding_is_found_out(encoding: str, tmp_path: Path) -> None:
    assert read_names(tmp_path, NAMES.encode(encoding)) == ["Façade – “Ñandú”", "Plain"]


@pytest.mark.parametrize(
    ("encoding", "setting"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252")]
    + [(f"utf-16{end}", "utf-16") for end in ("", "-le", "-be")],
)
def test_the_encoding_can_be_set(encoding: str, setting: str, tmp_path: Path) -> None:
    names = read_names(tmp_path, NAMES.encode(encoding), encoding=setting)

    assert names == ["Façade – “Ñandú”", "Plain"]


def test_utf_16_without_a_mark_in_another_script_can_be_set(tmp_path: Path) -> None:
    content = "Job #,Name\n1,橋梁\n".encode("utf-16-le")

    assert read_names(tmp_path, content, encoding="utf-16") == ["橋梁"]


def test_a_row_of_another_encoding_is_refused_alone(tmp_path: Path) -> None:
    content = "Job #,Name\n1,Façade\n2,".encode() + "Ñandú\n3,Plain\n".encode("cp1252")
    connector = export.of_jobs(tmp_path, content)

    assert [job.number for job in export.jobs(connector)] == ["1", "3"]
    assert export.refusals(connector) == [
        (3, "Name", "Column “Name”: “�and�” has bytes in it that are not UTF-8.")
    ]


def test_a_row_of_another_encoding_keeps_its_id(tmp_path: Path) -> None:
    content = "Job #,Name\n1,Façade\n2,".encode() + b"\xd1\n"

    refused = [
        one
        for one in export.of_jobs(tmp_path, content).rows(Resource.JOB)
        if isinstance(one, RecordError)
    ]
    assert [one.external_id for one in refused] == ["2"]
    assert "Encoding" in refused[0].mend


def test_a_byte_that_windows_1252_lacks_is_refused_alone(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, b"Job #,Name\n1,Fa\xe7ade\n2,\x81\n")

    assert [job.name for job in export.jobs(connector)] == ["Façade"]
    assert [row for row, _, _ in export.refusals(connector)] == [3]


def test_a_half_character_of_utf_16_is_refused_alone(tmp_path: Path) -> None:
    content = "Job #,Name\n1,A\ud800\n2,B\n".encode("utf-16-le", "surrogatepass")
    connector = export.of_jobs(tmp_path, b"\xff\xfe" + content)

    assert [job.name for job in export.jobs(connector)] == ["B"]
    assert [(row, column) for row, column, _ in export.refusals(connector)] == [(2, "Name")]


def test_a_setting_that_the_file_contradicts_is_said(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, NAMES.encode("utf-16"), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"UTF-8.*UTF-16"):
        connector.check()


def test_utf_16_that_is_cut_off_names_the_row(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, NAMES.encode("utf-16")[:-1])

    with pytest.raises(ConfigError, match="cut off"):
        list(connector.rows(Resource.JOB))


def test_utf_32_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="UTF-32"):
        export.of_jobs(tmp_path, NAMES.encode("utf-32")).check()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_end_are_found_out(
    delimiter: str, end: str, tmp_path: Path
) -> None:
    rows = [["Job #", "Name", "City"], ["1", "A", "x"], ["2", "B", "y"]]
    content = end.join(delimiter.join(row) for row in rows)

    assert read_names(tmp_path, content.encode()) == ["A", "B"]


def test_a_delimiter_inside_names_does_not_win(tmp_path: Path) -> None:
    content = "Job #;Name, of the job, in full;Status\n1;A, B, C;Active\n"
    mapping = {"job": {"name": "Name, of the job, in full"}}

    assert read_names(tmp_path, content.encode(), mapping=mapping) == ["A, B, C"]


def test_the_separator_line_of_excel_is_no_row(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "sep=|\r\nJob #|Name\r\n1|A, B\r\n|\r\n3|\r\n")

    assert [job.name for job in export.jobs(connector)] == ["A, B"]
    assert [row for row, _, _ in export.refusals(connector)] == [4]


def test_quoted_cells_hold_delimiters_quotes_and_lines(tmp_path: Path) -> None:
    content = 'Job #,Name,Address\n1,"12"" pipe, long","1 Main St\nQueens"\n2,12" pipe,\n'
    connector = export.of_jobs(tmp_path, content)

    assert [(job.name, job.address) for job in export.jobs(connector)] == [
        ('12" pipe, long', "1 Main St, Queens"),
        ('12" pipe', ""),
    ]


def test_blank_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "\n,,\n" + HEAD + "1,A,Active\n\n , ,\n2,B,Zombie\n")

    assert [job.number for job in export.jobs(connector)] == ["1"]
    assert [row for row, _, _ in export.refusals(connector)] == [7]


def test_rows_count_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    content = 'Job #,Name,Note\n1,A,"two\nlines"\n2,B,\n'
    rows = list(export.of_jobs(tmp_path, content).rows(Resource.JOB))

    assert [row.row for row in rows] == [2, 3]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2,B", "2 cells where the header has 3"),
        ("2", "1 cells where the header has 3"),
        ("2,Smith, Jones,Active", "4 cells where the header has 3"),
        ('2,"12" pipe",Active', "quotation mark stands in the middle"),
    ],
)
def test_a_row_that_breaks_is_refused_alone(row: str, words: str, tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, f"{HEAD}1,A,Active\n{row}\n3,C,Active\n")

    assert [job.number for job in export.jobs(connector)] == ["1", "3"]
    [(number, _, message)] = export.refusals(connector)
    assert number == 3
    assert words in message


def test_empty_cells_behind_the_last_column_are_nothing(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #,Name,,\n1,A\n2,B,,,,\n")

    assert [job.number for job in export.jobs(connector)] == ["1", "2"]


@pytest.mark.parametrize(
    "content",
    [
        HEAD + '1,A,Active\n2,"B,Active\n3,C,Active\n',
        HEAD + '1,A,Active\n2,"B,Active\n3,"C",Active\n4,D,Active\n',
        HEAD + '1,A,Active\n2,"' + "x,y\n" * 100_000,
    ],
)
def test_a_quotation_mark_that_is_never_closed_stops_the_file(content: str, tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, content)

    with pytest.raises(ConfigError, match="row 3") as refusal:
        list(connector.rows(Resource.JOB))
    assert (refusal.value.source, refusal.value.row) == ("jobs.csv", 3)


def test_rows_that_a_quotation_mark_swallowed_are_not_called_gone(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, HEAD + '1,"A,Active\n2,B",Active\n3,C,Active\n')

    first, *others = list(connector.rows(Resource.JOB))
    assert isinstance(first, RecordError)
    assert (first.row, first.column, first.external_id) == (2, "Name", "")
    assert [row.external_id for row in others] == ["3"]


def test_a_cell_of_50_mb_is_refused_alone_in_steady_memory(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    with path.open("wb") as file:
        file.write(b"Job #,Name\n1,A\n2,")
        for _ in range(50):
            file.write(b"x" * (1 << 20))
        file.write(b"\n3,C\n")
    connector = export.reader(tmp_path)

    tracemalloc.start()
    rows = list(connector.rows(Resource.JOB))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [row.external_id for row in rows] == ["1", "", "3"]
    assert "131,072 characters" in str(rows[1])
    assert peak < 20 << 20


def test_a_row_of_many_small_cells_without_end_is_refused(tmp_path: Path) -> None:
    content = HEAD + "1,A,Active\n2" + ",x" * 600_000 + "\n3,C,Active\n"

    connector = export.of_jobs(tmp_path, content)

    assert [job.number for job in export.jobs(connector)] == ["1", "3"]


def test_a_cell_of_many_lines_without_end_stops_the_file(tmp_path: Path) -> None:
    content = HEAD + '1,A,Active\n2,"' + "line\n" * 400_000 + '",Active\n3,C,Active\n'

    with pytest.raises(ConfigError, match="row 3"):
        list(export.of_jobs(tmp_path, content).rows(Resource.JOB))


def test_zero_bytes_are_refused_alone(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #,Name,Note\n1,A\0B,\n2,B,x\0\n3,C,\n")

    assert [job.number for job in export.jobs(connector)] == ["3"]
    assert [(row, column) for row, column, _ in export.refusals(connector)] == [
        (2, "Name"),
        (3, "Note"),
    ]


def test_formulas_in_text_stay_text(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, "Job #,Name\n=1+1,=HYPERLINK(1)\n@x,+A\n")

    assert [(job.number, job.name) for job in export.jobs(connector)] == [
        ("=1+1", "=HYPERLINK(1)"),
        ("@x", "+A"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b'"Job #,Name\n1,A\n', "quotation mark"),
        (b"Job #,Name\0\n1,A\n", "zero bytes"),
        (b"Job #,Name," + b"x" * 300 + b"\n1,A,\n", "200 characters"),
        (b"Job #,Name" + b",x" * 600 + b"\n1,A\n", "500 columns"),
        (b"Job #,Name," + "ü".encode() + b"\xfc\n1,A,\n", "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "jobs.csv"),
    ],
)
def test_a_file_without_a_header_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=words) as refusal:
        export.of_jobs(tmp_path, content).check()
    assert refusal.value.mend


def test_a_header_alone_is_no_rows(tmp_path: Path) -> None:
    connector = export.of_jobs(tmp_path, HEAD)

    assert list(connector.rows(Resource.JOB)) == []
    assert connector.check() == "Found jobs.csv: 0 rows, UTF-8, comma."


@given(rows=st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=6))
def test_what_is_written_is_what_is_read(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / "jobs.csv"
    storable = [[cell.replace("\r", "") for cell in row] for row in rows]
    export.write(path, [["Job #", "Name"], *storable])

    table = TextTable(path, encoding="utf-8", delimiter=",", score=len)

    lines = [line for line in table.lines() if isinstance(line, Line)]
    assert [line.cells for line in lines] == [row for row in storable if "".join(row).strip()]


def test_a_row_is_known_by_source_and_keeps_its_cells(tmp_path: Path) -> None:
    [row] = export.of_jobs(tmp_path, "Job #,Name,,Name 2,Note,NOTE,Note\n1,A,b,c,d,e,f\n").rows(
        Resource.JOB
    )

    assert isinstance(row, SourceRow)
    assert (row.source, row.row) == ("jobs.csv", 2)
    assert row.raw == {
        "Job #": "1",
        "Name": "A",
        "(column C)": "b",
        "Name 2": "c",
        "Note": "d",
        "NOTE": "e",
        "Note (column G)": "f",
    }
