"""Scoring anew: only what changed, nothing lost between processes, whole lists where much has."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.concurrency import at_once
from tests.conftest import Cast
from tests.proposing.conftest import Look, fill, pairs
from tests.stories import do, link
from tieback.access.actors import NotOfCompanyError
from tieback.plans.decisions import Action
from tieback.portfolio.models import Project
from tieback.proposing import rescoring
from tieback.proposing.lanes import Lane, candidates_of, jobs_in
from tieback.proposing.models import Candidate, Proposal
from tieback.proposing.rescoring import Rescored, rescore
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db

Rescore = Callable[..., Rescored]


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(hours=1)


@pytest.fixture
def again(acme: Cast, later: datetime) -> Rescore:
    """Score Acme's changes anew an hour after the look-up."""

    def again(*, at: datetime = later, **ids: object) -> Rescored:
        return rescore(acme.company, by=acme.standard, clock=lambda: at, **ids)

    return again


def kept() -> dict[int, tuple[int, datetime]]:
    """Each candidate's row and when it was made, to see which rows were left alone."""
    return {one.pk: (one.job_id, one.proposed_at) for one in Candidate.objects.all()}


def job_of(number: str) -> Job:
    return Job.objects.get(number=number)


def test_before_a_look_up_was_asked_for_nothing_is_scored(acme: Cast, again: Rescore) -> None:
    fill(acme, 12)

    assert again(job_ids=[1]) == Rescored()
    assert not Candidate.objects.exists()


def test_without_a_change_nothing_is_written(acme: Cast, look: Look, again: Rescore) -> None:
    fill(acme, 12)
    look()
    before = kept()

    assert again() == Rescored()
    assert kept() == before


def test_a_changed_job_is_scored_and_the_rows_of_others_are_left_alone(
    acme: Cast, look: Look, again: Rescore, later: datetime
) -> None:
    fill(acme)
    look()
    job = job_of("24-1001")
    others = {pk: held for pk, held in kept().items() if held[0] != job.pk}
    Job.objects.filter(pk=job.pk).update(
        name="ENTIRELY ANOTHER THING", number="", address="", customer="", city="", zip=""
    )

    done = again(job_ids=[job.pk])

    assert job.pk in done.job_ids
    assert not done.is_whole
    after = kept()
    assert {pk: after.get(pk) for pk in others} == others
    assert {at for job_id, at in after.values() if job_id == job.pk} <= {later}
    assert not Candidate.objects.filter(job=job, is_proposed=True).exists()
    assert job in jobs_in(acme.company, Lane.ONLY_ERP)


def test_a_new_job_gets_its_project_without_being_named(
    acme: Cast, look: Look, again: Rescore, now: datetime
) -> None:
    fill(acme)
    job = job_of("24-1050")
    Job.objects.filter(pk=job.pk).update(state="archived")
    look()
    assert "24-1050" not in pairs()
    Job.objects.filter(pk=job.pk).update(state="ready", state_changed_at=now + timedelta(minutes=1))
    unseen = list(jobs_in(acme.company, Lane.NOT_LOOKED_UP))

    done = again()

    assert unseen == [job]
    assert pairs()["24-1050"] == "24-1050"
    assert job.pk in done.job_ids
    assert again() == Rescored()


def test_a_job_that_was_looked_at_again_without_success_is_not_called_unseen(
    acme: Cast, look: Look, again: Rescore, now: datetime
) -> None:
    erp = fill(acme)
    look()
    stranger = factories.make_job(
        erp, number="", name="Zzyzx Quux", changed_at=now + timedelta(minutes=1)
    )

    again()

    assert list(jobs_in(acme.company, Lane.ONLY_ERP)) == [stranger]


def test_a_linked_job_has_no_candidates_any_more_and_its_project_is_nobodys(
    acme: Cast, look: Look, again: Rescore, now: datetime, later: datetime
) -> None:
    fill(acme)
    look()
    job, project = job_of("24-1001"), Project.objects.get(number="24-1001")
    link(job, project, by=acme.admin, now=now + timedelta(minutes=1))

    again()

    assert not Candidate.objects.filter(job=job).exists()
    assert not Candidate.objects.filter(project=project).exists()
    do(Action.UNLINK, job, by=acme.admin, now=later + timedelta(minutes=1))
    again(at=later + timedelta(hours=1))
    assert pairs()["24-1001"] == "24-1001"


def test_linking_a_job_to_anothers_project_finds_the_other_something_else(
    acme: Cast, look: Look, again: Rescore, now: datetime
) -> None:
    fill(acme)
    look()
    job, taken = job_of("24-1001"), Project.objects.get(number="24-1008")
    link(job, taken, by=acme.admin, now=now + timedelta(minutes=1))

    again()

    assert pairs().get("24-1008") != "24-1008"
    assert taken not in [one.project for one in candidates_of(job_of("24-1008"))]


def test_a_rejected_pair_makes_room_and_comes_back_when_allowed(
    acme: Cast, look: Look, again: Rescore, now: datetime, later: datetime
) -> None:
    fill(acme)
    look()
    job, project = job_of("24-1001"), Project.objects.get(number="24-1001")
    do(Action.REJECT, job, project, by=acme.standard, now=now + timedelta(minutes=1))

    again()

    assert not Candidate.objects.filter(job=job, project=project).exists()
    do(Action.ALLOW, job, project, by=acme.standard, now=later + timedelta(minutes=1))
    again(at=later + timedelta(hours=1))
    assert pairs()["24-1001"] == "24-1001"


def test_a_changed_project_is_scored_when_it_is_named(
    acme: Cast, look: Look, again: Rescore
) -> None:
    fill(acme)
    look()
    project = Project.objects.get(number="24-1001")
    Project.objects.filter(pk=project.pk).update(
        number="", name="Nothing of the kind", address="", customer="", city="", zip="", value=None
    )
    near = set(Candidate.objects.filter(project=project).values_list("job_id", flat=True))

    done = again(project_ids=[project.pk])

    assert near <= done.job_ids
    assert "24-1001" not in pairs()


def test_a_long_list_waits_for_somebody_patient(
    acme: Cast, look: Look, again: Rescore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(acme, 12)
    look()
    monkeypatch.setattr(rescoring, "LONG_LIST", 11)
    job = job_of("24-1001")

    assert again(job_ids=[job.pk], is_patient=False) == Rescored()
    assert job.pk in again(job_ids=[job.pk]).job_ids


def test_where_much_changed_the_whole_list_is_looked_up(
    acme: Cast, look: Look, again: Rescore, later: datetime
) -> None:
    fill(acme)
    look()
    changed = list(Job.objects.values_list("pk", flat=True)[:21])

    done = again(job_ids=changed)

    assert done.is_whole
    assert len(done.job_ids) == 48
    assert Proposal.objects.filter(started_at=later, status="done").exists()


def test_after_a_look_up_that_failed_the_whole_list_is_looked_up(
    acme: Cast, again: Rescore
) -> None:
    fill(acme, 12)
    factories.make_proposal(acme.company, status="failed", seen_until=None)

    assert again().is_whole
    assert len(pairs()) == 12


def test_while_a_look_up_runs_nothing_is_written(
    acme: Cast, look: Look, again: Rescore, later: datetime
) -> None:
    fill(acme, 12)
    look()
    factories.make_proposal(
        acme.company,
        status="running",
        started_at=later,
        heartbeat_at=later,
        finished_at=None,
        seen_until=None,
    )
    before = kept()

    assert again(job_ids=[job_of("24-1001").pk]) == Rescored()
    assert kept() == before


def test_another_companys_jobs_are_neither_scored_nor_touched(
    acme: Cast, rival: Cast, look: Look, again: Rescore, now: datetime
) -> None:
    fill(rival, 12)
    theirs = Job.objects.filter(company=rival.company)[0]
    held = factories.make_candidate(theirs, Project.objects.filter(company=rival.company)[0])
    fill(acme, 12)
    look()

    again(job_ids=[theirs.pk])

    assert list(Candidate.objects.filter(job=theirs)) == [held]
    with pytest.raises(NotOfCompanyError):
        rescore(acme.company, by=rival.admin, clock=lambda: now)


def test_look_alikes_that_come_later_get_a_number_of_their_own(
    acme: Cast, look: Look, again: Rescore, now: datetime
) -> None:
    erp = fill(acme)
    same = {"number": "", "address": "", "city": "Troy"}
    for _ in range(2):
        factories.make_job(erp, name="Fire Station Roof", **same)
        factories.make_project(acme.company, name="Fire Station Roof", **same)
    look()
    soon = now + timedelta(minutes=1)
    jobs = [
        factories.make_job(erp, name="Pump House Siding", changed_at=soon, **same) for _ in range(2)
    ]
    for _ in range(2):
        factories.make_project(acme.company, name="Pump House Siding", **same)

    again()

    numbers = {
        job.name: set(Candidate.objects.filter(job=job).values_list("twins", flat=True)) - {None}
        for job in Job.objects.filter(number="")
    }
    assert all(len(found) == 1 for found in numbers.values())
    assert numbers["Fire Station Roof"] != numbers["Pump House Siding"]
    assert {one.lane for one in Candidate.objects.filter(job__in=jobs, is_proposed=True)} == {
        "Twins"
    }


@pytest.mark.django_db(transaction=True)
def test_two_who_score_at_once_leave_one_proposal_a_job(
    acme: Cast, look: Look, again: Rescore
) -> None:
    fill(acme)
    look()
    ids = [job_of("24-1001").pk, job_of("24-1008").pk]
    Job.objects.filter(pk=ids[0]).update(name="RENAMED")

    found = at_once(*(lambda one=one: again(job_ids=[one]) for one in ids))

    assert all(isinstance(one, Rescored) for one in found)
    assert Candidate.objects.filter(is_proposed=True).count() == len(pairs())
    assert pairs()["24-1008"] == "24-1008"
