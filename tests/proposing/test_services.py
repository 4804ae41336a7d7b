"""Finding matches: what is kept, what is replaced, who may, and what becomes of a failure."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories
from tests.conftest import Cast
from tests.matching.lists import rows
from tieback.access.actors import Actor, NotAllowedError, NotOfCompanyError
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection
from tieback.connections.services import BusyError
from tieback.portfolio.models import Project
from tieback.proposing.models import Candidate, Proposal
from tieback.proposing.services import SILENCE, propose, start_proposal
from tieback.proposing.suggestions import No, look_up, suggestions
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db

Look = Callable[..., Proposal]


@pytest.fixture
def look(acme: Cast, now: datetime) -> Look:
    """Find matches for Acme, by somebody of Standard."""

    def look(
        *, by: Actor | None = None, at: datetime = now, during: Callable[[], object] = int
    ) -> Proposal:
        return propose(
            company=acme.company,
            by=by or acme.standard,
            clock=lambda: at,
            progress=lambda _step, _done: during() and None,
        )

    return look


def fill(cast: Cast, count: int = 48) -> Connection:
    """The same projects on both sides: the ERP shouts their names and has another number first."""
    erp = factories.make_connection(cast.company)
    for row in rows(count):
        there = {name: row[name] for name in ("number", "address", "city", "zip")}
        there |= {"state_code": row["state"], "customer": row["owner"]}
        factories.make_job(erp, name=str(row["name"]).upper()[:30], **there)
        factories.make_project(cast.company, name=row["name"], value=row["value"], **there)
    return erp


def pairs() -> dict[str, str]:
    """Job's number → number of the project that is its candidate."""
    held = Candidate.objects.filter(is_proposed=True)
    return dict(held.values_list("job__number", "project__number"))


def test_each_job_gets_the_right_project_of_the_list(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme)

    done = look()

    numbers = [str(row["number"]) for row in rows()]
    assert pairs() == {number: number for number in numbers}
    assert (done.status, done.finished_at, done.problem) == ("done", now, "")
    assert (done.counts["jobs"], done.counts["projects"], done.counts["no_match"]) == (48, 48, 0)
    kept = Candidate.objects.filter(is_proposed=True)
    assert all(0.5 < one.probability <= 1 and one.sentence and one.lane for one in kept)
    assert {one.proposed_at for one in kept} == {now}


def test_only_active_ready_jobs_and_free_active_projects_are_compared(
    acme: Cast, look: Look, now: datetime
) -> None:
    erp = factories.make_connection(acme.company)
    twin = {"name": "Harbor View Elementary School", "address": "100 Harbor St", "city": "Dunmore"}
    for fields in ({"is_active": False}, {"state": "archived"}, {"state": "linked"}):
        factories.make_job(erp, number="24-1", **twin, **fields)
    for fields in ({"is_active": False}, {"is_template": True}, {"origin_id": "SAGE-1"}):
        factories.make_project(acme.company, number="24-1", **twin, **fields)
    ready = factories.make_job(erp, number="24-1", **twin)
    free = factories.make_project(acme.company, number="24-1", **twin)

    done = look()

    assert (done.counts["jobs"], done.counts["projects"]) == (1, 1)
    assert list(Candidate.objects.values_list("job", "project")) == [(ready.pk, free.pk)]


def test_nothing_to_compare_is_no_failure(acme: Cast, look: Look) -> None:
    done = look()

    assert (done.status, done.counts["jobs"], done.counts["projects"]) == ("done", 0, 0)


def test_the_second_look_up_replaces_the_first(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme)
    look()
    gone, stays = Job.objects.order_by("number")[:2]
    Project.objects.filter(number=gone.number).update(is_active=False)
    later = now + timedelta(hours=1)

    look(at=later)

    assert gone.number not in pairs()
    assert pairs()[stays.number] == stays.number
    assert set(Candidate.objects.values_list("proposed_at", flat=True)) == {later}


def test_a_job_linked_while_the_lists_are_compared_is_no_failure(acme: Cast, look: Look) -> None:
    fill(acme)
    look()
    tied = Job.objects.order_by("number")[0]

    done = look(during=lambda: Job.objects.filter(pk=tied.pk).update(state="linked"))

    assert done.status == "done"
    assert Candidate.objects.filter(job=tied, is_proposed=True).count() == 1


def test_another_companys_rows_are_neither_compared_nor_touched(
    acme: Cast, rival: Cast, look: Look, now: datetime
) -> None:
    fill(rival)
    propose(company=rival.company, by=rival.standard, clock=lambda: now)
    before = list(Candidate.objects.order_by("pk").values())
    fill(acme, 12)

    done = look()

    assert (done.counts["jobs"], done.counts["projects"]) == (12, 12)
    assert list(Candidate.objects.filter(company=rival.company).order_by("pk").values()) == before
    mixed = Candidate.objects.filter(company=acme.company, project__company=rival.company)
    assert not mixed.exists()


def test_finding_matches_takes_standard_in_the_same_company(
    acme: Cast, rival: Cast, look: Look
) -> None:
    with pytest.raises(NotAllowedError, match="To find matches you need Standard"):
        look(by=acme.reader)
    with pytest.raises(NotOfCompanyError):
        look(by=rival.admin)

    assert not Proposal.objects.exists()


def test_what_was_found_is_in_the_trail(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme, 12)

    done = look()

    event = AuditEvent.objects.get(action="candidates.propose")
    assert event.after == {"status": "done", "counts": done.counts}
    assert (event.actor_name, event.at) == (acme.users[Level.STANDARD].name, now)


def test_a_second_look_up_is_refused_by_name_until_the_first_goes_silent(
    acme: Cast, look: Look, now: datetime
) -> None:
    first = start_proposal(company=acme.company, by=acme.admin, now=now)

    with pytest.raises(BusyError, match="Admin of Acme Builders started to find matches at 10:15"):
        look()
    look(at=now + SILENCE + timedelta(seconds=1))

    first.refresh_from_db()
    assert first.status == "failed"
    assert first.problem.startswith("The process stopped before the end.")


def test_stopping_it_says_so_at_once(acme: Cast, look: Look) -> None:
    fill(acme, 12)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look(during=stop)

    stopped = Proposal.objects.get()
    assert stopped.status == "failed"
    assert stopped.problem.startswith("It was stopped before the end.")


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_kept_in_a_sentence_and_the_old_candidates_stay(
    acme: Cast, look: Look, now: datetime
) -> None:
    fill(acme, 12)
    look()
    doomed = Project.objects.get(number=rows(1)[0]["number"])
    spare = factories.make_project(acme.company, name="Spare")
    Candidate.objects.filter(project=doomed).update(project=spare)
    before = list(Candidate.objects.order_by("pk").values())

    failed = look(at=now + timedelta(hours=1), during=lambda: doomed.pk and doomed.delete())

    assert failed.status == "failed"
    assert failed.problem == (
        "The lists were changed while they were compared. Find matches again."
    )
    assert list(Candidate.objects.order_by("pk").values()) == before
    event = AuditEvent.objects.filter(action="candidates.propose").order_by("-seq")[0]
    assert (event.after, event.note) == ({"status": "failed"}, failed.problem)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_is_a_failure_without_a_traceback(acme: Cast, look: Look) -> None:
    fill(acme, 12)
    table, aside = Candidate._meta.db_table, "set_aside"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {aside}")
    try:
        failed = look()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {aside} RENAME TO {table}")

    assert failed.status == "failed"
    assert failed.problem.startswith("Tieback met an error of its own.")
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("probability", [-0.01, 1.01])
def test_a_probability_lies_between_nought_and_one(acme: Cast, probability: float) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    project = factories.make_project(acme.company)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_candidate(job, project, probability=probability)


def test_a_job_has_one_candidate_which_goes_with_its_project(acme: Cast) -> None:
    job = factories.make_job(factories.make_connection(acme.company))
    project = factories.make_project(acme.company)
    factories.make_candidate(job, project)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_candidate(job, project)
    project.delete()

    assert not Candidate.objects.exists()


def test_a_finished_look_up_has_its_time(acme: Cast, now: datetime) -> None:
    running = start_proposal(company=acme.company, by=acme.admin, now=now)
    running.status = Proposal.Status.DONE

    with pytest.raises(IntegrityError), transaction.atomic():
        running.save()


def test_a_silent_look_up_reads_as_failed(acme: Cast, now: datetime) -> None:
    start_proposal(company=acme.company, by=acme.admin, now=now)
    job = factories.make_job(factories.make_connection(acme.company))

    alive = look_up(acme.company, now=now + SILENCE)
    silent = look_up(acme.company, now=now + SILENCE + timedelta(seconds=1))

    assert (alive.running is None, alive.has_failed) == (False, False)
    assert (silent.running, silent.has_failed) == (None, True)
    assert suggestions([job], alive)[job.pk].no == No.NOT_YET
    assert suggestions([job], silent)[job.pk].no == No.FAILED
