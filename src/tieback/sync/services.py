"""The conductor: starts long work in the background and leaves its rows to tell how it goes.

After a pull and after decisions it has what changed scored anew, whichever door they came by.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from threading import Thread

from django.db import close_old_connections, connections, transaction
from django.db.models import Q

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import start_run
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.services import Progress as PlanProgress
from tieback.plans.services import apply, open_batch
from tieback.proposing import back_tests
from tieback.proposing import services as proposing
from tieback.proposing.models import BackTest, Proposal
from tieback.proposing.rescoring import rescore
from tieback.staging import pull as staging
from tieback.staging.models import Job

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def start_pull(*, connection: Connection, by: Actor, clock: Clock) -> SyncRun:
    """Open a run and perform it beside the web process; raises `BusyError` while one is alive.

    The run's row is the truth: a process that dies leaves a heartbeat that stopped, and the next
    refresh closes that run and reads again.
    """
    run = start_run(connection=connection, by=by, now=clock())
    _beside(f"the pull of run {run.pk}", lambda: _pull(run.pk, by, clock))
    return run


def perform_pull(
    *, run: SyncRun, by: Actor, clock: Clock, progress: staging.Progress | None = None
) -> SyncRun:
    """Read and stage as `staging.pull.perform` does, and score what changed anew."""
    run = staging.perform(run=run, by=by, clock=clock, progress=progress)
    changed = Job.objects.filter(
        Q(changed_at__gte=run.started_at) | Q(state_changed_at__gte=run.started_at),
        connection=run.connection_id,
    )
    _score_anew(run.company_id, changed.values_list("pk", flat=True), (), by, clock)
    return run


def start_apply(*, plan: Plan, by: Actor, clock: Clock) -> None:
    """Apply a plan beside the web process; its rows tell how far it is.

    A process that dies leaves rows waiting, and starting it again goes on with those. Raises
    `NotAllowedError` at once, before anything is started.
    """
    open_batch(plan=plan, by=by, now=clock())
    _beside(f"plan {plan.pk}", lambda: _apply(plan.pk, by, clock))


def perform_plan(
    *, plan: Plan, by: Actor, clock: Clock, progress: PlanProgress | None = None
) -> Batch:
    """Apply a plan as `plans.services.apply` does, and score what it decided on anew."""
    try:
        return apply(plan=plan, by=by, clock=clock, progress=progress)
    finally:
        _score_decided(plan, by, clock)


def apply_at_once(*, plan: Plan, by: Actor, clock: Clock) -> Batch:
    """Apply a short plan now, and score what it decided on anew beside the web process.

    Whoever decided waits for the decision alone; until the scores are there, the list shows what
    the last look-up kept.
    """
    batch = apply(plan=plan, by=by, clock=clock)
    score = partial(_score_decided, plan, by, clock)
    transaction.on_commit(lambda: _beside(f"scores after plan {plan.pk}", score))
    return batch


def start_propose(*, company: Company, by: Actor, clock: Clock) -> Proposal:
    """Look for matches beside the web process; raises `BusyError` while another look-up is alive.

    The proposal's row is the truth, as a run's is. Raises `NotAllowedError` below Standard.
    """
    proposal = proposing.start_proposal(company=company, by=by, now=clock())
    _beside(f"look-up {proposal.pk}", lambda: _propose(proposal.pk, by, clock))
    return proposal


def perform_propose(
    *, proposal: Proposal, by: Actor, clock: Clock, progress: proposing.Progress | None = None
) -> Proposal:
    """Look the list up as `proposing.services.perform` does, then what changed meanwhile."""
    done = proposing.perform(proposal=proposal, by=by, clock=clock, progress=progress)
    _score_anew(proposal.company_id, (), (), by, clock)
    return done


def start_back_test(
    *, company: Company, by: Actor, clock: Clock, trial: tuple[str, str] | None = None
) -> BackTest:
    """Look for the company's links again beside the web process, or try a rule (kind, line).

    The test's row is the truth, as a run's is. Raises `BusyError` while another is alive,
    `RulesError` for what cannot be a rule, `NotAllowedError` below Standard.
    """
    test = back_tests.start(company=company, by=by, now=clock(), trial=trial)
    _beside(f"back-test {test.pk}", lambda: _back_test(test.pk, by, clock))
    return test


def _score_decided(plan: Plan, by: Actor, clock: Clock) -> None:
    done = plan.rows.filter(state=PlanRow.State.APPLIED)
    jobs, projects = (done.values_list(name, flat=True) for name in ("job_id", "project_id"))
    given = projects.filter(project__isnull=False)
    _score_anew(plan.company_id, jobs, given, by, clock, is_patient=False)


def _score_anew(
    company_id: int,
    job_ids: Collection[int],
    project_ids: Collection[int],
    by: Actor,
    clock: Clock,
    *,
    is_patient: bool = True,
) -> None:
    """What was pulled or decided stands whatever becomes of the scores."""
    try:
        company = Company.objects.get(pk=company_id)
        rescore(
            company,
            job_ids=job_ids,
            project_ids=project_ids,
            by=by,
            clock=clock,
            is_patient=is_patient,
        )
    except Exception:
        log.exception("scoring anew in company %s failed; the next change tries again", company_id)


def _beside(what: str, work: Callable[[], object]) -> None:
    def perform() -> None:
        close_old_connections()
        try:
            work()
        except Exception:
            log.exception("%s ended early; its rows say how far it came", what)
        finally:
            connections.close_all()

    Thread(target=perform, name=what.replace(" ", "-"), daemon=True).start()


def _pull(run_id: int, by: Actor, clock: Clock) -> None:
    run = SyncRun.objects.select_related("connection").get(pk=run_id)
    perform_pull(run=run, by=by, clock=clock)


def _apply(plan_id: int, by: Actor, clock: Clock) -> None:
    perform_plan(plan=Plan.objects.get(pk=plan_id), by=by, clock=clock)


def _propose(proposal_id: int, by: Actor, clock: Clock) -> None:
    proposal = Proposal.objects.select_related("company").get(pk=proposal_id)
    perform_propose(proposal=proposal, by=by, clock=clock)


def _back_test(test_id: int, by: Actor, clock: Clock) -> None:
    test = BackTest.objects.select_related("company").get(pk=test_id)
    back_tests.perform(test=test, by=by, clock=clock)
