import json
from typing import Any

import pytest

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

READS = [
    ("jobs",),
    ("projects",),
    ("projects", "--eligible-for", "J-100"),
    ("issues",),
    ("connection", "list"),
    ("user", "list"),
    ("audit", "list"),
    ("audit", "verify"),
    ("version",),
    ("link", "J-100", "P-100", "--dry-run"),
]


def read(tieback: Run, *words: str) -> Any:
    answer = tieback(*words, "--json")
    assert answer.exit_code == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_every_read_answers_with_one_json_document_and_nothing_else(
    tieback: Run, site: Site, words: tuple[str, ...]
) -> None:
    answer = tieback(*words, "--json")

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert isinstance(json.loads(answer.stdout), dict)


@pytest.mark.parametrize("words", [("jobs",), ("projects",), ("issues",), ("audit", "list")])
def test_reading_takes_read_only(
    tieback: Run, acme: Cast, site: Site, words: tuple[str, ...]
) -> None:
    allowed = tieback(*words, "--as", acme.users[Level.READ_ONLY].email)
    refused = tieback(*words, "--as", acme.users[Level.NONE].email)

    assert (allowed.exit_code, refused.exit_code, refused.stdout) == (0, 1, "")
    assert AuditEvent.objects.get().action == "access.refused"


def test_jobs_shows_ready_ones_with_counts_of_every_filter(tieback: Run, site: Site) -> None:
    factories.make_job(site.connection, is_active=False)
    factories.make_job(site.connection, state="archived")

    document = read(tieback, "jobs")

    assert [job["number"] for job in document["jobs"]] == ["J-100"]
    assert (document["filter"], document["total"]) == ("ready", 1)
    assert document["counts"] == {
        "ready": 1,
        "ready_inactive": 1,
        "synced": 0,
        "archived": 1,
        "attention": 0,
    }


def test_jobs_inactive_shows_inactive_ones_too(tieback: Run, site: Site) -> None:
    factories.make_job(site.connection, number="J-099", is_active=False)

    document = read(tieback, "jobs", "--inactive")

    assert [job["number"] for job in document["jobs"]] == ["J-099", "J-100"]


def test_jobs_finds_by_the_beginnings_of_words(tieback: Run, site: Site) -> None:
    factories.make_job(site.connection, name="Bridge")

    assert [job["name"] for job in read(tieback, "jobs", "-s", "nor pie")["jobs"]] == ["North Pier"]
    assert read(tieback, "jobs", "-s", "tunnel")["jobs"] == []


def test_jobs_limits_what_it_lists_and_says_how_many_there_are(tieback: Run, site: Site) -> None:
    for _ in range(3):
        factories.make_job(site.connection)

    cut, whole = read(tieback, "jobs", "--limit", "2"), read(tieback, "jobs", "--limit", "0")

    assert (len(cut["jobs"]), cut["total"], len(whole["jobs"])) == (2, 4, 4)
    assert (
        "2 of 4 under Ready to Import; --limit 0 shows all."
        in tieback("jobs", "--limit", "2").stderr
    )


def test_a_synced_job_names_its_project_and_the_project_its_job(tieback: Run, site: Site) -> None:
    tieback("link", "J-100", "P-100")

    (job,) = read(tieback, "jobs", "--filter", "synced")["jobs"]
    (project,) = read(tieback, "projects")["projects"]

    assert job["project"] == {
        "id": site.project.pk,
        "number": "P-100",
        "name": "North Pier Repairs",
    }
    assert project["job"] == {"id": site.job.pk, "number": "J-100", "name": "North Pier"}


def test_projects_eligible_for_a_job_come_first_and_the_rest_with_every_reason(
    tieback: Run, acme: Cast, site: Site
) -> None:
    factories.make_project(acme.company, number="A-1", name="Off", is_erp_integrated=False)

    shown = read(tieback, "projects", "--eligible-for", "J-100")["projects"]

    assert [(one["number"], one["is_eligible"]) for one in shown] == [
        ("P-100", True),
        ("A-1", False),
    ]
    assert [(one["code"], one["fix"]) for one in shown[1]["blockers"]] == [
        ("setting_off", "switch_on"),
        ("other_list", "use_erp_list"),
    ]


def test_a_pipe_gets_tab_separated_lines_that_are_not_cut(tieback: Run, site: Site) -> None:
    long_name = "Rehabilitation of " + "the very long viaduct " * 12
    factories.make_job(site.connection, number="J-101", name=long_name.strip())

    lines = tieback("jobs").stdout.splitlines()

    assert lines[0].split("\t")[:3] == ["Id", "Number", "Name"]
    assert lines[2].split("\t")[1:3] == ["J-101", long_name.strip()]


def test_issues_say_where_what_and_how_to_mend_it(tieback: Run, site: Site) -> None:
    run = factories.make_run(site.connection)
    factories.make_issue(run, source="job.csv", row=3, column="Job No")

    (issue,) = read(tieback, "issues")["issues"]
    line = tieback("issues").stdout.splitlines()[1]

    assert (issue["source"], issue["row"], issue["column"]) == ("job.csv", 3, "Job No")
    assert line == "job\tjob.csv\t3\tJob No\tRow 3 has no job number.\tFill it in and pull again."


def test_each_company_sees_its_own_rows_only(
    tieback: Run, acme: Cast, rival: Cast, site: Site
) -> None:
    factories.make_job(factories.make_connection(rival.company), number="R-1")

    seen = {
        slug: [job["number"] for job in read(tieback, "jobs", "--company", slug)["jobs"]]
        for slug in ("acme", "rival")
    }

    assert seen == {"acme": ["J-100"], "rival": ["R-1"]}


def test_several_companies_have_to_be_told_apart(
    tieback: Run, acme: Cast, rival: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    unnamed, unknown = tieback("jobs"), tieback("jobs", "--company", "nobody")
    monkeypatch.setenv("TIEBACK_COMPANY", "rival")
    by_environment = tieback("jobs")

    assert (unnamed.exit_code, unknown.exit_code, by_environment.exit_code) == (1, 1, 0)
    assert unnamed.stderr == (
        "There are several companies.\nName one with --company: acme, rival.\n"
    )
    assert unknown.stderr.startswith("There is no company “nobody”.\n")


def test_without_a_company_the_way_to_one_is_told(tieback: Run, db: None) -> None:
    answer = tieback("jobs")

    assert answer.exit_code == 1
    assert "tieback init" in answer.stderr


def test_somebody_who_is_not_of_the_company_is_refused(
    tieback: Run, acme: Cast, rival: Cast
) -> None:
    answer = tieback("jobs", "--company", "acme", "--as", rival.users[Level.ADMIN].email)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "Nobody in Acme Builders has the e-mail" in answer.stderr
