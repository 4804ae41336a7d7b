"""Back-tests: the company's links hidden and looked for again, or a rule tried; kept as rows."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import record
from tieback.connections.services import BusyError
from tieback.proposing.lessons import try_rule
from tieback.proposing.lists import read_lists
from tieback.proposing.models import BackTest, Status
from tieback.proposing.rules import RulesError, active_rules, checked, stated_precision
from tieback.proposing.services import SILENCE, Clock, Progress

log = logging.getLogger(__name__)


class NothingToTestError(Exception):
    """There is nothing that a back-test could hide; the message says what to do."""


def start(
    *, company: Company, by: Actor, now: datetime, trial: tuple[str, str] | None = None
) -> BackTest:
    """Open a back-test, or with `trial` (kind, line) the test of a rule that does not hold yet.

    Raises `BusyError` while another is alive, and closes one that went silent; `RulesError` for
    what cannot be a rule, `NotAllowedError` below Standard.
    """
    by.require_company(company.pk)
    by.require(Level.STANDARD, "test the matching")
    on_trial = dict(zip(("kind", "line"), checked(*trial), strict=True)) if trial else {}
    try:
        with transaction.atomic():
            _close_silent(company, now)
            return BackTest.objects.create(
                company=company,
                started_by=by.name,
                started_at=now,
                heartbeat_at=now,
                trial=on_trial,
            )
    except IntegrityError:
        running = BackTest.objects.get(company=company, status=Status.RUNNING)
        raise BusyError(
            f"{running.started_by} started a test of the matching at "
            f"{running.started_at:%H:%M} UTC; it is still running. Wait for it to end."
        ) from None


def perform(
    *, test: BackTest, by: Actor, clock: Clock, progress: Progress | None = None
) -> BackTest:
    """Run it and keep its report, or why there is none.

    Never raises for what went wrong. The report is `matching.back_test.BackTest` as a dict, and
    `matching.lessons.Tried` for a rule on trial; records in it are named by their rows' ids.
    """
    by.require_company(test.company_id)

    def told(step: str, done: int) -> None:
        BackTest.objects.filter(pk=test.pk).update(heartbeat_at=clock())
        if progress:
            progress(step, done)

    try:
        report = _tried(test, told) if test.trial else _tested(test.company, told)
        _end(test, by, clock(), Status.DONE, report=report)
    except (RulesError, NothingToTestError) as refusal:
        _end(test, by, clock(), Status.FAILED, problem=str(refusal))
    except Exception:
        log.exception("back-test %s failed in a way that we did not foresee", test.pk)
        problem = "Tieback met an error of its own; the server log has more."
        _end(test, by, clock(), Status.FAILED, problem=problem)
    except BaseException:
        # Ctrl-C: said at once, so that the next test need not wait for a heartbeat to stop.
        _end(test, by, clock(), Status.FAILED, problem="It was stopped before the end.")
        raise
    test.refresh_from_db()
    return test


def latest(company: Company, *, now: datetime) -> tuple[BackTest | None, BackTest | None]:
    """The back-test that runs now, and the last that ended; tests of rules are not among them.

    One whose process went silent counts as ended, though its row may still say that it runs.
    """
    newest = list(BackTest.objects.filter(company=company, trial={})[:2])
    alive = [one for one in newest if is_alive(one, now)]
    ended = [one for one in newest if one not in alive]
    return (alive[0] if alive else None), (ended[0] if ended else None)


def is_alive(test: BackTest, now: datetime) -> bool:
    """Whether it runs, and something was heard of it lately."""
    return test.status == Status.RUNNING and test.heartbeat_at >= now - SILENCE


def _tested(company: Company, told: Callable[[str, int], None]) -> dict[str, Any]:
    from tieback.matching.back_test import back_test  # noqa: PLC0415

    lists = read_lists(company.pk)
    if not lists.known.confirmed:
        raise NothingToTestError(
            "Nothing is linked yet that could be looked for again. Link some ERP projects first."
        )
    found = back_test(
        lists.jobs,
        lists.projects,
        confirmed=lists.known.confirmed,
        rejected=lists.known.rejected,
        rules=active_rules(company),
        precision=stated_precision(company),
        progress=told,
    )
    return asdict(found)


def _tried(test: BackTest, told: Callable[[str, int], None]) -> dict[str, Any]:
    return asdict(try_rule(test.company, test.trial["kind"], test.trial["line"], progress=told))


@transaction.atomic
def _end(
    test: BackTest,
    by: Actor,
    now: datetime,
    status: Status,
    *,
    report: dict[str, Any] | None = None,
    problem: str = "",
) -> None:
    running = BackTest.objects.filter(pk=test.pk, status=Status.RUNNING)
    if not running.update(status=status, finished_at=now, report=report or {}, problem=problem):
        return
    counted = {name: n for name, n in (report or {}).items() if isinstance(n, int | float)}
    record(
        by=by,
        now=now,
        action="matching.try_rule" if test.trial else "matching.back_test",
        target=("back_test", test.pk, test.trial.get("line", "Links looked for again")),
        after={"status": status, **counted},
        note=problem,
    )


def _close_silent(company: Company, now: datetime) -> None:
    BackTest.objects.filter(
        company=company, status=Status.RUNNING, heartbeat_at__lt=now - SILENCE
    ).update(status=Status.FAILED, finished_at=now, problem="The process stopped before the end.")
