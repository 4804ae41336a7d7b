"""`tieback certificate`: write down a go-live, and show what was written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from tieback.access.models import Company, Level
from tieback.certificates.canonical import written
from tieback.certificates.models import Certificate
from tieback.certificates.reckoning import JOB_WORDS, PROJECT_WORDS
from tieback.certificates.services import certificates_of
from tieback.certificates.services import issue as issue_one
from tieback.cli import options
from tieback.cli.refusal import Refusal
from tieback.cli.scope import open_scope
from tieback.cli.screen import document, note, say, table

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Certificates of a go-live.")

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the JSON file here.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the PDF here.")]


@app.command()
def issue(
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            metavar="TIME",
            help="What was decided from then on, in UTC; otherwise since the first plan applied.",
        ),
    ] = None,
    out: Out = None,
    pdf: Pdf = None,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Write a certificate of the go-live as it stands now, and seal it in the audit trail."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="issue a certificate")
    made = issue_one(
        company=scope.company,
        by=scope.actor,
        now=timezone.now(),
        since=since and since.replace(tzinfo=UTC),
    )
    _show(made, out, pdf, json=json)


@app.command()
def show(
    number: Annotated[
        int | None, typer.Argument(help="Which one, as the list says; otherwise the latest.")
    ] = None,
    out: Out = None,
    pdf: Pdf = None,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Show a certificate, or write it to files."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see certificates")
    _show(_found(scope.company, number), out, pdf, json=json)


@app.command("list")
def list_(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List the company's certificates, latest first."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see certificates")
    found = list(certificates_of(scope.company))
    if json:
        document({"certificates": [_shape(one) for one in found]})
        return
    rows = [
        (one.pk, one.issued_at.strftime("%Y-%m-%d %H:%M"), one.issued_by_name, one.digest)
        for one in found
    ]
    table(["No.", "Issued (UTC)", "By", "Digest"], rows, numbers=["No."])
    note(f"{len(found):,} certificates.")


def _found(company: Company, number: int | None) -> Certificate:
    found = Certificate.objects.filter(company=company)
    one = found.first() if number is None else found.filter(pk=number).first()
    if one is None:
        which = "certificate yet" if number is None else f"certificate {number}"
        raise Refusal(f"{company} has no {which}.", mend="“tieback certificate issue” writes one.")
    return one


def _show(one: Certificate, out: Path | None, pdf: Path | None, *, json: bool) -> None:
    if out:
        _write(out, written(one.document))
    if pdf:
        # Fonts take a third of a second to load, and only this needs them.
        from tieback.certificates.printed import pdf as printed  # noqa: PLC0415

        _write(pdf, printed(one.document))
    if json:
        document({**_shape(one), "certificate": one.document})
    elif not (out or pdf):
        _tell(one)
    if out or pdf:
        note(f"Digest {one.digest}")


def _tell(one: Certificate) -> None:
    said = one.document
    say(f"Certificate {one.pk} of {said['company']['name']}, issued by {said['issued_by']}.")
    say(f"Digest {one.digest}")
    rows = []
    for side, words in (("jobs", JOB_WORDS), ("projects", PROJECT_WORDS)):
        before, after = said["before"][side], said["after"][side]
        rows += [
            (side, label, _rows(before.get(word)), _rows(after.get(word)))
            for word, label in words.items()
        ]
    table(["Side", "Standing", "Before", "After"], rows, numbers=["Before", "After"])
    for sample in said["samples"]:
        say(f"Sample of “{sample['title']}”: {sample['conclusion']}")
    left = said["left"]
    undecided = sum(lane["rows"] for lane in left["lanes"].values())
    say(
        f"Left: {undecided:,} undecided, {left['held_rows']['count']:,} held back, "
        f"{left['sync_issues']['count']:,} sync issues."
    )
    say(f"Audit trail: event {said['trail']['seq']:,}, {said['trail']['hash']}")


def _rows(total: dict[str, int] | None) -> int | None:
    return total["rows"] if total else None


def _shape(one: Certificate) -> dict[str, object]:
    return {
        "number": one.pk,
        "issued_at": one.issued_at,
        "issued_by": one.issued_by_name,
        "digest": one.digest,
    }


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise Refusal(
            f"{path} cannot be written: {problem.strerror or problem}.",
            mend="Choose another place.",
        ) from problem
    note(f"Written: {path}")
