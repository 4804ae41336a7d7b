"""Which folders of the server a person at a browser may name, and where uploaded files lie."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings as site

from tieback.access.models import Company
from tieback.connections.models import Connection
from tieback.connectors.base import Connector, Setting
from tieback.connectors.errors import ConfigError
from tieback.home import home


def folder_setting(connector: type[Connector]) -> Setting | None:
    """The connector's setting that names a folder of files, None where it reads no folder."""
    return next((setting for setting in connector.settings if setting.is_folder), None)


def own_folder(connection: Connection) -> Path:
    """Where the files lie that people uploaded to this connection."""
    return home() / "files" / str(connection.company_id) / str(connection.pk)


def drop_folder(company: Company) -> Path:
    """The company's own folder for files that another program puts on the server."""
    return home() / "drop" / company.slug


def allowed_folder(typed: str, *, company: Company) -> str:
    """The folder that `typed` leads to, every link followed.

    Raises `ConfigError` unless it lies in the company's drop folder or below a root that whoever
    runs the installation has opened (`FILE_ROOTS`). Says the same whether it is there or not.
    """
    typed = typed.strip()
    real = _real(typed)
    if real is None or not _is_open(real, company):
        raise ConfigError(
            f"“{typed[:200]}” is not a folder that may be named here.",
            mend=f"Name a folder in {drop_folder(company)}, upload the files instead, or ask "
            "whoever runs this installation to open the folder (TIEBACK_FILE_ROOTS).",
        )
    if not real.is_dir():
        raise ConfigError(
            f"There is no folder {real}.",
            mend="Make it and put the files there, or correct the name.",
        )
    return str(real)


def checked(
    connector: type[Connector],
    values: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    company: Company,
) -> dict[str, Any]:
    """`values`, a new folder followed; raises `ConfigError` where that one is not allowed."""
    setting = folder_setting(connector)
    if setting is None or values.get(setting.name) == before.get(setting.name):
        return dict(values)
    typed = str(values.get(setting.name) or "")
    return {**values, setting.name: allowed_folder(typed, company=company)}


def _real(typed: str) -> Path | None:
    if "\0" in typed or not Path(typed).is_absolute():
        return None
    return Path(os.path.realpath(typed))


def _is_open(real: Path, company: Company) -> bool:
    drop = Path(os.path.realpath(drop_folder(company)))
    if real.is_relative_to(drop):
        return True
    if real.is_relative_to(home()):
        # Other companies' files and our own secrets lie there, whatever root was opened.
        return False
    roots = (Path(os.path.realpath(root)) for root in site.FILE_ROOTS)
    return any(real.is_relative_to(root) for root in roots)
