"""What a look-up keeps and what it learns from: links as they were made, rejections, rules."""

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.conftest import Cast
from tests.matching.lists import rows
from tests.proposing.conftest import Look, fill, pairs
from tests.stories import link
from tieback.linking.models import Link
from tieback.linking.rejecting import reject
from tieback.portfolio.models import Project
from tieback.proposing.lists import read_lists
from tieback.proposing.models import Candidate, MatchingRule, MatchingSettings
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


def test_the_steps_of_a_candidate_sum_up_to_its_score(acme: Cast, look: Look) -> None:
    fill(acme)

    look()

    for candidate in Candidate.objects.all():
        total = sum(weight for _, weight, _ in candidate.steps)
        assert total == pytest.approx(candidate.score, abs=0.02)
        assert candidate.sentence


def test_a_job_has_one_proposal_and_its_others_in_the_order_of_their_scores(
    acme: Cast, look: Look
) -> None:
    fill(acme)

    look()

    by_job: dict[int, list[Candidate]] = {}
    for candidate in Candidate.objects.order_by("job", "rank"):
        by_job.setdefault(candidate.job_id, []).append(candidate)
    assert max(len(held) for held in by_job.values()) in range(2, 6)
    for held in by_job.values():
        assert [one.score for one in held] == sorted((one.score for one in held), reverse=True)
        assert sum(one.is_proposed for one in held) <= 1
        assert all((one.lane == "") != one.is_proposed for one in held)


def test_look_alikes_share_a_number(acme: Cast, look: Look) -> None:
    erp = fill(acme)
    same = {"number": "", "name": "Fire Station Roof", "address": "", "city": "Troy"}
    jobs = [factories.make_job(erp, **same) for _ in range(2)]
    projects = [factories.make_project(acme.company, **same) for _ in range(2)]

    look()

    held = Candidate.objects.filter(job__in=jobs, project__in=projects)
    assert {one.lane for one in held if one.is_proposed} == {"Twins"}
    assert len({one.twins for one in held}) == 1
    assert None not in {one.twins for one in held}
    assert set(Candidate.objects.exclude(job__in=jobs).values_list("twins", flat=True)) == {None}


def test_the_report_has_what_the_matching_page_draws(acme: Cast, look: Look) -> None:
    fill(acme)

    report = look().report

    assert set(report) == {"chart", "safe_from", "weights", "histogram", "why_no_safe"}
    assert sum(report["histogram"]) == 48
    assert report["chart"][-1]["matches"] == 48


def test_what_is_linked_teaches_and_is_not_proposed(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme)
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    link(job, project, by=acme.admin, now=now)

    done = look(at=now + timedelta(hours=1))

    assert (done.counts["jobs"], done.counts["projects"]) == (47, 47)
    assert not Candidate.objects.filter(job=job).exists()
    assert not Candidate.objects.filter(project=project).exists()
    assert read_lists(acme.company.pk).known.confirmed == [(str(job.pk), str(project.pk))]


def test_a_link_keeps_how_both_records_looked_and_the_candidate_that_they_were(
    acme: Cast, look: Look, now: datetime
) -> None:
    fill(acme)
    look()
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    candidate = Candidate.objects.get(job=job, project=project)

    link(job, project, by=acme.admin, now=now)

    evidence = Link.objects.get().evidence
    assert (evidence["job"]["name"], evidence["project"]["name"]) == (job.name, project.name)
    assert evidence["project"]["value"] == "30000.00"
    kept = evidence["candidate"]
    assert (kept["probability"], kept["rank"]) == (candidate.probability, candidate.rank)
    assert (kept["sentence"], kept["lane"]) == (candidate.sentence, candidate.lane)
    assert kept["steps"] == candidate.steps
    assert evidence["decided"]


def test_a_link_that_nobody_proposed_says_so(acme: Cast, now: datetime) -> None:
    fill(acme, 2)
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[1]

    link(job, project, by=acme.admin, now=now)

    assert Link.objects.get().evidence["candidate"] is None


def test_a_link_goes_on_teaching_what_was_true_when_it_was_made(
    acme: Cast, look: Look, now: datetime
) -> None:
    fill(acme)
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    before = (job.name.strip(), project.name)
    link(job, project, by=acme.admin, now=now)
    Job.objects.filter(pk=job.pk).update(name="Renamed in the ERP", contract_value=7)
    Project.objects.filter(pk=project.pk).update(name="Renamed in the ERP", value=7)

    lists = read_lists(acme.company.pk)

    names = (
        dict(zip(lists.jobs.id, lists.jobs.name, strict=True))[str(job.pk)],
        dict(zip(lists.projects.id, lists.projects.name, strict=True))[str(project.pk)],
    )
    assert names == before


def test_an_older_link_teaches_by_what_its_records_say_now(acme: Cast) -> None:
    fill(acme, 3)
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    factories.make_link(job, project, evidence={"plan": 1})
    Job.objects.filter(pk=job.pk).update(state="linked", name="As it is called today")
    Project.objects.filter(pk=project.pk).update(origin_id="x")

    lists = read_lists(acme.company.pk)

    assert dict(zip(lists.jobs.id, lists.jobs.name, strict=True))[str(job.pk)] == (
        "As it is called today"
    )
    assert (len(lists.jobs), len(lists.projects)) == (3, 3)


def test_an_ended_link_teaches_nothing(acme: Cast) -> None:
    fill(acme, 3)
    job, project = Job.objects.order_by("pk")[0], Project.objects.order_by("pk")[0]
    factories.make_link(job, project, unlinked_at=factories.LONG_AGO)

    lists = read_lists(acme.company.pk)

    assert lists.known.confirmed == []
    assert (len(lists.jobs), len(lists.projects)) == (3, 3)


def test_a_rejected_pair_is_not_proposed_again(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme)
    look()
    wrong = Candidate.objects.filter(is_proposed=True).order_by("pk")[0]
    reject(job=wrong.job, project=wrong.project, by=acme.standard, now=now)

    look(at=now + timedelta(hours=1))

    assert not Candidate.objects.filter(job=wrong.job, project=wrong.project).exists()


def test_the_companys_own_rules_are_read(
    acme: Cast, rival: Cast, look: Look, now: datetime
) -> None:
    """Nothing but the names says which is which, and those share no letters."""
    erp = factories.make_connection(acme.company)
    for site in ("Harbor", "Quarry", "Cedar", "Tamarack", "Ullman", "Westgate"):
        factories.make_job(erp, number="", name=f"{site} FZQ Modernization")
        factories.make_project(acme.company, number="", name=f"{site} Boilerhouse Modernization")
        factories.make_project(acme.company, number="", name=f"{site} Carport Modernization")
    look()
    before = [one.project.name for one in Candidate.objects.filter(is_proposed=True)]

    for company in (rival.company, acme.company):
        MatchingRule.objects.create(
            company=company,
            kind="abbreviation",
            line="boilerhouse fzq" if company == acme.company else "carport fzq",
            added_at=now,
            added_by_name="someone",
        )
    look(at=now + timedelta(hours=1))

    after = [one.project.name for one in Candidate.objects.filter(is_proposed=True)]
    assert [name for name in after if "Boilerhouse" not in name] == []
    assert (len(after), before != after) == (6, True)


def test_lines_that_do_not_go_together_are_a_failure_in_words(
    acme: Cast, look: Look, now: datetime
) -> None:
    fill(acme, 3)
    MatchingRule.objects.create(
        company=acme.company, kind="word", line="nonsense", added_at=now, added_by_name="someone"
    )

    failed = look()

    assert failed.status == "failed"
    assert failed.problem.startswith("The company's rules of matching do not go together.")
    assert "nonsense" in failed.problem


def test_the_stated_precision_moves_what_is_safe(acme: Cast, look: Look, now: datetime) -> None:
    fill(acme)
    usual = look().report["safe_from"]
    MatchingSettings.objects.create(company=acme.company, precision="0.9999")

    strict = look(at=now + timedelta(hours=1)).report["safe_from"]

    assert strict > usual


def test_what_is_proposed_does_not_depend_on_what_another_company_decided(
    acme: Cast, rival: Cast, look: Look, now: datetime
) -> None:
    fill(rival, 12)
    job = Job.objects.filter(company=rival.company).order_by("pk")[0]
    project = Project.objects.filter(company=rival.company).order_by("pk")[0]
    reject(job=job, project=project, by=rival.standard, now=now)
    fill(acme, 12)

    look()

    numbers = [str(row["number"]) for row in rows(12)]
    assert pairs() == {number: number for number in numbers}
    assert read_lists(acme.company.pk).known.rejected == []
