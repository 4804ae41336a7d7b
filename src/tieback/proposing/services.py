"""Find matches: every ready job and every free project solved at once, kept as candidates."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import record
from tieback.connections.services import BusyError
from tieback.proposing.keeping import insert, prepared, rows_of
from tieback.proposing.lists import read_lists
from tieback.proposing.models import Candidate, Proposal
from tieback.proposing.rules import RulesError, active_rules, stated_precision

if TYPE_CHECKING:
    from tieback.matching.engine import Matching

log = logging.getLogger(__name__)

# The longest step takes a few seconds for 10,000 jobs and half a minute for 100,000.
SILENCE = timedelta(minutes=5)
Clock = Callable[[], datetime]
# Called with the step that begins and how many are behind it.
Progress = Callable[[str, int], None]


def propose(
    *, company: Company, by: Actor, clock: Clock, progress: Progress | None = None
) -> Proposal:
    """Look the whole list up now; raises `BusyError` while another look-up is alive."""
    proposal = start_proposal(company=company, by=by, now=clock())
    return perform(proposal=proposal, by=by, clock=clock, progress=progress)


def start_proposal(*, company: Company, by: Actor, now: datetime) -> Proposal:
    """Open a look-up; raises `BusyError` while another is alive, and closes one that went silent.

    Raises `NotAllowedError` below Standard.
    """
    by.require_company(company.pk)
    by.require(Level.STANDARD, "find matches")
    try:
        with transaction.atomic():
            _close_silent(company, now)
            return Proposal.objects.create(
                company=company, started_by=by.name, started_at=now, heartbeat_at=now
            )
    except IntegrityError:
        running = Proposal.objects.get(company=company, status=Proposal.Status.RUNNING)
        raise BusyError(
            f"{running.started_by} started to find matches at {running.started_at:%H:%M} UTC; "
            "it is still running. Wait for it to end."
        ) from None


def close_dead(*, proposal: Proposal, now: datetime, problem: str) -> None:
    """Close a look-up whose worker is known to be dead; one that ended stays as it ended."""
    Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.RUNNING).update(
        status=Proposal.Status.FAILED, finished_at=now, problem=problem
    )


def perform(
    *, proposal: Proposal, by: Actor, clock: Clock, progress: Progress | None = None
) -> Proposal:
    """Match, and replace the candidates of the company's ready jobs, or keep why not.

    Never raises for what went wrong: a failure is the proposal's status and a sentence, and the
    candidates stay as they were.
    """
    by.require_company(proposal.company_id)

    def told(step: str, done: int) -> None:
        Proposal.objects.filter(pk=proposal.pk).update(step=step, heartbeat_at=clock())
        if progress:
            progress(step, done)

    try:
        found = _matched(proposal.company, told)
        _keep(proposal, found, by, clock)
    except RulesError as refusal:
        _fail(proposal, str(refusal), by, clock())
    except IntegrityError:
        problem = "The lists were changed while they were compared. Find matches again."
        _fail(proposal, problem, by, clock())
    except Exception:
        log.exception("proposal %s failed in a way that we did not foresee", proposal.pk)
        problem = "Tieback met an error of its own. No suggestion was changed; the server log has "
        _fail(proposal, f"{problem}more.", by, clock())
    except BaseException:
        # Ctrl-C: said at once, so that the next look-up need not wait for a heartbeat to stop.
        problem = "It was stopped before the end. No suggestion was changed; find matches again."
        _fail(proposal, problem, by, clock())
        raise
    proposal.refresh_from_db()
    return proposal


def _matched(company: Company, told: Progress) -> "Matching":
    # NumPy and SciPy take a second to import, and only this needs them.
    from tieback.matching.engine import match  # noqa: PLC0415

    lists = read_lists(company.pk)
    return match(
        lists.jobs,
        lists.projects,
        rules=active_rules(company),
        known=lists.known,
        precision=stated_precision(company),
        progress=told,
    )


def _keep(proposal: Proposal, found: "Matching", by: Actor, clock: Clock) -> None:
    compared = [*(match.job_id for match in found.matches), *found.only_jobs]
    rows = prepared(rows_of(found, compared, proposal.company_id, clock()))
    _replace(proposal, found, rows, by, clock())


@transaction.atomic
def _replace(
    proposal: Proposal, found: "Matching", rows: list[list[Any]], by: Actor, now: datetime
) -> None:
    """Put the new candidates in the place of the old ones; nothing when it was taken away."""
    counts = _counts(found)
    running = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.RUNNING)
    if not running.update(
        status=Proposal.Status.DONE,
        finished_at=now,
        seen_until=proposal.started_at,
        counts=counts,
        report={**asdict(found.report), "why_no_safe": found.why_no_safe},
    ):
        return
    Candidate.objects.filter(company=proposal.company_id).delete()
    insert(rows)
    _record(proposal, by, now, {"status": Proposal.Status.DONE, "counts": counts})


def _counts(found: "Matching") -> dict[str, int]:
    lanes = Counter(str(match.lane) for match in found.matches)
    return {
        **{lane: lanes[lane] for lane in ("Safe", "Look", "Twins")},
        "no_match": len(found.only_jobs),
        "jobs": len(found.matches) + len(found.only_jobs),
        "projects": len(found.matches) + len(found.only_projects),
    }


@transaction.atomic
def _fail(proposal: Proposal, problem: str, by: Actor, now: datetime) -> None:
    running = Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.RUNNING)
    if running.update(status=Proposal.Status.FAILED, finished_at=now, problem=problem):
        _record(proposal, by, now, {"status": Proposal.Status.FAILED}, problem)


def _record(
    proposal: Proposal, by: Actor, now: datetime, after: dict[str, object], note: str = ""
) -> None:
    record(
        by=by,
        now=now,
        action="candidates.propose",
        target=("proposal", proposal.pk, "Matches of the whole list"),
        after=after,
        note=note,
    )


def _close_silent(company: Company, now: datetime) -> None:
    Proposal.objects.filter(
        company=company, status=Proposal.Status.RUNNING, heartbeat_at__lt=now - SILENCE
    ).update(
        status=Proposal.Status.FAILED,
        finished_at=now,
        problem="The process stopped before the end. No suggestion was changed.",
    )
