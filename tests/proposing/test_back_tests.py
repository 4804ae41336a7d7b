"""Back-tests and rules on trial: what they find, who may, and what becomes of a failure."""

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.concurrency import at_once
from tests.conftest import Cast
from tests.proposing.conftest import fill
from tests.stories import link
from tieback.access.actors import Actor, NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.connections.services import BusyError
from tieback.portfolio.models import Project
from tieback.proposing.back_tests import latest, perform, start
from tieback.proposing.lessons import kind_of, offers, try_rule, try_without
from tieback.proposing.models import BackTest, Candidate, MatchingRule
from tieback.proposing.rules import RulesError, add_rule
from tieback.proposing.services import SILENCE
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
SITES = ("Harbor", "Quarry", "Cedar", "Tamarack", "Ullman", "Westgate", "Oakdale", "Pemberton")


def run(cast: Cast, now: datetime, trial: tuple[str, str] | None = None) -> BackTest:
    test = start(company=cast.company, by=cast.standard, now=now, trial=trial)
    return perform(test=test, by=cast.standard, clock=lambda: now)


def link_first(cast: Cast, count: int, now: datetime) -> None:
    jobs, projects = Job.objects.order_by("pk"), Project.objects.order_by("pk")
    for job, project in zip(jobs[:count], projects[:count], strict=True):
        link(job, project, by=cast.admin, now=now)


def fill_with_shorthand(cast: Cast, linked: int) -> None:
    """An ERP that writes BHX where the portfolio writes Boilerhouse; some are linked."""
    erp = factories.make_connection(cast.company)
    for at, site in enumerate(SITES):
        job = factories.make_job(erp, number=f"24-{at}01", name=f"{site} BHX Upgrade")
        project = factories.make_project(
            cast.company, number=f"24-{at}01", name=f"{site} Boilerhouse Upgrade"
        )
        if at < linked:
            factories.make_link(job, project)
            Job.objects.filter(pk=job.pk).update(state="linked")
            Project.objects.filter(pk=project.pk).update(origin_id=f"x{at}")


def test_hidden_links_are_found_again(acme: Cast, now: datetime) -> None:
    fill(acme)
    link_first(acme, 12, now)
    Candidate.objects.all().delete()

    done = run(acme, now)

    assert (done.status, done.finished_at, done.problem) == ("done", now, "")
    report = done.report
    assert (report["hidden"], report["found"], report["right"]) == (12, 12, 12)
    assert (report["precision"], report["recall"], report["wrong"]) == (1, 1, [])
    event = AuditEvent.objects.get(action="matching.back_test")
    assert (event.after["hidden"], event.after["right"]) == (12, 12)
    assert not Candidate.objects.exists()


def test_a_link_that_the_engine_would_not_make_is_named(acme: Cast, now: datetime) -> None:
    fill(acme)
    jobs, projects = list(Job.objects.order_by("pk")), list(Project.objects.order_by("pk"))
    link(jobs[0], projects[1], by=acme.admin, now=now)
    link(jobs[2], projects[2], by=acme.admin, now=now)

    report = run(acme, now).report

    assert (report["hidden"], report["right"]) == (2, 1)
    (wrong,) = report["wrong"]
    assert wrong[:3] == [str(jobs[0].pk), str(projects[0].pk), str(projects[1].pk)]


def test_without_links_there_is_nothing_to_test(acme: Cast, now: datetime) -> None:
    fill(acme, 3)

    failed = run(acme, now)

    assert failed.status == "failed"
    assert failed.problem == (
        "Nothing is linked yet that could be looked for again. Link some ERP projects first."
    )


def test_a_test_takes_standard_in_the_same_company(acme: Cast, rival: Cast, now: datetime) -> None:
    def refused(by: Actor, error: type[Exception]) -> None:
        with pytest.raises(error):
            start(company=acme.company, by=by, now=now)

    refused(acme.reader, NotAllowedError)
    refused(rival.admin, NotOfCompanyError)

    assert not BackTest.objects.exists()


def test_a_second_test_is_refused_by_name_until_the_first_goes_silent(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    first = start(company=acme.company, by=acme.admin, now=now)
    start(company=rival.company, by=rival.admin, now=now)
    running = latest(acme.company, now=now + SILENCE)

    with pytest.raises(BusyError, match="Admin of Acme Builders started a test of the matching"):
        start(company=acme.company, by=acme.standard, now=now + SILENCE)
    silent = latest(acme.company, now=now + SILENCE + timedelta(seconds=1))
    start(company=acme.company, by=acme.standard, now=now + SILENCE + timedelta(seconds=1))

    first.refresh_from_db()
    assert (running, silent) == ((first, None), (None, first))
    assert (first.status, first.problem) == ("failed", "The process stopped before the end.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_start_at_once_one_is_refused(acme: Cast, now: datetime) -> None:
    begin = lambda: start(company=acme.company, by=acme.admin, now=now)  # noqa: E731

    found = at_once(begin, begin)

    assert sorted(type(one).__name__ for one in found) == ["BackTest", "BusyError"]


def test_stopping_it_says_so_at_once(acme: Cast, now: datetime) -> None:
    fill(acme, 6)
    link_first(acme, 3, now)
    test = start(company=acme.company, by=acme.admin, now=now)

    def stop(_step: str, _done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform(test=test, by=acme.admin, clock=lambda: now, progress=stop)

    test.refresh_from_db()
    assert (test.status, test.problem) == ("failed", "It was stopped before the end.")


def test_like_links_suggest_a_rule(acme: Cast, rival: Cast, now: datetime) -> None:
    fill_with_shorthand(acme, linked=5)

    found = offers(acme.company)

    assert ["bhx", "boilerhouse"] in [sorted(one.line.split()) for one in found]
    offered = next(one for one in found if "bhx" in one.line)
    assert (len(offered.seen_in), kind_of(offered)) == (5, MatchingRule.Kind.ABBREVIATION)
    assert offers(rival.company) == []


def test_a_rule_that_the_company_has_is_not_offered(acme: Cast, now: datetime) -> None:
    fill_with_shorthand(acme, linked=5)
    line = next(one.line for one in offers(acme.company) if "bhx" in one.line)

    add_rule(company=acme.company, kind="abbreviation", line=line, by=acme.admin, now=now)

    assert [one.line for one in offers(acme.company) if "bhx" in one.line] == []


def test_trying_a_rule_changes_nothing_and_says_what_it_would(acme: Cast, now: datetime) -> None:
    fill_with_shorthand(acme, linked=5)

    tried = try_rule(acme.company, "abbreviation", "boilerhouse bhx")

    assert tried.broken == []
    assert not MatchingRule.objects.exists()
    assert not Candidate.objects.exists()
    with pytest.raises(RulesError, match="needs a word and at least one other"):
        try_rule(acme.company, "abbreviation", "boilerhouse")


def test_a_rule_is_tried_beside_the_page_as_a_row(acme: Cast, now: datetime) -> None:
    fill_with_shorthand(acme, linked=5)

    done = run(acme, now, ("abbreviation", "boilerhouse  bhx"))

    assert done.trial == {"kind": "abbreviation", "line": "boilerhouse bhx"}
    assert set(done.report) == {"changes", "total", "broken", "mended"}
    assert AuditEvent.objects.get(action="matching.try_rule").target_label == "boilerhouse bhx"
    assert latest(acme.company, now=now) == (None, None)
    with pytest.raises(RulesError):
        start(company=acme.company, by=acme.admin, now=now, trial=("word", "nonsense"))


def test_being_without_a_rule_can_be_tried_too(acme: Cast, now: datetime) -> None:
    fill_with_shorthand(acme, linked=5)
    rule = add_rule(
        company=acme.company, kind="abbreviation", line="boilerhouse bhx", by=acme.admin, now=now
    )

    with_it = try_rule(acme.company, "abbreviation", "cedar tamarack")
    without = try_without(rule)

    assert with_it.total >= 0
    assert without.broken == []
    assert MatchingRule.objects.get().removed_at is None
