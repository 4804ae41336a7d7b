"""Prove a certificate from a shell: by itself, and by the trail, from a database or an export."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection

from tieback.access.models import Company
from tieback.audit.export import UnreadableTrailError, events_of
from tieback.audit.models import AuditEvent
from tieback.certificates.canonical import LARGEST, CertificateError, Paper, read
from tieback.certificates.proof import Check, by_itself, by_trail
from tieback.cli.refusal import Refusal
from tieback.cli.screen import document, note, table

_ALONE = (
    "There is no database here and no export was given, so only the document's own proof could be "
    "made: whoever changes document and digest together is not found out. “tieback audit export” "
    "makes the file for --against."
)


def prove(certificate: Path, against: Path | None, *, json: bool) -> None:
    """Say what holds and what does not; raises `Refusal` when anything does not."""
    paper = _paper(certificate)
    checks = [by_itself(paper)]
    by = "an export" if against else "the database" if _is_database_at_hand() else ""
    if by:
        checks += _by_export(paper, against) if against else _by_database(paper)
    failed = [check for check in checks if not check.holds]
    if json:
        found = [{"name": one.name, "holds": one.holds, "says": one.says} for one in checks]
        document({"digest": paper.digest, "proved_by": by or None, "checks": found})
    else:
        rows = [("holds" if one.holds else "FAILS", one.name, one.says) for one in checks]
        table(["", "Check", "What was seen"], rows)
        if not by:
            note(_ALONE)
    if failed:
        raise Refusal(
            f"The certificate does not hold: {len(failed)} of {len(checks)} checks failed.",
            mend="Compare it with the copy that was kept when it was issued.",
        )


def _paper(path: Path) -> Paper:
    try:
        with path.open("rb") as file:
            return read(file.read(LARGEST + 1))
    except OSError as problem:
        raise _unread(path, problem) from problem
    except CertificateError as problem:
        raise Refusal(problem.message, mend=problem.mend) from problem


def _by_export(paper: Paper, path: Path) -> list[Check]:
    try:
        # What is no text becomes a line that is no event, and is refused by its number.
        with path.open(encoding="utf-8", errors="replace") as lines:
            return _checked(paper, events_of(lines))
    except OSError as problem:
        raise _unread(path, problem) from problem
    except UnreadableTrailError as problem:
        raise Refusal(
            str(problem), mend="Give the file that “tieback audit export” wrote."
        ) from problem


def _by_database(paper: Paper) -> list[Check]:
    said = paper.document.get("company")
    number = said.get("id") if isinstance(said, dict) else None
    company = Company.objects.filter(pk=number).first() if isinstance(number, int) else None
    if company is None:
        says = "This database has no such company. Prove it where it was issued, or --against."
        return [Check("Company", False, says)]
    events = AuditEvent.objects.filter(company=company).order_by("seq")
    return _checked(paper, events.iterator(2_000))


def _checked(paper: Paper, events: Iterator[AuditEvent]) -> list[Check]:
    try:
        return by_trail(paper, events)
    except CertificateError as problem:
        raise Refusal(problem.message, mend=problem.mend) from problem


def _is_database_at_hand() -> bool:
    """Whether there is a database with an audit trail; looking makes none."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    try:
        AuditEvent.objects.exists()
    except DatabaseError:
        # No server answers, or nobody has put our tables there: the same as no database.
        return False
    return True


def _unread(path: Path, problem: OSError) -> Refusal:
    return Refusal(
        f"{path} cannot be read: {problem.strerror or problem}.",
        mend="Check the name and the right to read it.",
    )
