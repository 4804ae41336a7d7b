"""The columns of a file: guessed, shown with what stands there, corrected."""

from django.test import Client

from tests.web.erp_settings.conftest import MakeConnection
from tieback.audit.models import AuditEvent
from tieback.connections.models import Connection
from tieback.web.erp.mapping import Line

ODD = "Nr,Bezeichnung,Job Name,Status\n24-1,Clinic,Haus,Active\n24-2,Bridge,Haus,Active\n"
CELLS = {"date_order": "MDY", "decimal_mark": "."}


def url(connection: Connection, resource: str = "job") -> str:
    return f"/c/acme/erp/settings/{connection.pk}/columns/{resource}/"


def line(admin: Client, connection: Connection, field: str) -> Line:
    lines: list[Line] = admin.get(url(connection)).context["lines"]
    return next(one for one in lines if one.field.name == field)


def test_guesses_are_marked_and_shown_with_what_stands_there(
    admin: Client, files_of: MakeConnection
) -> None:
    found = line(admin, files_of(job=ODD), "name")

    assert (found.header, found.origin, found.choice) == ("Job Name", "guessed", "?")
    assert found.samples == ("Haus",)


def test_a_required_field_without_a_column_is_marked_missing(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of(job="Nr,Job Name\n1,Clinic\n")

    page = admin.get(url(connection)).content.decode()

    assert line(admin, connection, "number").origin == "missing"
    assert "has no column that we know as “Number”" in page


def test_a_correction_is_kept_shown_and_audited(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of(job=ODD)
    given = {
        **CELLS,
        "column-number": "=Nr",
        "column-name": "=Bezeichnung",
        "column-status": "",
        "column-city": "?",
    }

    answer = admin.post(url(connection), given, follow=True)

    connection.refresh_from_db()
    chosen = {"number": "Nr", "name": "Bezeichnung", "status": ""}
    assert connection.settings["mapping"] == {"job": chosen}
    assert "The columns are saved" in answer.content.decode()
    assert AuditEvent.objects.get().after["mapping"] == {"job": chosen}
    number, name, status = (line(admin, connection, one) for one in ("number", "name", "status"))
    assert (number.origin, number.samples) == ("chosen", ("24-1", "24-2"))
    assert (name.choice, name.guess) == ("=Bezeichnung", "Job Name")
    assert (status.origin, status.choice) == ("left_out", "")


def test_a_choice_can_be_taken_back(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of(job=ODD)
    admin.post(url(connection), {**CELLS, "column-name": "=Bezeichnung"})

    admin.post(url(connection), {**CELLS, "column-name": "?"})

    assert line(admin, connection, "name").origin == "guessed"


def test_a_chosen_column_that_the_file_no_longer_has_is_said(
    admin: Client, files_of: MakeConnection
) -> None:
    connection = files_of(job=ODD)
    admin.post(url(connection), {**CELLS, "column-name": "=Gone"})

    page = admin.get(url(connection)).content.decode()

    assert "Gone (not in the file)" in page
    assert "has no column “Gone”" in page


def test_fields_that_do_not_exist_are_left_out(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of()

    admin.post(url(connection), {**CELLS, "column-evil": "=x", "mapping": "x", "files": "x"})

    connection.refresh_from_db()
    assert set(connection.settings) == {
        "folder",
        "mapping",
        *CELLS,
        "encoding",
        "delimiter",
        "active_words",
        "inactive_words",
    }
    assert connection.settings["mapping"] == {"job": {}}


def test_a_notation_that_is_no_choice_is_refused(admin: Client, files_of: MakeConnection) -> None:
    connection = files_of()

    answer = admin.post(url(connection), {**CELLS, "date_order": "YDM"})

    before, connection = connection.settings, Connection.objects.get()
    assert (answer.status_code, connection.settings) == (422, before)


def test_headers_and_cells_cannot_carry_a_script(admin: Client, files_of: MakeConnection) -> None:
    evil = '"<script>alert(1)</script>",Job No,Job Name\n<b>,"""><img src=x>",<svg onload=x>\n'

    page = admin.get(url(files_of(job=evil))).content.decode()

    assert "<script>alert" not in page
    assert not {tag for tag in ("<img", "<svg", "<b>,") if tag in page.partition("<main")[2]}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_resource_without_a_file_says_where_one_goes(
    admin: Client, files_of: MakeConnection
) -> None:
    answer = admin.get(url(files_of(), "vendor"))

    assert "There is no file of vendors yet." in answer.content.decode()


def test_a_kind_of_record_that_does_not_exist_is_not_there(
    admin: Client, files_of: MakeConnection
) -> None:
    assert admin.get(url(files_of(), "invoice")).status_code == 404


def test_a_reader_sees_the_columns_but_cannot_choose(
    reader: Client, files_of: MakeConnection
) -> None:
    page = reader.get(url(files_of())).content.decode()

    assert "Save columns" not in page
    assert page.count("<select") == page.count(" disabled>")
