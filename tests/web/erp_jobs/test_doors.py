"""Who gets through which door: levels, other companies, forged forms."""

from datetime import datetime

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.stories import do
from tests.web.conftest import SignIn
from tests.web.erp_jobs.conftest import Pair, Site, at
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.plans.decisions import Action
from tieback.plans.models import Batch, Plan
from tieback.staging.models import Job

# (method, path, the least level). {job}, {link}, {plan}, {batch} and {project} are filled in.
DOORS = [
    ("get", "projects/", Level.READ_ONLY),
    ("get", "projects/standing/", Level.READ_ONLY),
    ("get", "jobs/{job}/", Level.READ_ONLY),
    ("get", "links/{link}/", Level.READ_ONLY),
    ("get", "plans/{plan}/", Level.READ_ONLY),
    ("get", "plans/{plan}/progress/", Level.READ_ONLY),
    ("get", "projects/matches/standing/", Level.READ_ONLY),
    ("post", "projects/matches/", Level.STANDARD),
    ("post", "projects/refresh/", Level.STANDARD),
    ("post", "projects/archive-inactive/", Level.STANDARD),
    ("post", "jobs/{job}/archive/", Level.STANDARD),
    ("post", "jobs/{job}/restore/", Level.STANDARD),
    ("get", "jobs/{job}/link/", Level.ADMIN),
    ("get", "jobs/{job}/link/options/?q=a", Level.ADMIN),
    ("get", "jobs/{job}/link/pair/?refused={project}", Level.ADMIN),
    ("post", "jobs/{job}/link/preview/", Level.ADMIN),
    ("post", "jobs/{job}/link/fix/", Level.ADMIN),
    ("post", "jobs/{job}/unlink/", Level.ADMIN),
    ("post", "jobs/{job}/refresh/", Level.ADMIN),
    ("post", "plans/{plan}/apply/", Level.ADMIN),
    ("post", "plans/{plan}/again/", Level.STANDARD),
    ("post", "batches/{batch}/undo/", Level.ADMIN),
]
WITH_ID = [door for door in DOORS if "{" in door[1]]


def ids_of(site: Site, now: datetime) -> dict[str, int]:
    """A linked pair of the site, with its plan and batch."""
    pair = site.pair()
    batch = do(Action.LINK, pair.job, pair.project, by=site.cast.admin, now=now)
    link_id = batch.plan.rows.get().link_id
    assert link_id is not None
    return {
        "job": pair.job.pk,
        "project": pair.project.pk,
        "link": link_id,
        "plan": batch.plan_id,
        "batch": batch.pk,
    }


def knock(client: Client, method: str, path: str, ids: dict[str, int]) -> int:
    url = at(path.format(**ids))
    fields = {"project": ids["project"], "fix": "reactivate"}
    answer = client.post(url, fields) if method == "post" else client.get(url)
    return answer.status_code


@pytest.mark.parametrize(("method", "path", "least"), DOORS)
def test_every_level_below_is_refused_and_audited(
    site: Site, sign_in: SignIn, now: datetime, method: str, path: str, least: Level
) -> None:
    ids = ids_of(site, now)
    below = [level for level in Level if level < least]

    answers = {level: knock(sign_in(level), method, path, ids) for level in below}

    assert answers == dict.fromkeys(below, 403)
    assert AuditEvent.objects.filter(action="access.refused").count() == len(below)
    assert Job.objects.get(pk=ids["job"]).state == "linked"


@pytest.mark.parametrize(
    ("method", "path", "least"),
    [door for door in DOORS if door[1] not in {"projects/refresh/", "projects/matches/"}],
)
def test_the_least_level_gets_through(
    site: Site, sign_in: SignIn, now: datetime, method: str, path: str, least: Level
) -> None:
    assert knock(sign_in(least), method, path, ids_of(site, now)) in {200, 302}


@pytest.mark.parametrize(("method", "path", "least"), WITH_ID)
def test_another_companys_ids_are_not_found_and_the_try_is_kept(
    site: Site,
    rival_site: Site,
    admin: Client,
    acme: Cast,
    now: datetime,
    method: str,
    path: str,
    least: Level,
) -> None:
    foreign = ids_of(rival_site, now)
    before = Plan.objects.count(), Batch.objects.count()

    assert knock(admin, method, path, foreign) == 404

    tried = AuditEvent.objects.get(company=acme.company, action="access.refused")
    assert tried.actor_name == "Admin of Acme Builders"
    assert (Plan.objects.count(), Batch.objects.count()) == before


@pytest.mark.parametrize("path", ["preview", "fix"])
def test_an_own_job_with_another_companys_project_is_not_found(
    site: Site, rival_site: Site, pair: Pair, admin: Client, path: str
) -> None:
    foreign = rival_site.project(is_active=False)

    answer = admin.post(
        at(f"jobs/{pair.job.pk}/link/{path}/"), {"project": foreign.pk, "fix": "reactivate"}
    )

    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert not foreign.is_active


@pytest.mark.parametrize("path", [path for method, path, _ in DOORS if method == "post"])
def test_a_form_that_is_not_ours_changes_nothing(
    site: Site, acme: Cast, now: datetime, path: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.users[Level.ADMIN])
    ids = ids_of(site, now)
    before = Plan.objects.count()

    assert knock(client, "post", path, ids) == 403
    assert Plan.objects.count() == before


@pytest.mark.parametrize("path", [path for method, path, _ in DOORS if method == "post"])
def test_nothing_is_changed_by_following_a_link(
    site: Site, admin: Client, now: datetime, path: str
) -> None:
    assert knock(admin, "get", path, ids_of(site, now)) == 405


@pytest.mark.parametrize("field", ["", "x", "-1", "1 OR 1=1", "٣"])
def test_an_id_that_no_form_of_ours_sends_is_a_bad_request(
    pair: Pair, admin: Client, field: str
) -> None:
    answer = admin.post(at(f"jobs/{pair.job.pk}/link/preview/"), {"project": field})

    assert answer.status_code == 400


def test_a_fix_that_does_not_exist_is_a_bad_request(pair: Pair, admin: Client) -> None:
    answer = admin.post(
        at(f"jobs/{pair.job.pk}/link/fix/"), {"project": pair.project.pk, "fix": "delete_all"}
    )

    assert answer.status_code == 400


def test_a_plan_drafted_by_an_admin_is_not_applied_by_a_lesser_one(
    pair: Pair, admin: Client, sign_in: SignIn
) -> None:
    admin.post(at(f"jobs/{pair.job.pk}/link/preview/"), {"project": pair.project.pk})

    answer = sign_in(Level.STANDARD).post(at(f"plans/{Plan.objects.get().pk}/apply/"))

    assert answer.status_code == 403
    assert Job.objects.get(pk=pair.job.pk).state == "ready"
    assert not Batch.objects.exists()
