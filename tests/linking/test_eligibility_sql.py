"""The blockers asked of one pair and of a whole list by SQL are the same, whatever the facts."""

from collections.abc import Iterator
from itertools import product

import pytest

from tests import factories
from tests.conftest import Cast
from tieback.connectors import registry
from tieback.connectors.base import Capability, Limits, Verb
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.records import Resource
from tieback.linking.eligibility import blockers
from tieback.linking.eligibility_sql import (
    decided_conditions,
    standing_conditions,
    stands_blocked,
)
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.proposing.models import Candidate
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db

STATES = ("ready", "linked", "archived", "orphaned")


class Narrow(CsvFileConnector):
    """An ERP that takes names of twelve characters, and cannot link to existing projects."""

    name = "narrow"
    limits = Limits(project_name_length=12)
    capabilities = CsvFileConnector.capabilities - {Capability(Resource.JOB, Verb.LINK)}


@pytest.fixture
def narrow() -> Iterator[str]:
    """A second connector beside the one that ships."""
    registry.connectors()[Narrow.name] = Narrow
    yield Narrow.name
    registry.connectors.cache_clear()


def projects_of_all_kinds(cast: Cast, erp_list: StandardCostCodeList | None) -> list[Project]:
    """One project for each combination of what the rules ask."""
    other = factories.make_list(cast.company)
    foreign = factories.make_standard_code(other, "01-100")
    own = erp_list and factories.make_standard_code(erp_list, "02-100")
    lists = [None, other, *([erp_list] if erp_list else [])]
    flags = [(False, True)] * 3
    made = []
    for setting, is_template, is_active, on, codes, name, origin in product(
        *flags, lists, ("none", "own", "other"), ("Pier", "Pier élevé thirteen"), ("", "SAGE")
    ):
        project = factories.make_project(
            cast.company,
            name=name,
            is_erp_integrated=setting,
            is_template=is_template,
            is_active=is_active,
            cost_code_list=on,
            origin_id=f"SAGE-{len(made)}" if origin else "",
        )
        if codes != "none" and (code := foreign if codes == "other" else own):
            factories.make_cost_code(project, code.full_code, standard_code=code)
        made.append(project)
    return made


def all_pairs(jobs: list[Job], projects: list[Project]) -> None:
    """Each project with one of the jobs in turn, as rows that a query can be asked of."""
    for at, project in enumerate(projects):
        job = jobs[at % len(jobs)]
        factories.make_candidate(job, project, is_proposed=False, lane="", rank=at + 1)


def compare(cast: Cast) -> int:
    """How many pairs were found blocked; fails where the two definitions differ."""
    conditions = standing_conditions(cast.company.pk) | decided_conditions()
    by_sql: dict[int, set[str]] = {}
    for code, condition in conditions.items():
        for pk in Candidate.objects.filter(condition).values_list("pk", flat=True):
            by_sql.setdefault(pk, set()).add(code)
    blocked = set(
        Candidate.objects.filter(stands_blocked(cast.company.pk)).values_list("pk", flat=True)
    )
    free = set(
        Candidate.objects.filter(~stands_blocked(cast.company.pk)).values_list("pk", flat=True)
    )
    pairs = Candidate.objects.select_related("job__connection", "project__cost_code_list")
    assert blocked | free == {pair.pk for pair in pairs}
    assert not blocked & free
    for pair in pairs:
        one_by_one = {
            b.code for b in blockers(job=pair.job, project=pair.project, actor=cast.admin)
        }
        assert by_sql.get(pair.pk, set()) == one_by_one
        assert (pair.pk in blocked) == bool(one_by_one & set(standing_conditions(cast.company.pk)))
    return len(by_sql)


@pytest.mark.parametrize("has_erp_list", [True, False])
def test_both_definitions_agree_over_all_combinations_of_a_projects_facts(
    acme: Cast, rival: Cast, has_erp_list: bool
) -> None:
    factories.make_erp_list(rival.company)
    erp_list = factories.make_erp_list(acme.company) if has_erp_list else None
    projects = projects_of_all_kinds(acme, erp_list)
    jobs = [factories.make_job(factories.make_connection(acme.company))]
    all_pairs(jobs, projects)

    found = compare(acme)

    assert 0 < found <= len(projects)


def test_both_definitions_agree_on_linked_projects_and_jobs_of_every_state(acme: Cast) -> None:
    erp_list = factories.make_erp_list(acme.company)
    erp = factories.make_connection(acme.company)
    jobs = []
    for state in STATES:
        missing = factories.LONG_AGO if state == "orphaned" else None
        jobs.append(factories.make_job(erp, state=state, missing_since=missing))
    held = factories.make_job(erp, state="linked")
    mine = factories.make_project(acme.company, cost_code_list=erp_list, origin_id="x")
    factories.make_link(jobs[1], mine)
    theirs = factories.make_project(acme.company, cost_code_list=erp_list, origin_id="y")
    factories.make_link(held, theirs)
    let_go = factories.make_project(acme.company, cost_code_list=erp_list)
    factories.make_link(jobs[0], let_go, unlinked_at=factories.LONG_AGO)
    for at, (job, project) in enumerate(product(jobs, (mine, theirs, let_go)), start=1):
        factories.make_candidate(job, project, is_proposed=False, lane="", rank=at)

    assert compare(acme) == 11


def test_both_definitions_agree_where_connectors_differ(acme: Cast, narrow: str) -> None:
    erp_list = factories.make_erp_list(acme.company)
    wide = factories.make_job(factories.make_connection(acme.company))
    tight = factories.make_job(factories.make_connection(acme.company, connector=narrow))
    names = ("Pier", "Twelve chars", "Thirteen char", "Ünïcödé 12ch", "Ünïcödé 13chr")
    for name in names:
        project = factories.make_project(acme.company, name=name, cost_code_list=erp_list)
        factories.make_candidate(wide, project, is_proposed=False, lane="")
        factories.make_candidate(tight, project, is_proposed=False, lane="")

    assert compare(acme) == len(names)
