"""Lanes: where each job and project stands, how much that is, and what keeps the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tieback.access.models import Company
from tieback.connections.models import Connection
from tieback.linking.eligibility import Fix
from tieback.linking.models import Rejection
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.proposing.lanes import (
    Lane,
    LaneCount,
    blocked_causes,
    candidates_of,
    jobs_in,
    lane_counts,
    projects_only,
    proposed,
)
from tieback.proposing.suggestions import No, look_up, suggestions
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db

SEEN = factories.LONG_AGO + timedelta(days=1)
LATER = SEEN + timedelta(hours=1)


@pytest.fixture
def erp(acme: Cast) -> Connection:
    return factories.make_connection(acme.company)


@pytest.fixture
def erp_list(acme: Cast) -> StandardCostCodeList:
    return factories.make_erp_list(acme.company)


@pytest.fixture
def seen(acme: Cast) -> None:
    """A look-up that came to its end after every job of the test was there."""
    factories.make_proposal(acme.company, started_at=SEEN)


Eligible = Callable[..., Project]


@pytest.fixture
def eligible(acme: Cast, erp_list: StandardCostCodeList) -> Eligible:
    """A project that nothing keeps from being linked."""

    def eligible(**fields: object) -> Project:
        return factories.make_project(acme.company, **{"cost_code_list": erp_list, **fields})

    return eligible


def reject(job: Job, project: Project, **fields: object) -> Rejection:
    return Rejection.objects.create(
        company=job.company,
        job=job,
        project=project,
        rejected_at=LATER,
        rejected_by_name="someone",
        **fields,
    )


def where(job: Job) -> list[str]:
    """The lanes that hold the job; one at most, if all is well."""
    lanes = [lane for lane in Lane if lane != Lane.ONLY_PORTFOLIO]
    return [lane.label for lane in lanes if jobs_in(job.company, lane).filter(pk=job.pk).exists()]


@pytest.mark.parametrize("lane", ["Safe", "Look", "Twins"])
def test_a_proposed_job_stands_in_the_engines_lane(
    erp: Connection, eligible: Eligible, seen: None, lane: str
) -> None:
    job = factories.make_job(erp)
    factories.make_candidate(job, eligible(), lane=lane)

    assert where(job) == [lane]


@pytest.mark.parametrize(
    "fields", [{"is_erp_integrated": False}, {"cost_code_list": None}, {"is_active": False}]
)
def test_blocked_goes_before_the_engines_lane(
    erp: Connection, eligible: Eligible, seen: None, fields: dict[str, object]
) -> None:
    job = factories.make_job(erp)
    factories.make_candidate(job, eligible(**fields), lane="Safe")

    assert where(job) == ["Blocked"]


def test_a_job_without_a_proposal_was_looked_at_or_was_not(
    acme: Cast, erp: Connection, eligible: Eligible
) -> None:
    job = factories.make_job(erp)
    changed = factories.make_job(erp, changed_at=LATER)
    put_back = factories.make_job(erp, state_changed_at=LATER)
    before = [where(one) for one in (job, changed, put_back)]

    factories.make_proposal(acme.company, started_at=SEEN)

    assert before == [["Not looked up yet"]] * 3
    after = [where(one) for one in (job, changed, put_back)]
    assert after == [["Only in ERP"], ["Not looked up yet"], ["Not looked up yet"]]


def test_a_failed_look_up_leaves_what_the_one_before_it_said(
    acme: Cast, erp: Connection, seen: None, now: datetime
) -> None:
    job = factories.make_job(erp)
    newer = factories.make_job(erp, changed_at=LATER)
    factories.make_proposal(
        acme.company, started_at=LATER, status="failed", problem="No.", seen_until=None
    )

    assert (where(job), where(newer)) == (["Only in ERP"], ["Not looked up yet"])
    said = suggestions([job, newer], look_up(acme.company, now=now))
    assert [said[one.pk].no for one in (job, newer)] == [No.NO_MATCH, No.FAILED]


def test_decided_jobs_stand_in_their_own_lanes_and_inactive_ones_in_none(
    erp: Connection, eligible: Eligible, seen: None
) -> None:
    made = {
        state: factories.make_job(erp, state=state) for state in ("linked", "archived", "ready")
    }
    idle = factories.make_job(erp, is_active=False)
    gone = factories.make_job(erp, state="orphaned", missing_since=LATER)
    for job in (*made.values(), idle, gone):
        factories.make_candidate(job, eligible(), lane="Safe")

    found = [where(job) for job in (*made.values(), idle, gone)]

    assert found == [["Done"], ["Archived"], ["Safe"], [], []]
    assert set(proposed([*made.values(), idle, gone])) == {made["ready"].pk, idle.pk}


def test_a_project_linked_meanwhile_is_not_proposed_any_more(
    erp: Connection, eligible: Eligible, seen: None
) -> None:
    job = factories.make_job(erp)
    project = eligible()
    factories.make_candidate(job, project, lane="Safe")
    runner_up = factories.make_candidate(job, eligible(), rank=2, is_proposed=False, lane="")
    project.origin_id = "SAGE-1"
    project.save()

    assert where(job) == ["Only in ERP"]
    assert proposed([job]) == {}
    assert candidates_of(job) == [runner_up]


def test_a_rejected_pair_is_not_proposed_until_it_is_allowed_again(
    acme: Cast, erp: Connection, eligible: Eligible, seen: None, now: datetime
) -> None:
    job = factories.make_job(erp)
    candidate = factories.make_candidate(job, eligible(), lane="Safe")
    rejection = reject(job, candidate.project)
    state = look_up(acme.company, now=now)
    while_held = (where(job), proposed([job]), candidates_of(job))
    no = suggestions([job], state)[job.pk]

    rejection.undone_at = LATER
    rejection.save()

    assert while_held == (["Only in ERP"], {}, [])
    assert (no.candidate, no.no) == (None, No.NO_MATCH)
    assert where(job) == ["Safe"]
    assert proposed([job]) == {job.pk: candidate}


def test_candidates_come_best_first(erp: Connection, eligible: Eligible, seen: None) -> None:
    job = factories.make_job(erp)
    third = factories.make_candidate(job, eligible(), rank=3, is_proposed=False, lane="")
    first = factories.make_candidate(job, eligible(), rank=1, is_proposed=False, lane="")
    second = factories.make_candidate(job, eligible(), rank=2)

    assert candidates_of(job) == [first, second, third]
    assert proposed([job]) == {job.pk: second}


def test_free_active_projects_without_a_job_are_only_in_the_portfolio(
    acme: Cast, rival: Cast, erp: Connection, eligible: Eligible
) -> None:
    lonely = eligible(number="P-LONELY", value=Decimal(5))
    factories.make_candidate(factories.make_job(erp), eligible())
    factories.make_project(rival.company)
    for fields in ({"is_active": False}, {"is_template": True}, {"origin_id": "SAGE-2"}):
        eligible(**fields)
    before = list(projects_only(acme.company))

    factories.make_proposal(acme.company, started_at=SEEN)

    assert before == []
    assert list(projects_only(acme.company)) == [lonely]
    assert list(projects_only(acme.company, query="lonely")) == [lonely]
    assert not projects_only(acme.company, query="elsewhere").exists()


def test_a_lane_is_searched_by_words(erp: Connection, seen: None) -> None:
    pier = factories.make_job(erp, name="Harbor Pier")
    factories.make_job(erp, name="Town Hall")

    found = jobs_in(erp.company, Lane.ONLY_ERP, query="harb")

    assert list(found) == [pier]


def test_projects_are_no_jobs(acme: Cast) -> None:
    with pytest.raises(ValueError, match="Projects stand in this lane"):
        jobs_in(acme.company, Lane.ONLY_PORTFOLIO)


def test_another_companys_rows_stand_in_no_lane(
    acme: Cast, rival: Cast, erp: Connection, eligible: Eligible, seen: None, now: datetime
) -> None:
    factories.make_candidate(factories.make_job(erp), eligible(is_active=False))

    counts = lane_counts(rival.company, now=now)

    assert {count.rows for count in counts.values()} == {0}
    assert blocked_causes(rival.company) == []


def world_of(cast: Cast, seed: int) -> None:
    """Jobs and projects in all sorts of standings, by chance."""
    chance = Random(seed)
    erp_list = factories.make_erp_list(cast.company)
    other = factories.make_list(cast.company)
    erp = factories.make_connection(cast.company)

    def value() -> Decimal | None:
        return chance.choice([None, Decimal(0), Decimal("10.50"), Decimal(3000)])

    for at in range(60):
        state = chance.choice(["ready"] * 6 + ["linked", "archived", "orphaned"])
        job = factories.make_job(
            erp,
            state=state,
            missing_since=LATER if state == "orphaned" else None,
            is_active=chance.random() < 0.9,
            contract_value=value(),
            changed_at=chance.choice([factories.LONG_AGO, LATER]),
        )
        project = factories.make_project(
            cast.company,
            value=value(),
            is_active=chance.random() < 0.8,
            is_template=chance.random() < 0.1,
            is_erp_integrated=chance.random() < 0.8,
            cost_code_list=chance.choice([erp_list, erp_list, erp_list, other, None]),
            origin_id=f"x-{at}" if chance.random() < 0.1 else "",
        )
        if chance.random() < 0.75:
            factories.make_candidate(job, project, lane=chance.choice(["Safe", "Look", "Twins"]))
            if chance.random() < 0.15:
                undone = chance.choice([None, LATER])
                reject(job, project, undone_at=undone)


def counted(company: Company, lane: Lane) -> LaneCount:
    """What stands in the lane, row by row."""
    if lane == Lane.ONLY_PORTFOLIO:
        values = [project.value for project in projects_only(company)]
    else:
        values = [job.contract_value for job in jobs_in(company, lane)]
    said = [value for value in values if value is not None]
    return LaneCount(lane, len(values), sum(said, Decimal(0)) if said else None)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("is_seen", [True, False])
def test_the_counts_are_those_of_the_lists(
    acme: Cast, now: datetime, seed: int, is_seen: bool
) -> None:
    world_of(acme, seed)
    if is_seen:
        factories.make_proposal(acme.company, started_at=SEEN)

    counts = lane_counts(acme.company, now=now)

    assert counts == {lane: counted(acme.company, lane) for lane in Lane}
    open_jobs = Job.objects.filter(company=acme.company, state="ready", is_active=True)
    of_open = [Lane.SAFE, Lane.LOOK, Lane.TWINS, Lane.BLOCKED, Lane.ONLY_ERP, Lane.NOT_LOOKED_UP]
    assert sum(counts[lane].rows for lane in of_open) == open_jobs.count()


def test_counting_takes_as_many_queries_for_many_jobs_as_for_few(acme: Cast, now: datetime) -> None:
    world_of(acme, 1)
    factories.make_proposal(acme.company, started_at=SEEN)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        lane_counts(acme.company, now=now)

    assert len(queries) <= 10


def test_each_cause_is_counted_with_its_fix_the_greatest_first(
    acme: Cast, erp: Connection, eligible: Eligible, seen: None
) -> None:
    other = factories.make_list(acme.company)
    locked = eligible(cost_code_list=other)
    code = factories.make_standard_code(other, "01-100")
    factories.make_cost_code(locked, "01-100", standard_code=code)
    for project in (
        *(eligible(is_erp_integrated=False) for _ in range(3)),
        *(eligible(is_active=False, is_erp_integrated=False) for _ in range(2)),
        locked,
        eligible(),
    ):
        factories.make_candidate(factories.make_job(erp), project)
    factories.make_candidate(factories.make_job(erp, state="archived"), eligible(is_template=True))

    causes = [(cause.sentence, cause.jobs, cause.fix) for cause in blocked_causes(acme.company)]

    assert causes == [
        ("The ERP-integrated setting of 5 projects is off.", 5, Fix.SWITCH_ON),
        ("2 projects are inactive.", 2, Fix.REACTIVATE),
        (
            "1 project uses another cost code list, and codes were copied from it: it is fixed.",
            1,
            None,
        ),
    ]


def test_without_an_erp_list_everything_proposed_waits_for_it(
    acme: Cast, erp: Connection, seen: None
) -> None:
    for _ in range(2):
        project = factories.make_project(acme.company)
        factories.make_candidate(factories.make_job(erp), project)

    (cause,) = blocked_causes(acme.company)

    assert (cause.code, cause.jobs) == ("no_erp_list", 2)
    assert cause.sentence.startswith("This company has not named its ERP standard cost code list")
    assert jobs_in(acme.company, Lane.BLOCKED).count() == 2
