import json

import pytest
from django.utils import timezone

from tests import factories
from tests.cli.conftest import Run, Site
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.proposing.models import Candidate, Proposal

pytestmark = pytest.mark.django_db
PLACE = {"number": "24-7", "name": "Mercy Clinic", "address": "12 Main St", "city": "Troy"}


def test_propose_keeps_a_candidate_and_counts(tieback: Run, acme: Cast, site: Site) -> None:
    job = factories.make_job(site.connection, **PLACE)
    project = factories.make_project(acme.company, **PLACE)

    told = tieback("propose")
    answer = json.loads(tieback("propose", "--json").stdout)["proposal"]

    assert told.exit_code == 0
    assert told.stdout.startswith("2 jobs and 2 projects: ")
    assert (answer["status"], answer["counts"]["jobs"], answer["problem"]) == ("done", 2, "")
    assert Candidate.objects.get(job=job).project == project


def test_propose_takes_standard(tieback: Run, acme: Cast, site: Site) -> None:
    reader = tieback("propose", "--as", acme.users[Level.READ_ONLY].email)
    standard = tieback("propose", "--as", acme.users[Level.STANDARD].email)

    assert (reader.exit_code, standard.exit_code) == (1, 0)
    assert "To find matches you need Standard" in reader.stderr
    assert Proposal.objects.get().started_by == acme.users[Level.STANDARD].name


def test_a_second_look_up_at_the_same_time_is_refused_by_name(
    tieback: Run, acme: Cast, site: Site
) -> None:
    now = timezone.now()
    factories.make_proposal(
        acme.company,
        status="running",
        started_by="Ann",
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
    )

    answer = tieback("propose")

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Ann started to find matches at ")
