"""A file that no connection pulls, read by the connector's rules."""

from pathlib import Path

import pytest

from tieback.connectors.csvfile.fields import Field, Kind
from tieback.connectors.csvfile.listing import Entry, Listing
from tieback.connectors.errors import ConfigError, TransientError

FIELDS = (
    Field("number", "Number", Kind.KEY, ("number", "no"), 20),
    Field("name", "Name", Kind.TEXT, ("name",), 20, is_required=True),
    Field("status", "Status", Kind.STATUS, ("status",), 20),
)


def listing(folder: Path, text: str, **said: object) -> Listing:
    (folder / "own.csv").write_text(text, encoding="utf-8")
    return Listing(folder / "own.csv", FIELDS, **said)  # type: ignore[arg-type]


def test_rows_hold_what_they_say_and_nothing_else(tmp_path: Path) -> None:
    found = listing(tmp_path, "sep=;\nNo;Colour;Name;Status\n01;red;Pier;closed\n;;Dock;\n\n")

    assert list(found.entries()) == [
        Entry(2, {"number": "01", "name": "Pier", "status": ("closed", False)}),
        Entry(3, {"name": "Dock"}),
    ]
    assert (found.header_of("number"), found.unused()) == ("No", ["Colour"])
    assert found.first_rows(1) == [["01", "red", "Pier", "closed"]]


def test_a_doubled_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="2 times"):
        list(listing(tmp_path, "Name,Name\nA,B\n").entries())


def test_a_column_that_was_chosen_and_is_not_there_is_refused(tmp_path: Path) -> None:
    found = listing(tmp_path, "Name\nA\n", chosen={"number": "Nr"})

    with pytest.raises(ConfigError, match="has no column “Nr”"):
        list(found.entries())


def test_a_file_that_is_written_to_meanwhile_is_not_believed(tmp_path: Path) -> None:
    entries = listing(tmp_path, "Name\nA\nB\n").entries()
    next(entries)
    with (tmp_path / "own.csv").open("a") as file:
        file.write("C\n")

    with pytest.raises(TransientError, match="was written to"):
        list(entries)


def test_a_status_that_nobody_explained_is_mended_in_the_file(tmp_path: Path) -> None:
    (refused,) = listing(tmp_path, "Name,Status\nA,Perhaps\n").entries()

    assert not isinstance(refused, Entry)
    assert (refused.row, refused.column) == (2, "Status")
    assert refused.mend == "Write Active or Inactive, or leave the cell empty."
