"""`tieback audit`: the audit trail and its proof."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from tieback.access.models import Company, Level
from tieback.audit.chain import Break, Stretch
from tieback.audit.export import line
from tieback.audit.models import AuditEvent
from tieback.audit.selectors import events, last_seq
from tieback.cli import options
from tieback.cli.audit_proof import prove
from tieback.cli.database import bring_up_to_date
from tieback.cli.refusal import Refusal
from tieback.cli.scope import open_scope
from tieback.cli.screen import bar, document, note, say, table

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The audit trail and its proof.")

_AT_ONCE = 5_000
_SHOWN = 20


@app.command()
def verify(
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Prove this certificate, a JSON file, instead."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Prove the certificate by this export of the trail, without a database.",
        ),
    ] = None,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Prove that no event was changed, removed or slipped in.

    Looks at every company unless one is named. With a certificate: that it was not changed, and,
    where there is a database or an export, that the trail holds everything that it counts.
    """
    if certificate:
        prove(certificate, against, json=json)
        return
    if against:
        raise typer.BadParameter("It goes with --certificate.", param_hint="--against")
    companies = _companies(company, as_)
    broken = {one: _breaks(one) for one in companies}
    if json:
        document({"companies": [_proof(one, found) for one, found in broken.items()]})
    else:
        for one, found in broken.items():
            say(f"{one}: {'broken' if found else 'whole'}, {last_seq(one):,} events.")
    for one, found in broken.items():
        _show_breaks(one, found)
    if total := sum(len(found) for found in broken.values()):
        raise Refusal(
            f"The audit trail does not hold in {total:,} places.",
            mend="Keep the database as it is, and compare it with a backup.",
        )


@app.command()
def export(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it here instead of to stdout.")
    ] = None,
    company: options.Company = "",
    as_: options.As = "",
) -> None:
    """Write the whole trail as lines of JSON, from which it can be proved without a database."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="export the audit trail")
    found = AuditEvent.objects.filter(company=scope.company).order_by("seq")
    try:
        with out.open("w", encoding="utf-8") if out else nullcontext(sys.stdout) as file:
            file.writelines(f"{line(event)}\n" for event in found.iterator(2_000))
    except OSError as problem:
        if not out:
            raise
        raise Refusal(
            f"{out} cannot be written: {problem.strerror or problem}.",
            mend="Choose another place, or free some room.",
        ) from problem
    note(f"The trail of {scope.company} up to event {last_seq(scope.company):,}.")


@app.command("list")
def list_(
    action: Annotated[str, typer.Option(metavar="NOUN.VERB", help="Only this action.")] = "",
    who: Annotated[str, typer.Option(metavar="NAME", help="Only what this person did.")] = "",
    search: options.Search = "",
    limit: options.Limit = 50,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """List what was done, newest first."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the audit trail")
    found = events(scope.company, who=who, action=action, query=search)
    total = found.count()
    listed = list(found[:limit] if limit else found)
    if json:
        document({"total": total, "events": [_shape(event) for event in listed]})
        return
    headers = ["No.", "When (UTC)", "Who", "By", "Action", "What", "Note"]
    table(headers, [_row(event) for event in listed], numbers=["No."])
    note(f"{len(listed):,} of {total:,} events.")


def _companies(slug: str, as_email: str) -> list[Company]:
    if slug or as_email:
        scope = open_scope(slug, as_email, level=Level.READ_ONLY, act="prove the audit trail")
        return [scope.company]
    bring_up_to_date()
    return list(Company.objects.order_by("slug"))


def _breaks(company: Company) -> list[Break]:
    found: list[Break] = []
    after, is_last = 0, False
    with bar(f"Proving {company}", total=last_seq(company)) as shown:
        while not is_last:
            stretch = Stretch(company, after=after, size=_AT_ONCE)
            found += stretch.breaks()
            after, is_last = stretch.reached, stretch.is_last
            shown.show(f"Proving {company}", after)
        found += stretch.breaks_at_the_end()
    return found


def _show_breaks(company: Company, found: list[Break]) -> None:
    if not found:
        return
    rows = [(company.slug, one.seq, one.reason) for one in found[:_SHOWN]]
    table(["Company", "Event", "What"], rows, numbers=["Event"], on_stderr=True)
    if len(found) > _SHOWN:
        note(f"… and {len(found) - _SHOWN:,} more in {company}.")


def _proof(company: Company, found: list[Break]) -> dict[str, object]:
    return {
        "company": company.slug,
        "events": last_seq(company),
        "is_whole": not found,
        "breaks": [{"seq": one.seq, "reason": one.reason} for one in found],
    }


def _shape(event: AuditEvent) -> dict[str, object]:
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor_name,
        "door": event.door,
        "action": event.action,
        "target": {
            "type": event.target_type,
            "id": event.target_id,
            "label": event.target_label,
        },
        "before": event.before,
        "after": event.after,
        "note": event.note,
        "hash": event.hash,
    }


def _row(event: AuditEvent) -> tuple[object, ...]:
    at = event.at.strftime("%Y-%m-%d %H:%M:%S")
    label = f"{event.target_type} {event.target_label}"
    return event.seq, at, event.actor_name, event.door, event.action, label, event.note
