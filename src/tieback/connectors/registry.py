"""Finds connectors by name; nothing else in the product names one."""

from functools import cache

from tieback.connectors.base import Connector
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import ConfigError


@cache
def connectors() -> dict[str, type[Connector]]:
    """Every connector that this installation has, by name."""
    found: tuple[type[Connector], ...] = (CsvFileConnector,)
    return {connector.name: connector for connector in found}


def connector_class(name: str) -> type[Connector]:
    """The connector called `name`; raises `ConfigError` when there is none."""
    try:
        return connectors()[name]
    except KeyError:
        raise ConfigError(
            f"There is no connector called “{name}”.",
            mend=f"Choose one of: {', '.join(sorted(connectors()))}.",
        ) from None
