import json
from typing import Any

import pytest

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.linking.models import Link
from tieback.plans.models import Plan
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def rows() -> dict[str, Any]:
    return {
        "links": list(Link.objects.values()),
        "plans": list(Plan.objects.values()),
        "jobs": list(Job.objects.values()),
        "audit": list(AuditEvent.objects.values()),
    }


def test_link_links_and_says_what_it_did(tieback: Run, site: Site) -> None:
    answer = tieback("link", "J-100", "P-100")

    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout == (
        "Done: Link J-100 North Pier ↔ P-100 North Pier Repairs: 2 fields kept, "
        "1 cost type created, 2 cost codes created, 1 cost type on a cost code created.\n"
    )
    assert Link.objects.get().job == site.job


def test_link_dry_run_shows_the_effects_and_changes_nothing(tieback: Run, site: Site) -> None:
    before = rows()

    answer = tieback("link", "J-100", "P-100", "--dry-run", "--json")

    document = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (document["plan"], document["is_dry_run"]) == (None, True)
    assert [row["state"] for row in document["rows"]] == ["preview"]
    assert [effect["key"] for effect in document["rows"][0]["effects"]] == [
        "number",
        "name",
        "L",
        "01",
        "02",
        "01|L",
    ]
    assert rows() == before


def test_link_to_a_blocked_project_is_refused_with_every_reason_and_the_fix(
    tieback: Run, site: Site
) -> None:
    site.project.is_active = site.project.is_erp_integrated = False
    site.project.save()

    answer = tieback("link", "J-100", "P-100")

    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert answer.stderr == (
        "The ERP-integrated setting of P-100 North Pier Repairs is off. "
        "P-100 North Pier Repairs is inactive.\n"
        "In Portfolio › Projects you can: Switch the ERP-integrated setting on; "
        "Make the project active.\n"
    )
    assert (Plan.objects.count(), state_of(site.job)) == (0, "ready")


def test_a_blocked_dry_run_exits_with_1(tieback: Run, site: Site) -> None:
    site.project.is_active = False
    site.project.save()

    answer = tieback("link", "J-100", "P-100", "--dry-run", "--json")

    (row,) = json.loads(answer.stdout)["rows"]
    assert answer.exit_code == 1
    assert (row["state"], row["reason"]) == ("held", "P-100 North Pier Repairs is inactive.")


def test_unlink_puts_the_job_back_on_the_list(tieback: Run, site: Site) -> None:
    tieback("link", "J-100", "P-100")

    answer = tieback("unlink", "J-100")

    assert answer.exit_code == 0, answer.stderr
    assert "2 cost codes put back" in answer.stdout
    assert (state_of(site.job), site.project.cost_codes.count()) == ("ready", 0)


def test_unlink_dry_run_changes_nothing(tieback: Run, site: Site) -> None:
    tieback("link", "J-100", "P-100")
    before = rows()

    answer = tieback("unlink", "J-100", "--dry-run")

    assert answer.exit_code == 0
    assert "remove\tcost code\t01\t" in answer.stdout
    assert rows() == before


def test_unlinking_twice_is_refused(tieback: Run, site: Site) -> None:
    answer = tieback("unlink", "J-100")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "J-100 North Pier is not linked.\n"


def test_refresh_carries_a_new_cost_code_over(tieback: Run, site: Site) -> None:
    tieback("link", "J-100", "P-100")
    factories.make_job_cost_code(site.job, "03")

    answer = tieback("refresh", "J-100")

    assert answer.exit_code == 0, answer.stderr
    assert "1 cost code created" in answer.stdout
    assert site.project.cost_codes.filter(full_code="03").exists()


def test_archive_and_restore_take_one_job_off_the_list_and_put_it_back(
    tieback: Run, site: Site
) -> None:
    archived = tieback("archive", "J-100")
    state_between = state_of(site.job)
    restored = tieback("restore", "J-100")

    assert (archived.stdout, archived.exit_code) == ("Done: Archive J-100 North Pier.\n", 0)
    assert state_between == "archived"
    assert (restored.stdout, restored.exit_code) == ("Done: Restore J-100 North Pier.\n", 0)
    assert state_of(site.job) == "ready"


def test_archive_all_inactive_takes_exactly_those(tieback: Run, site: Site) -> None:
    old = [factories.make_job(site.connection, is_active=False) for _ in range(3)]

    answer = tieback("archive", "--all-inactive")

    assert (answer.stdout, answer.exit_code) == ("3 of 3 done.\n", 0)
    assert [state_of(job) for job in old] == ["archived"] * 3
    assert state_of(site.job) == "ready"


def test_archive_all_inactive_is_done_when_there_is_none(tieback: Run, site: Site) -> None:
    answer = tieback("archive", "--all-inactive")

    assert (answer.stdout, answer.exit_code) == ("No inactive job waits to be imported.\n", 0)


@pytest.mark.parametrize("words", [(), ("J-100", "--all-inactive")])
def test_archive_takes_one_job_or_all_inactive_ones(
    tieback: Run, site: Site, words: tuple[str, ...]
) -> None:
    assert tieback("archive", *words).exit_code == 2


def test_a_job_is_found_by_number_external_id_and_our_id(tieback: Run, site: Site) -> None:
    refs = ["J-100", "j-100", "erp-100", f"#{site.job.pk}"]

    found = [
        json.loads(tieback("archive", ref, "--dry-run", "--json").stdout)["rows"][0]["job"]["id"]
        for ref in refs
    ]

    assert found == [site.job.pk] * 4


def test_an_ambiguous_number_is_refused_with_the_candidates(tieback: Run, site: Site) -> None:
    twin = factories.make_job(site.connection, number="J-100", name="South Pier")

    answer = tieback("archive", "J-100")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == (
        "“J-100” may mean several jobs.\n"
        f"Say which by its id, in quotes: '#{site.job.pk}' J-100 North Pier; "
        f"'#{twin.pk}' J-100 South Pier.\n"
    )
    assert (state_of(site.job), state_of(twin)) == ("ready", "ready")


def test_an_ambiguous_project_is_refused_too(tieback: Run, acme: Cast, site: Site) -> None:
    factories.make_project(acme.company, number="P-100", name="Other")

    answer = tieback("link", "J-100", "P-100")

    assert answer.exit_code == 1
    assert "“P-100” may mean several projects." in answer.stderr


def test_an_unknown_job_is_refused(tieback: Run, site: Site) -> None:
    answer = tieback("unlink", "J-999")

    assert answer.exit_code == 1
    assert answer.stderr == (
        "No job has the number or the ERP's id “J-999”.\n"
        "Look for it with: tieback jobs --search WORDS\n"
    )


def test_another_company_s_job_does_not_exist_and_the_try_is_kept(
    tieback: Run, acme: Cast, rival: Cast, site: Site
) -> None:
    theirs = factories.make_job(factories.make_connection(rival.company), number="R-1")

    by_id = tieback("archive", f"#{theirs.pk}", "--company", "acme")
    by_number = tieback("archive", "R-1", "--company", "acme")

    assert (by_id.exit_code, by_number.exit_code) == (1, 1)
    assert by_id.stderr == f"There is no job #{theirs.pk} here.\n"
    assert state_of(theirs) == "ready"
    (kept,) = AuditEvent.objects.filter(action="access.refused")
    assert (kept.company, kept.note) == (
        acme.company,
        f"tieback archive: There is no job #{theirs.pk} here.",
    )


@pytest.mark.parametrize(
    ("words", "level"),
    [
        (("link", "J-100", "P-100"), Level.STANDARD),
        (("unlink", "J-100"), Level.STANDARD),
        (("refresh", "J-100"), Level.STANDARD),
        (("archive", "J-100"), Level.READ_ONLY),
        (("archive", "--all-inactive"), Level.READ_ONLY),
        (("restore", "J-100"), Level.READ_ONLY),
        (("link", "J-100", "P-100", "--dry-run"), Level.READ_ONLY),
    ],
)
def test_a_level_too_low_is_refused_and_kept_in_the_audit_trail(
    tieback: Run, acme: Cast, site: Site, words: tuple[str, ...], level: Level
) -> None:
    who = acme.users[level]

    answer = tieback(*words, "--as", who.email)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert f"{who.name} has {level.label}" in answer.stderr
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.door) == ("access.refused", who, "command line")
    assert event.note.startswith(f"tieback {words[0]}: To ")


def test_what_a_person_does_stands_in_the_audit_trail_with_their_name(
    tieback: Run, acme: Cast, site: Site
) -> None:
    answer = tieback("archive", "J-100", "--as", acme.users[Level.STANDARD].email.upper())

    assert answer.exit_code == 0, answer.stderr
    event = AuditEvent.objects.get(action="job.archive")
    assert (event.actor, event.door) == (acme.users[Level.STANDARD], "command line")


def test_without_a_name_it_is_the_operator_who_acts(tieback: Run, site: Site) -> None:
    tieback("archive", "J-100")

    event = AuditEvent.objects.get(action="job.archive")
    assert (event.actor, event.actor_name.endswith(" (operator)")) == (None, True)
