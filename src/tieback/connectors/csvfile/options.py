"""The connection's settings as the connector reads them, checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieback.connectors.base import Setting
from tieback.connectors.csvfile.fields import FIELDS
from tieback.connectors.csvfile.status import words
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource

DATE_ORDER = Setting(
    "date_order",
    "Order of dates",
    help="How to read 3/4/2026. Dates that leave no doubt are read in any case.",
    default="MDY",
    choices=(
        ("MDY", "Month, day, year"),
        ("DMY", "Day, month, year"),
        ("YMD", "Year, month, day"),
    ),
)
DECIMAL_MARK = Setting(
    "decimal_mark",
    "Decimal mark",
    help="How to read 1,234. Amounts that leave no doubt are read in any case.",
    default=".",
    choices=((".", "Point: 1,234.56"), (",", "Comma: 1.234,56")),
)
SETTINGS = (
    Setting(
        "folder",
        "Folder",
        help="The full path of the folder in which the files lie.",
        is_required=True,
        is_folder=True,
    ),
    Setting(
        "encoding",
        "Encoding of text files",
        choices=(
            ("", "Find out"),
            ("utf-8", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("cp1252", "Windows-1252"),
        ),
    ),
    Setting(
        "delimiter",
        "Between columns of text files",
        choices=(("", "Find out"), (",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")),
    ),
    DATE_ORDER,
    DECIMAL_MARK,
    Setting(
        "active_words",
        "More words for active",
        help="Separated by commas: words in the status column that mean active.",
    ),
    Setting(
        "inactive_words",
        "More words for inactive",
        help="Separated by commas: words in the status column that mean inactive.",
    ),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The settings; `files` and `headers` hold only what a person chose."""

    folder: Path
    files: Mapping[Resource, str]
    headers: Mapping[Resource, Mapping[str, str]]
    encoding: str
    delimiter: str
    date_order: str
    decimal_mark: str
    active_words: frozenset[str]
    inactive_words: frozenset[str]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Options":
        """The settings of a connection; raises `ConfigError` naming the one that is wrong."""
        active, inactive = (
            words(_text(values, "active_words")),
            words(_text(values, "inactive_words")),
        )
        if both := active & inactive:
            raise ConfigError(
                f"“{min(both)}” is listed both as active and as inactive.",
                mend="Take it out of one of the two settings.",
            )
        return cls(
            folder=_folder(values),
            files=_files(values),
            headers=_headers(values),
            encoding=_choice(values, "encoding"),
            delimiter=_choice(values, "delimiter"),
            date_order=_choice(values, "date_order"),
            decimal_mark=_choice(values, "decimal_mark"),
            active_words=active,
            inactive_words=inactive,
        )

    def parsing(self) -> str:
        """Everything but the columns on which the meaning of a cell depends, as one text."""
        return json.dumps(
            [
                self.date_order,
                self.decimal_mark,
                sorted(self.active_words),
                sorted(self.inactive_words),
            ]
        )

    def reading(self, resource: Resource) -> str:
        """Everything but the file's content on which the rows of `resource` depend, as one text."""
        chosen = sorted(self.headers.get(resource, {}).items())
        return json.dumps([self.parsing(), self.encoding, self.delimiter, chosen])


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_shape(name)
    return value


def _folder(values: Mapping[str, Any]) -> Path:
    text = _text(values, "folder").strip()
    if not text:
        raise ConfigError("No folder is set.", mend="Enter the folder in which the files lie.")
    if "\0" in text or not Path(text).is_absolute():
        raise ConfigError(
            f"“{text}” is not the full path of a folder.",
            mend="Enter the folder from the top, as in /srv/erp-exports.",
        )
    return Path(text)


def _choice(values: Mapping[str, Any], name: str) -> str:
    setting = next(one for one in SETTINGS if one.name == name)
    value = _text(values, name) or setting.default
    allowed = [choice for choice, _ in setting.choices]
    if value not in allowed:
        raise ConfigError(
            f"“{value}” is no choice for the setting “{setting.label}”.",
            mend=f"Choose one of: {', '.join(label for _, label in setting.choices)}.",
        )
    return value


def _by_resource(values: Mapping[str, Any], name: str) -> dict[Resource, Any]:
    value = values.get(name) or {}
    if not isinstance(value, Mapping) or not set(value) <= set(Resource):
        raise _wrong_shape(name)
    return {Resource(resource): chosen for resource, chosen in value.items()}


def _files(values: Mapping[str, Any]) -> dict[Resource, str]:
    files = _by_resource(values, "files")
    if not all(isinstance(name, str | None) for name in files.values()):
        raise _wrong_shape("files")
    return {resource: name.strip() for resource, name in files.items() if name and name.strip()}


def _headers(values: Mapping[str, Any]) -> dict[Resource, dict[str, str]]:
    headers: dict[Resource, dict[str, str]] = {}
    for resource, chosen in _by_resource(values, "mapping").items():
        known = {field.name for field in FIELDS[resource]}
        if not isinstance(chosen, Mapping) or not set(chosen) <= known:
            raise _wrong_shape("mapping")
        if not all(isinstance(header, str) for header in chosen.values()):
            raise _wrong_shape("mapping")
        headers[resource] = {name: header.strip() for name, header in chosen.items()}
    return headers


def _wrong_shape(name: str) -> ConfigError:
    return ConfigError(
        f"The setting “{name}” does not have the shape that it should.",
        mend="Open the connection's settings and save them again.",
    )
