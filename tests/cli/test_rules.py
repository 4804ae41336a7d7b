"""`tieback rules` and `tieback back-test`: what they say, and what they change."""

import json

import pytest
from django.utils import timezone

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.portfolio.models import Project
from tieback.proposing.models import BackTest, MatchingRule
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db
SITES = ("Harbor", "Quarry", "Cedar", "Tamarack", "Ullman", "Westgate")


@pytest.fixture
def linked(acme: Cast, site: Site) -> None:
    """Six links, in each of which the ERP writes BHX for Boilerhouse."""
    for at, name in enumerate(SITES):
        job = factories.make_job(site.connection, number=f"24-{at}01", name=f"{name} BHX Upgrade")
        project = factories.make_project(
            acme.company, number=f"24-{at}01", name=f"{name} Boilerhouse Upgrade"
        )
        factories.make_link(job, project)
        Job.objects.filter(pk=job.pk).update(state="linked")
        Project.objects.filter(pk=project.pk).update(origin_id=f"x{at}")


def test_a_rule_is_offered_tried_added_and_removed(tieback: Run, acme: Cast, linked: None) -> None:
    [offered] = json.loads(tieback("rules", "offers", "--json").stdout)["offers"]
    tried = tieback("rules", "test", offered["kind"], *offered["line"].split())
    added = tieback("rules", "add", offered["kind"], *offered["line"].split())
    rule = MatchingRule.objects.get()
    listed = tieback("rules", "list")
    held = json.loads(tieback("rules", "list", "--json").stdout)["rules"]
    removed = tieback("rules", "remove", str(rule.pk))

    assert sorted(offered["line"].split()) == ["bhx", "boilerhouse"]
    assert len(offered["links"]) == len(SITES)
    assert "Of the links made so far it would break 0" in tried.stdout
    assert added.stdout.startswith(f"Added “{offered['line']}”.")
    assert (rule.was_offered, rule.reason) == (True, offered["sentence"])
    assert offered["line"] in listed.stdout
    assert [one["line"] for one in held] == [offered["line"]]
    assert removed.stdout.startswith(f"Removed “{offered['line']}”.")
    assert json.loads(tieback("rules", "list", "--json").stdout) == {"rules": []}


def test_trying_a_rule_answers_in_json_and_adds_none(
    tieback: Run, acme: Cast, linked: None
) -> None:
    answer = tieback("rules", "test", "abbreviation", "boilerhouse", "bhx", "--json")

    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["kind"], found["line"]) == (
        0,
        "abbreviation",
        "boilerhouse bhx",
    )
    assert found["broken"] == []
    assert not MatchingRule.objects.exists()


def test_a_line_that_cannot_be_a_rule_is_refused_with_the_reason(
    tieback: Run, acme: Cast, site: Site
) -> None:
    for verb in ("add", "test"):
        answer = tieback("rules", verb, "abbreviation", "phase", "2")

        assert answer.exit_code == 1
        assert "Numbers tell siblings apart" in answer.stderr
    assert tieback("rules", "add", "spell", "a", "b").exit_code == 2
    assert not MatchingRule.objects.exists()


def test_rules_take_admin_and_reading_them_does_not(tieback: Run, acme: Cast, site: Site) -> None:
    standard = acme.users[Level.STANDARD].email

    refused = tieback("rules", "add", "word", "stop", "bhx", "--as", standard)
    read = tieback("rules", "list", "--as", acme.users[Level.READ_ONLY].email)

    assert (refused.exit_code, read.exit_code) == (1, 0)
    assert "To add a rule of matching you need Admin" in refused.stderr


def test_another_companys_rule_is_not_there(tieback: Run, acme: Cast, rival: Cast) -> None:
    theirs = MatchingRule.objects.create(
        company=rival.company,
        kind="word",
        line="stop bhx",
        added_at=timezone.now(),
        added_by_name="someone",
    )

    answer = tieback("rules", "remove", str(theirs.pk), "--company", acme.company.slug)

    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"There is no rule {theirs.pk}.")
    theirs.refresh_from_db()
    assert theirs.removed_at is None


def test_links_are_looked_for_again(tieback: Run, acme: Cast, linked: None) -> None:
    told = tieback("back-test")
    answer = json.loads(tieback("back-test", "--json").stdout)["back_test"]

    assert told.exit_code == 0
    assert told.stdout.startswith("6 links hidden: ")
    assert (answer["status"], answer["hidden"]) == ("done", 6)
    assert BackTest.objects.count() == 2


def test_a_link_that_would_not_be_made_is_shown(
    tieback: Run, acme: Cast, site: Site, linked: None
) -> None:
    job = factories.make_job(site.connection, number="25-7", name="Mercy Clinic", state="linked")
    right = factories.make_project(acme.company, number="25-7", name="Mercy Clinic")
    wrong = factories.make_project(acme.company, number="90-1", name="Depot", origin_id="z")
    factories.make_link(job, wrong)

    answer = tieback("back-test")

    assert answer.exit_code == 0
    assert all(name in answer.stdout for name in (str(job), str(right), str(wrong)))


def test_without_links_there_is_nothing_to_test(tieback: Run, acme: Cast, site: Site) -> None:
    answer = tieback("back-test")

    assert answer.exit_code == 1
    assert "Nothing is linked yet that could be looked for again." in answer.stderr
