"""After a pull, a plan and a look-up what changed is scored anew, by whichever door they came."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.conftest import Cast
from tests.erp_files import JOBS, erp_of, write
from tests.stories import plan
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import start_run
from tieback.plans.decisions import Action
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate, MatchingRule, Proposal
from tieback.proposing.services import start_proposal
from tieback.staging.models import Job
from tieback.sync.services import perform_plan, perform_propose, perform_pull

pytestmark = pytest.mark.django_db

NAMES = ("Harbor Pier", "Cedar Creek Plant", "Mercy Clinic", "Fire Station", "Quarry Depot")
Clock = Callable[[], datetime]


def rows_of(names: tuple[str, ...]) -> list[list[str]]:
    return [
        [f"24-{at}01", name, "Active", f"Owner {at}", f"{at + 1}000.00"]
        for at, name in enumerate(names)
    ]


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A minute later each time that it is asked."""
    ticks = _ticks(now)
    return lambda: next(ticks)


def _ticks(now: datetime) -> Iterator[datetime]:
    while True:
        yield now
        now += timedelta(minutes=1)


@pytest.fixture
def erp(acme: Cast, tmp_path: Path, clock: Clock) -> Connection:
    """An ERP of five jobs that has been pulled and looked up; the portfolio has a sixth project."""
    write(tmp_path, "jobs.csv", JOBS, rows_of(NAMES))
    erp = erp_of(acme.company, tmp_path)
    erp_list = factories.make_erp_list(acme.company)
    for at, name in enumerate((*NAMES, "Westgate Terminal")):
        factories.make_project(
            acme.company,
            number=f"24-{at}01",
            name=name,
            customer=f"Owner {at}",
            cost_code_list=erp_list,
        )
    pull(acme, erp, clock)
    look_up(acme, clock)
    return erp


def pull(cast: Cast, erp: Connection, clock: Clock) -> SyncRun:
    run = start_run(connection=erp, by=cast.standard, now=clock())
    return perform_pull(run=run, by=cast.standard, clock=clock)


def look_up(cast: Cast, clock: Clock) -> Proposal:
    started = start_proposal(company=cast.company, by=cast.standard, now=clock())
    return perform_propose(proposal=started, by=cast.standard, clock=clock)


def proposed() -> dict[str, str]:
    held = Candidate.objects.filter(is_proposed=True)
    return dict(held.values_list("job__name", "project__name"))


def test_a_pull_before_the_first_look_up_looks_nothing_up(
    acme: Cast, tmp_path: Path, clock: Clock
) -> None:
    write(tmp_path, "jobs.csv", JOBS, rows_of(NAMES))

    done = pull(acme, erp_of(acme.company, tmp_path), clock)

    assert done.status == "done"
    assert not Proposal.objects.exists()


def test_a_job_that_a_pull_brought_has_its_project_at_once(
    acme: Cast, erp: Connection, tmp_path: Path, clock: Clock
) -> None:
    before = proposed()
    kept = set(Candidate.objects.values_list("pk", flat=True))
    write(tmp_path, "jobs.csv", JOBS, rows_of((*NAMES, "Westgate Terminal")))

    pull(acme, erp, clock)

    assert before == {name: name for name in NAMES}
    assert proposed() == before | {"Westgate Terminal": "Westgate Terminal"}
    assert kept <= set(Candidate.objects.values_list("pk", flat=True))
    assert Proposal.objects.count() == 1


def test_a_job_that_the_erp_stopped_returning_is_proposed_no_more(
    acme: Cast, erp: Connection, tmp_path: Path, clock: Clock
) -> None:
    write(tmp_path, "jobs.csv", JOBS, rows_of(NAMES[:4]))

    pull(acme, erp, clock)

    assert proposed() == {name: name for name in NAMES[:4]}


def test_a_plan_frees_and_takes_projects(acme: Cast, erp: Connection, clock: Clock) -> None:
    job, other = Job.objects.get(name=NAMES[0]), Project.objects.get(name=NAMES[1])
    draft = plan(Action.LINK, job, other, by=acme.admin, now=clock())

    perform_plan(plan=draft, by=acme.admin, clock=clock)

    assert not Candidate.objects.filter(job=job).exists()
    assert not Candidate.objects.filter(project=other).exists()
    assert proposed().get(NAMES[1]) != NAMES[1]


def test_what_was_decided_while_the_list_was_looked_up_is_scored_after_it(
    acme: Cast, erp: Connection, clock: Clock
) -> None:
    job = Job.objects.get(name=NAMES[0])
    started = start_proposal(company=acme.company, by=acme.standard, now=clock())

    def archive(step: str, _done: int) -> None:
        if step == "solve":
            Job.objects.filter(pk=job.pk).update(state="archived", state_changed_at=clock())

    done = perform_propose(proposal=started, by=acme.standard, clock=clock, progress=archive)

    assert done.status == "done"
    assert not Candidate.objects.filter(job=job).exists()


def test_a_pull_stands_whatever_becomes_of_the_scores(
    acme: Cast, erp: Connection, tmp_path: Path, clock: Clock, now: datetime
) -> None:
    MatchingRule.objects.create(
        company=acme.company, kind="word", line="nonsense", added_at=now, added_by_name="someone"
    )
    write(tmp_path, "jobs.csv", JOBS, rows_of((*NAMES, "Westgate Terminal")))

    done = pull(acme, erp, clock)

    assert done.status == "done"
    assert Job.objects.filter(name="Westgate Terminal").exists()
    assert proposed() == {name: name for name in NAMES}
