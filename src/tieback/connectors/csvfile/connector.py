"""Placeholder until the connector's helper writes it."""
from tieback.connectors.base import Connector
class CsvFileConnector(Connector):
    name = "csvfile"
    label = "CSV and Excel files"
    capabilities = frozenset()
