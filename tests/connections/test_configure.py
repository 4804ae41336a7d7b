"""What a person at a browser may set: folders that are open to them, columns, plain settings."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import factories
from tests.conftest import Cast
from tieback.access.actors import NotAllowedError
from tieback.audit.models import AuditEvent
from tieback.connections.configure import add_with_settings, configure
from tieback.connections.folders import allowed_folder, drop_folder
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource

NOT_OPEN = "is not a folder that may be named here"


@pytest.fixture
def drop(acme: Cast, data_home: Path) -> Path:
    """Acme's drop folder, with a folder in it."""
    folder = drop_folder(acme.company) / "sage"
    folder.mkdir(parents=True)
    return folder


def test_a_folder_in_the_companys_drop_folder_may_be_named(acme: Cast, drop: Path) -> None:
    assert allowed_folder(f" {drop} ", company=acme.company) == str(drop)


def test_a_folder_below_an_opened_root_may_be_named(
    acme: Cast, data_home: Path, tmp_path: Path, settings: Settings
) -> None:
    exports = tmp_path / "exports" / "erp"
    exports.mkdir(parents=True)
    settings.FILE_ROOTS = [str(tmp_path / "exports")]

    assert allowed_folder(str(exports), company=acme.company) == str(exports)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sage",
        "./drop/acme",
        "/",
        "/etc",
        "/etc/../etc",
        "~/drop",
        "{home}",
        "{home}/drop",
        "{home}/files",
        "{home}/drop/acme/../rival",
        "{home}/drop/acme/../../files",
        "{home}/drop/acme-and-more",
        "{home}/drop/rival",
        "{home}/drop/acme\0",
        "file:///etc",
        "\\\\server\\share",
        "/" + "x" * 5000,
    ],
)
def test_any_other_folder_is_refused_in_a_sentence(
    acme: Cast, drop: Path, data_home: Path, typed: str
) -> None:
    (data_home / "drop" / "rival").mkdir()
    (data_home / "drop" / "acme-and-more").mkdir()

    with pytest.raises(ConfigError, match=NOT_OPEN):
        allowed_folder(typed.format(home=data_home), company=acme.company)


def test_a_link_that_leaves_the_open_folders_is_refused(
    acme: Cast, drop: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (drop / "way-out").symlink_to(secret)

    with pytest.raises(ConfigError, match=NOT_OPEN):
        allowed_folder(str(drop / "way-out"), company=acme.company)


def test_a_root_around_the_data_folder_does_not_open_it(
    acme: Cast, drop: Path, data_home: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.FILE_ROOTS = [str(tmp_path)]
    (data_home / "files" / "99").mkdir(parents=True)

    with pytest.raises(ConfigError, match=NOT_OPEN):
        allowed_folder(str(data_home / "files" / "99"), company=acme.company)


def test_whether_a_closed_folder_exists_is_not_told(acme: Cast, data_home: Path) -> None:
    said = []
    for typed in ("/etc", "/no-such-folder-at-all"):
        with pytest.raises(ConfigError) as refused:
            allowed_folder(typed, company=acme.company)
        said.append(refused.value.message.replace(typed, ""))

    assert said[0] == said[1]


def test_an_open_folder_that_is_missing_is_told(acme: Cast, drop: Path) -> None:
    with pytest.raises(ConfigError, match="There is no folder"):
        allowed_folder(str(drop / "later"), company=acme.company)


def test_adding_with_a_closed_folder_is_refused(acme: Cast, data_home: Path, now: datetime) -> None:
    with pytest.raises(ConfigError, match=NOT_OPEN):
        add_with_settings(
            by=acme.admin, now=now, name="Sage", connector="csvfile", settings={"folder": "/etc"}
        )


def test_adding_keeps_the_folder_that_a_link_leads_to(
    acme: Cast, drop: Path, now: datetime
) -> None:
    link = drop.parent / "latest"
    os.symlink(drop, link)

    made = add_with_settings(
        by=acme.admin, now=now, name="Sage", connector="csvfile", settings={"folder": str(link)}
    )

    assert made.settings == {"folder": str(drop)}


def test_a_folder_that_an_operator_set_stays_while_the_rest_changes(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    connection = factories.make_connection(acme.company, settings={"folder": "/srv/erp"})
    values = {"folder": "/srv/erp", "date_order": "DMY"}

    changed = configure(connection=connection, values=values, by=acme.admin, now=now)

    assert changed.settings == values


def test_columns_of_one_resource_leave_those_of_another(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    mapping = {"vendor": {"name": "Firm"}, "job": {"name": "Old"}}
    connection = factories.make_connection(acme.company, settings={"mapping": mapping})

    changed = configure(
        connection=connection,
        values={},
        columns={Resource.JOB: {"name": "Title"}},
        by=acme.admin,
        now=now,
    )

    assert changed.settings["mapping"] == {"vendor": {"name": "Firm"}, "job": {"name": "Title"}}


def test_two_people_who_change_different_things_both_have_their_way(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    connection = factories.make_connection(acme.company, settings={})
    also_open = type(connection).objects.get(pk=connection.pk)

    configure(connection=connection, values={"date_order": "DMY"}, by=acme.admin, now=now)
    changed = configure(connection=also_open, values={"decimal_mark": ","}, by=acme.admin, now=now)

    assert changed.settings == {"date_order": "DMY", "decimal_mark": ","}


def test_a_change_is_audited_with_before_and_after(
    acme: Cast, data_home: Path, now: datetime
) -> None:
    connection = factories.make_connection(acme.company, settings={"date_order": "MDY"})

    configure(connection=connection, values={"date_order": "DMY"}, by=acme.admin, now=now)

    event = AuditEvent.objects.get()
    assert (event.action, event.before, event.after) == (
        "connection.change",
        {"date_order": "MDY"},
        {"date_order": "DMY"},
    )


def test_changing_settings_takes_admin(acme: Cast, data_home: Path, now: datetime) -> None:
    connection = factories.make_connection(acme.company)

    with pytest.raises(NotAllowedError):
        configure(connection=connection, values={}, by=acme.standard, now=now)
