"""The conductor: starts long work in the background and leaves its rows to tell how it goes."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from django.db import close_old_connections, connections

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import start_run
from tieback.plans.models import Plan
from tieback.plans.services import apply, open_batch
from tieback.proposing import back_tests
from tieback.proposing import services as proposing
from tieback.proposing.models import BackTest, Proposal
from tieback.staging.pull import perform

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def start_pull(*, connection: Connection, by: Actor, clock: Clock) -> SyncRun:
    """Open a run and perform it beside the web process; raises `BusyError` while one is alive.

    The run's row is the truth: a process that dies leaves a heartbeat that stopped, and the next
    refresh closes that run and reads again.
    """
    run = start_run(connection=connection, by=by, now=clock())
    Thread(target=_perform, args=(run.pk, by, clock), name=f"pull-{run.pk}", daemon=True).start()
    return run


def start_apply(*, plan: Plan, by: Actor, clock: Clock) -> None:
    """Apply a plan beside the web process; its rows tell how far it is.

    A process that dies leaves rows waiting, and starting it again goes on with those. Raises
    `NotAllowedError` at once, before anything is started.
    """
    open_batch(plan=plan, by=by, now=clock())
    Thread(target=_apply, args=(plan.pk, by, clock), name=f"plan-{plan.pk}", daemon=True).start()


def start_propose(*, company: Company, by: Actor, clock: Clock) -> Proposal:
    """Look for matches beside the web process; raises `BusyError` while another look-up is alive.

    The proposal's row is the truth, as a run's is. Raises `NotAllowedError` below Standard.
    """
    proposal = proposing.start_proposal(company=company, by=by, now=clock())
    name = f"propose-{proposal.pk}"
    Thread(target=_propose, args=(proposal.pk, by, clock), name=name, daemon=True).start()
    return proposal


def start_back_test(
    *, company: Company, by: Actor, clock: Clock, trial: tuple[str, str] | None = None
) -> BackTest:
    """Look for the company's links again beside the web process, or try a rule (kind, line).

    The test's row is the truth, as a run's is. Raises `BusyError` while another is alive,
    `RulesError` for what cannot be a rule, `NotAllowedError` below Standard.
    """
    test = back_tests.start(company=company, by=by, now=clock(), trial=trial)
    name = f"back-test-{test.pk}"
    Thread(target=_back_test, args=(test.pk, by, clock), name=name, daemon=True).start()
    return test


def _back_test(test_id: int, by: Actor, clock: Clock) -> None:
    close_old_connections()
    try:
        test = BackTest.objects.select_related("company").get(pk=test_id)
        back_tests.perform(test=test, by=by, clock=clock)
    except Exception:
        log.exception("back-test %s ended early, and its row could not say so", test_id)
    finally:
        connections.close_all()


def _propose(proposal_id: int, by: Actor, clock: Clock) -> None:
    close_old_connections()
    try:
        proposing.perform(proposal=Proposal.objects.get(pk=proposal_id), by=by, clock=clock)
    except Exception:
        log.exception("proposal %s ended early, and its row could not say so", proposal_id)
    finally:
        connections.close_all()


def _apply(plan_id: int, by: Actor, clock: Clock) -> None:
    close_old_connections()
    try:
        apply(plan=Plan.objects.get(pk=plan_id), by=by, clock=clock)
    except Exception:
        log.exception("plan %s stopped before its end; what is left is still waiting", plan_id)
    finally:
        connections.close_all()


def _perform(run_id: int, by: Actor, clock: Clock) -> None:
    close_old_connections()
    try:
        run = SyncRun.objects.select_related("connection").get(pk=run_id)
        perform(run=run, by=by, clock=clock)
    except Exception:
        log.exception("the pull of run %s ended early; its row says so", run_id)
    finally:
        connections.close_all()
