"""`tieback certificate` and `tieback audit verify --certificate`, with and without a database."""

import json
from pathlib import Path

import pytest

from tests.certificates.conftest import GoLive, golive
from tests.cli.conftest import Run
from tests.cli.installation import installation
from tests.conftest import Cast
from tests.review.conftest import site
from tieback.certificates.models import Certificate

__all__ = ["golive", "site"]


@pytest.fixture
def files(tieback: Run, golive: GoLive, tmp_path: Path) -> tuple[Path, Path]:
    """A certificate, and the export of the trail that holds it."""
    certificate, trail = tmp_path / "certificate.json", tmp_path / "trail.jsonl"
    assert tieback("certificate", "issue", "--out", str(certificate)).exit_code == 0
    assert tieback("audit", "export", "--out", str(trail)).exit_code == 0
    return certificate, trail


def test_one_is_issued_shown_and_written(tieback: Run, golive: GoLive, tmp_path: Path) -> None:
    out, pdf = tmp_path / "c.json", tmp_path / "c.pdf"

    issued = tieback("certificate", "issue", "--json")
    shown = tieback("certificate", "show")
    written = tieback("certificate", "show", "--out", str(out), "--pdf", str(pdf))
    listed = tieback("certificate", "list", "--json")

    made = Certificate.objects.get()
    assert json.loads(issued.stdout)["digest"] == made.digest
    assert json.loads(issued.stdout)["certificate"] == made.document
    assert "0 of 2 wrong: at most 1 of the 3 (33.4 %)" in shown.stdout
    assert "Left: 2 undecided, 1 held back, 1 sync issues." in shown.stdout
    assert made.digest in written.stderr
    assert json.loads(out.read_text())["digest"] == made.digest
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert [one["digest"] for one in json.loads(listed.stdout)["certificates"]] == [made.digest]


def test_nothing_to_certify_is_said_in_words(tieback: Run, acme: Cast) -> None:
    issued = tieback("certificate", "issue")
    shown = tieback("certificate", "show")

    assert (issued.exit_code, shown.exit_code) == (1, 1)
    assert "Nothing has been applied in this company yet" in issued.stderr
    assert "Acme Builders has no certificate yet." in shown.stderr


def test_issuing_takes_admin(tieback: Run, golive: GoLive) -> None:
    refused = tieback("certificate", "issue", "--as", "standard@acme.example")

    assert refused.exit_code == 1
    assert "To issue a certificate you need Admin" in refused.stderr


def test_it_is_proved_by_the_database_at_hand(tieback: Run, files: tuple[Path, Path]) -> None:
    proved = tieback("audit", "verify", "--certificate", str(files[0]), "--json")

    found = json.loads(proved.stdout)
    assert (proved.exit_code, found["proved_by"]) == (0, "the database")
    assert [one["name"] for one in found["checks"] if one["holds"]] == [
        *("Digest", "Chain", "Head", "Issue", "Counts", "Plans", "Single decisions", "Samples")
    ]


def test_a_changed_certificate_fails_and_says_where(tieback: Run, files: tuple[Path, Path]) -> None:
    files[0].write_text(files[0].read_text().replace('"wrong": 0', '"wrong": 1'))

    proved = tieback("audit", "verify", "--certificate", str(files[0]))

    assert proved.exit_code == 1
    assert "FAILS\tDigest\tThe document was changed" in proved.stdout
    assert "FAILS\tIssue\tThe trail knows of no certificate with this digest." in proved.stdout
    assert "3 of 8 checks failed" in proved.stderr


def test_it_is_proved_elsewhere_by_an_export_and_no_database_is_made(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIEBACK_TEST_DATABASE_URL", raising=False)
    certificate, trail = map(str, files)
    with installation(tmp_path / "elsewhere") as elsewhere:
        by_export = elsewhere.tieback(
            "audit", "verify", "--certificate", certificate, "--against", trail, "--json"
        )
        alone = elsewhere.tieback("audit", "verify", "--certificate", certificate, "--json")
        told = elsewhere.tieback("audit", "verify", "--certificate", certificate)

    assert json.loads(by_export.stdout)["proved_by"] == "an export"
    assert (by_export.returncode, alone.returncode, told.returncode) == (0, 0, 0)
    assert [one["name"] for one in json.loads(alone.stdout)["checks"]] == ["Digest"]
    assert json.loads(alone.stdout)["proved_by"] is None
    assert "only the document's own proof could be made" in told.stderr
    assert not (tmp_path / "elsewhere" / "home" / "tieback.db").exists()


def test_an_export_that_was_cut_does_not_prove_it(tieback: Run, files: tuple[Path, Path]) -> None:
    certificate, trail = files
    lines = trail.read_text().splitlines(keepends=True)
    trail.write_text("".join(lines[:3] + lines[4:]))

    proved = tieback("audit", "verify", "--certificate", str(certificate), "--against", str(trail))

    assert proved.exit_code == 1
    assert "FAILS\tChain\tIt is broken: event 4 is missing" in proved.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "cannot be read as a certificate"),
        (b"{}", "cannot be read as a certificate"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused_in_words(
    tieback: Run, home: Path, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)

    refused = tieback("audit", "verify", "--certificate", str(file))

    assert refused.exit_code == 1
    assert words in refused.stderr


def test_a_file_that_is_no_export_is_refused_in_words(
    tieback: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "other").write_text("a;b\n")

    for name in ("binary", "other"):
        refused = tieback(
            "audit", "verify", "--certificate", str(files[0]), "--against", str(tmp_path / name)
        )
        assert refused.exit_code == 1
        assert "Line 1 of the export is no event of an audit trail." in refused.stderr


def test_an_export_goes_with_a_certificate(tieback: Run, acme: Cast, tmp_path: Path) -> None:
    assert tieback("audit", "verify", "--against", str(tmp_path / "x")).exit_code == 2


def test_the_export_has_one_line_for_each_event_and_goes_to_stdout(
    tieback: Run, golive: GoLive
) -> None:
    exported = tieback("audit", "export")

    lines = [json.loads(text) for text in exported.stdout.splitlines()]
    assert [one["seq"] for one in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["hash"] != lines[-1]["previous_hash"] == lines[-2]["hash"]
