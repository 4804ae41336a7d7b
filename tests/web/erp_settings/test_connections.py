"""Adding a connection, its settings, its files, a check and a refresh, as a browser asks."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.erp_settings.conftest import JOBS, MakeConnection, sent
from tieback.access.models import Level
from tieback.connections.folders import drop_folder, own_folder
from tieback.connections.models import Connection, SyncRun
from tieback.connections.services import start_run
from tieback.staging.models import Job

BASE = "/c/acme/erp/settings/"
CELLS = {"date_order": "DMY", "decimal_mark": ","}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_connection_is_added_with_uploaded_files(admin: Client) -> None:
    answer = admin.post(f"{BASE}add/", {"name": "Sage 300", "job": sent(), **CELLS}, follow=True)

    connection = Connection.objects.get()
    assert answer.redirect_chain == [(f"{BASE}{connection.pk}/", 302)]
    assert "Sage 300 is added" in text(answer)
    assert (own_folder(connection) / "job.csv").read_text() == JOBS
    assert connection.settings == {**CELLS, "folder": str(own_folder(connection))}


def test_a_connection_is_added_with_a_folder_that_is_open(
    admin: Client, acme: Cast, data_home: Path
) -> None:
    folder = drop_folder(acme.company)
    folder.mkdir(parents=True)

    admin.post(f"{BASE}add/?way=settings", {"name": "Sage", "folder": str(folder), **CELLS})

    assert Connection.objects.get().settings == {**CELLS, "folder": str(folder)}


@pytest.mark.parametrize("folder", ["/etc", "/", "../..", "/proc/self", "{home}/files", ""])
def test_a_folder_that_is_not_open_is_refused_on_the_page(
    admin: Client, data_home: Path, folder: str
) -> None:
    given = {"name": "Sage", "folder": folder.format(home=data_home), **CELLS}

    answer = admin.post(f"{BASE}add/?way=settings", given)

    assert answer.status_code == 422
    assert "may be named here" in text(answer) or "This field is required" in text(answer)
    assert not Connection.objects.exists()


def test_a_folder_sent_beside_uploaded_files_counts_for_nothing(admin: Client) -> None:
    admin.post(f"{BASE}add/", {"name": "Sage", "folder": "/etc", "job": sent(), **CELLS})

    connection = Connection.objects.get()
    assert connection.settings["folder"] == str(own_folder(connection))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "Sage", "date_order": "XYZ"}, "Select a valid choice"),
        ({"name": "Sage"}, "No file was chosen"),
        ({"name": "Taken", "job": "file"}, "There is a connection called “Taken”"),
    ],
)
def test_what_is_wrong_with_a_new_connection_is_said_on_the_page(
    admin: Client, acme: Cast, given: dict[str, object], said: str
) -> None:
    factories.make_connection(acme.company, name="Taken")
    files = {"job": sent()} if "job" in given else {}

    answer = admin.post(f"{BASE}add/", {**CELLS, **given, **files})

    assert (answer.status_code, said in text(answer)) == (422, True)
    assert Connection.objects.count() == 1


def test_a_file_over_the_limit_is_refused_before_a_view_sees_it(
    admin: Client, files_of: MakeConnection, settings: Settings
) -> None:
    settings.UPLOAD_LIMIT = 2**20
    connection = files_of()

    answer = admin.post(f"{BASE}{connection.pk}/files/", {"job": sent(b"x" * (2**20 + 1))})

    assert answer.status_code == 422
    assert "“jobs.csv”, or all files of the form, are over 1 MB." in text(answer)
    assert (own_folder(connection) / "job.csv").read_text() == JOBS


def test_a_file_over_the_limit_is_let_go_of_and_the_rest_of_the_form_is_read(
    settings: Settings,
) -> None:
    settings.UPLOAD_LIMIT = 2**20
    form = {"job": sent(b"x" * (2**20 + 1)), "name": "Sage"}

    request = RequestFactory().post("/", form)

    assert (dict(request.FILES), request.POST["name"]) == ({}, "Sage")


def test_files_that_are_over_the_limit_together_are_refused(
    admin: Client, files_of: MakeConnection, settings: Settings
) -> None:
    settings.UPLOAD_LIMIT = 2**20
    connection = files_of()
    half = b"x" * (2**19 + 1)

    answer = admin.post(
        f"{BASE}{connection.pk}/files/", {"job": sent(half), "vendor": sent(half, "v.csv")}
    )

    assert answer.status_code == 422
    assert [path.name for path in own_folder(connection).iterdir()] == ["job.csv"]


def test_a_file_of_the_wrong_kind_is_refused_in_words_and_the_old_one_stays(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()

    answer = admin.post(f"{BASE}{connection.pk}/files/", {"job": sent(b"MZ", "<img src=x>.exe")})

    assert answer.status_code == 422
    assert "“&lt;img src=x&gt;.exe” is of a kind that cannot be read." in text(answer)
    assert (own_folder(connection) / "job.csv").read_text() == JOBS


def test_a_name_that_is_a_path_leads_nowhere(
    admin: Client, files_of: MakeConnection, data_home: Path
) -> None:
    connection = files_of()

    admin.post(
        f"{BASE}{connection.pk}/files/",
        {"vendor": sent("Vendor No,Name\n1,A\n", "../../../../vendors.csv")},
    )

    files = sorted(path.relative_to(data_home) for path in data_home.rglob("*") if path.is_file())
    own = own_folder(connection).relative_to(data_home)
    assert files == [own / "job.csv", own / "vendor.csv"]


def test_a_file_for_no_resource_of_ours_is_left_alone(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()

    answer = admin.post(f"{BASE}{connection.pk}/files/", {"../evil": sent()})

    assert (answer.status_code, "No file was chosen" in text(answer)) == (422, True)


def test_settings_are_saved(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of()
    given = {**CELLS, "folder": connection.settings["folder"], "active_words": "Läuft"}

    answer = admin.post(f"{BASE}{connection.pk}/values/", given, follow=True)

    connection.refresh_from_db()
    assert "The settings are saved" in text(answer)
    assert {**given, "encoding": "", "delimiter": "", "inactive_words": ""} == connection.settings


def test_a_folder_cannot_be_changed_to_one_that_is_not_open(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()

    answer = admin.post(f"{BASE}{connection.pk}/values/", {**CELLS, "folder": "/etc"})

    before, connection = connection.settings, Connection.objects.get()
    assert (answer.status_code, connection.settings) == (422, before)
    assert "“/etc” is not a folder that may be named here." in text(answer)


def test_a_check_says_what_was_found(sign_in: SignIn, files_of: MakeConnection) -> None:
    connection = files_of()

    answer = sign_in(Level.STANDARD).post(f"{BASE}{connection.pk}/check/", follow=True)

    connection.refresh_from_db()
    assert "Found job.csv: 2 rows, UTF-8, comma." in text(answer)
    assert (connection.checked_at is not None, connection.check_problem) == (True, "")


def test_a_check_says_what_is_missing_and_keeps_it(
    admin: Client, acme: Cast, tmp_path: Path
) -> None:
    connection = factories.make_connection(acme.company, settings={"folder": str(tmp_path)})

    answer = admin.post(f"{BASE}{connection.pk}/check/", follow=True)

    assert "There is no jobs file in" in text(answer)
    connection.refresh_from_db()
    assert connection.check_problem.startswith("There is no jobs file in")
    assert "There is no jobs file in" in text(admin.get(BASE))


@pytest.mark.django_db(transaction=True)
def test_a_refresh_runs_beside_the_screen_and_shows_its_run(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()

    answer = admin.post(f"{BASE}{connection.pk}/refresh/")

    run = SyncRun.objects.get()
    assert answer["Location"] == f"/c/acme/erp/runs/{run.pk}/"
    deadline = time.monotonic() + 20
    while run.status == SyncRun.Status.RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)
        run.refresh_from_db()
    assert (run.status, Job.objects.count()) == (SyncRun.Status.DONE, 2)


def test_a_second_refresh_is_told_who_runs_the_first(
    acme: Cast, admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()
    start_run(connection=connection, by=acme.standard, now=timezone.now())

    answer = admin.post(f"{BASE}{connection.pk}/refresh/", follow=True)

    assert "started a refresh of Sage" in text(answer)
    assert SyncRun.objects.count() == 1


def test_a_connection_asks_again_only_while_a_run_is_alive(
    acme: Cast, admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of()
    run = start_run(connection=connection, by=acme.standard, now=timezone.now())
    address = f"{BASE}{connection.pk}/standing/"

    alive = text(admin.get(address))
    SyncRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=61))
    silent = text(admin.get(address))

    assert (f'hx-get="{address}"' in alive, "A refresh is running" in alive) == (True, True)
    assert (f'hx-get="{address}"' in silent, "its process stopped" in silent) == (False, True)


def test_without_a_connection_the_screen_says_what_to_do(admin: Client, reader: Client) -> None:
    assert "Add a connection" in text(admin.get(BASE))
    assert "Ask an admin of the ERP Integrations tool" in text(reader.get(BASE))


def test_a_connection_of_a_connector_that_is_gone_can_still_be_looked_at(
    acme: Cast, admin: Client
) -> None:
    connection = factories.make_connection(acme.company, connector="abandoned")

    answers = [admin.get(BASE), admin.get(f"{BASE}{connection.pk}/")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("no longer installed" in text(answer) for answer in answers)


def test_names_cannot_carry_a_script(acme: Cast, admin: Client) -> None:
    connection = factories.make_connection(acme.company, name="<script>alert(1)</script>")

    pages = [text(admin.get(BASE)), text(admin.get(f"{BASE}{connection.pk}/"))]

    assert all("<script>alert" not in page and "&lt;script&gt;alert" in page for page in pages)
