"""`tieback propose`: look for the project of every ready job, and keep what was found."""

from importlib import import_module

import typer
from django.utils import timezone

from tieback.access.models import Level
from tieback.cli import options
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope, open_scope
from tieback.cli.screen import bar, document, say
from tieback.cli.shapes import proposal_shape
from tieback.proposing.models import Proposal
from tieback.proposing.services import start_proposal
from tieback.sync.services import perform_propose

app = typer.Typer(add_completion=False)


@app.command()
def propose(
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Find which project each job may be.

    Compares every active ready job with every free project at once. Links nothing.
    """
    scope = open_scope(company, as_, level=Level.STANDARD, act="find matches")
    proposal = _perform(scope)
    if json:
        document({"proposal": proposal_shape(proposal)})
    if proposal.status != Proposal.Status.DONE:
        raise Refusal(f"{proposal.get_status_display()}: {proposal.problem}")
    if not json:
        _show(proposal.counts)


def _perform(scope: Scope) -> Proposal:
    # Loaded here, so that a refusal and the help need not wait for NumPy and SciPy.
    steps = import_module("tieback.matching.engine").STEPS
    with bar("Finding matches", total=len(steps)) as shown:
        started = start_proposal(company=scope.company, by=scope.actor, now=timezone.now())
        return perform_propose(
            proposal=started,
            by=scope.actor,
            clock=timezone.now,
            progress=lambda step, done: shown.show(f"Finding matches: {step}", done),
        )


def _show(counts: dict[str, int]) -> None:
    say(
        f"{counts['jobs']:,} jobs and {counts['projects']:,} projects: {counts['Safe']:,} Safe, "
        f"{counts['Look']:,} Look, {counts['Twins']:,} Twins, {counts['no_match']:,} without a "
        "match."
    )
