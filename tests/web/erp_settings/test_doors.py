"""Who may open which door of Settings, and what a closed one says."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_settings.conftest import MakeConnection, sent
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection

READS = ["", "{pk}/", "{pk}/standing/", "{pk}/columns/job/", "{pk}/columns/vendor/"]
# Address and the level that it takes.
WRITES = [
    ("add/", Level.ADMIN),
    ("{pk}/values/", Level.ADMIN),
    ("{pk}/files/", Level.ADMIN),
    ("{pk}/columns/job/", Level.ADMIN),
    ("{pk}/check/", Level.STANDARD),
    ("{pk}/refresh/", Level.STANDARD),
]
TOO_LOW = [(path, needed, level) for path, needed in WRITES for level in Level if level < needed]
BASE = "/c/acme/erp/settings/"


def url(path: str, connection: Connection) -> str:
    return BASE + path.format(pk=connection.pk)


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD, Level.ADMIN])
def test_reading_is_open_from_read_only_on(
    sign_in: SignIn, files_of: MakeConnection, path: str, level: Level
) -> None:
    assert sign_in(level).get(url(path, files_of())).status_code == 200


@pytest.mark.parametrize("path", READS)
def test_a_member_without_a_level_is_refused(
    sign_in: SignIn, files_of: MakeConnection, path: str
) -> None:
    assert sign_in(Level.NONE).get(url(path, files_of())).status_code == 403


@pytest.mark.parametrize(("path", "needed", "level"), TOO_LOW)
def test_a_level_below_is_refused_and_the_try_is_kept(
    sign_in: SignIn, files_of: MakeConnection, path: str, needed: Level, level: Level
) -> None:
    connection = files_of()

    answer = sign_in(level).post(url(path, connection), {"name": "X", "job": sent()})

    assert answer.status_code == 403
    assert "you need" in answer.content.decode()
    event = AuditEvent.objects.get()
    assert (event.action, event.note.split(":")[0]) == (
        "access.refused",
        f"POST {url(path, connection)}",
    )
    assert Connection.objects.count() == 1


@pytest.mark.parametrize("path", [*READS[1:], *(path for path, _ in WRITES[1:])])
def test_another_companys_connection_is_not_there(admin: Client, rival: Cast, path: str) -> None:
    theirs = factories.make_connection(rival.company, name="Secret name")

    answers = [admin.get(url(path, theirs)), admin.post(url(path, theirs), {"job": sent()})]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert all("Secret name" not in answer.content.decode() for answer in answers)


def test_another_companys_settings_are_not_there(admin: Client, rival: Cast) -> None:
    assert admin.get("/c/rival/erp/settings/").status_code == 404


@pytest.mark.parametrize(("path", "needed"), WRITES)
def test_a_form_that_is_not_ours_is_refused(
    acme: Cast, files_of: MakeConnection, path: str, needed: Level
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.users[Level.ADMIN])

    answer = client.post(url(path, files_of()), {"name": "X"})

    assert answer.status_code == 403
    assert "This form could not be accepted" in answer.content.decode()


@pytest.mark.parametrize("path", [path for path, _ in WRITES if path.count("/") > 1])
def test_nothing_changes_by_looking(admin: Client, files_of: MakeConnection, path: str) -> None:
    connection = files_of()

    admin.get(url(path, connection))

    connection.refresh_from_db()
    assert connection.checked_at is None
    assert not connection.runs.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("level", [Level.READ_ONLY, Level.STANDARD])
def test_buttons_are_shown_to_those_who_may_press_them(
    sign_in: SignIn, files_of: MakeConnection, level: Level
) -> None:
    page = sign_in(level).get(url("{pk}/", files_of())).content.decode()

    shown = {
        "Refresh ERP project list" in page,
        ">Check<" in page,
    }
    assert shown == {level == Level.STANDARD}
    assert "Save settings" not in page
    assert "Upload files" not in page


def test_the_list_costs_the_same_for_one_connection_and_for_many(admin: Client, acme: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as caught:
            assert admin.get(BASE).status_code == 200
        return len(caught)

    factories.make_issue(factories.make_run(factories.make_connection(acme.company)))
    few = queries()
    for _ in range(5):
        factories.make_issue(factories.make_run(factories.make_connection(acme.company)))

    assert queries() == few
