import re

import pytest

from tests.cli.conftest import Run
from tieback.access.models import User
from tieback.audit.models import AuditEvent
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


def test_demo_says_how_to_log_in_and_changes_nothing_the_second_time(tieback: Run) -> None:
    first = tieback("demo")
    after = (User.objects.count(), Job.objects.count(), AuditEvent.objects.count())
    second = tieback("demo")

    assert (first.exit_code, second.exit_code) == (0, 0), first.stderr
    assert (User.objects.count(), Job.objects.count(), AuditEvent.objects.count()) == after
    assert second.stdout == first.stdout
    assert "Log in at http://127.0.0.1:8700 as one of:\n" in first.stdout
    (password,) = re.findall(r"^  Password: (\S+)$", first.stdout, re.M)
    said = re.findall(r"^  (\S+@\S+)", first.stdout, re.M)
    assert {user.email for user in User.objects.all() if user.check_password(password)} == set(said)
    # The demo's neighbour does not make the demo company one of several.
    assert tieback("jobs", "--limit", "1").exit_code == 0
